{% from "kinds.sql" import guarded with context %}
{% set theirs = theirs or "opencps" %}
{{ guarded(theirs, ours) -}}
{% set theirs_name = "`" ~ theirs ~ "`" %}
{% set ours_name = "`" ~ ours ~ "`" %}
{% macro view_of(name) %}CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.{{ name }} AS{% endmacro %}
-- OpenCPS v2 trên MariaDB, MySQL: các view theo quy ước dữ liệu của bảng theo dõi một cửa (docs/contract.md).
--
-- Chạy bằng tài khoản quản trị:   mariadb < tệp_này   (MySQL: mysql < tệp_này). Chạy lại bao nhiêu lần cũng được.
{% include "opencps/head.sql" %}
--   database_url = "mysql+pymysql://{{ reader }}:mật_khẩu@máy_chủ:3306/{{ ours }}"
{% include "opencps/settings.sql" %}

SET NAMES utf8mb4;
CREATE DATABASE IF NOT EXISTS `{{ ours }}` CHARACTER SET utf8mb4;

{% include "opencps/tables.sql" %}

-- Tài khoản chỉ được đọc các view; view chạy bằng quyền của người tạo, nên tài khoản này không thấy bảng nào của
-- `{{ theirs }}`. Đặt mật khẩu, sửa địa chỉ máy, bỏ hai gạch đầu dòng rồi chạy:
-- CREATE USER '{{ reader }}'@'%' IDENTIFIED BY '…';
-- GRANT SELECT, SHOW VIEW ON `{{ ours }}`.* TO '{{ reader }}'@'%';
