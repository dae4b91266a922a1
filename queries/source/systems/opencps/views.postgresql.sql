{% from "kinds.sql" import guarded with context %}
{% set theirs = theirs or "public" %}
{{ guarded(theirs, ours) -}}
{% set theirs_name = '"' ~ theirs ~ '"' %}
{% set ours_name = '"' ~ ours ~ '"' %}
{% macro view_of(name) %}CREATE OR REPLACE VIEW "{{ ours }}".{{ name }} AS{% endmacro %}
-- OpenCPS v2 trên PostgreSQL: các view theo quy ước dữ liệu của bảng theo dõi một cửa (docs/contract.md).
--
-- Chạy trong cơ sở dữ liệu của phần mềm, bằng tài khoản quản trị:   psql -d tên_csdl -f tệp_này
-- Chạy lại bao nhiêu lần cũng được.
{% include "opencps/head.sql" %}
--   database_url = "postgresql+psycopg://{{ reader }}:mật_khẩu@máy_chủ:5432/tên_csdl"
--   schema = "{{ ours }}"
{% include "opencps/settings.sql" %}

SET client_encoding = 'UTF8';
CREATE SCHEMA IF NOT EXISTS "{{ ours }}";

{% include "opencps/tables.sql" %}

-- Tài khoản chỉ được đọc các view; view chạy bằng quyền của người tạo, nên tài khoản này không thấy bảng nào của
-- "{{ theirs }}". Đặt mật khẩu, bỏ hai gạch đầu dòng rồi chạy:
-- CREATE ROLE "{{ reader }}" LOGIN PASSWORD '…';
-- GRANT USAGE ON SCHEMA "{{ ours }}" TO "{{ reader }}";
-- GRANT SELECT ON ALL TABLES IN SCHEMA "{{ ours }}" TO "{{ reader }}";
