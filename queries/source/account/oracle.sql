-- Tài khoản chỉ đọc của bảng theo dõi một cửa, Oracle: đọc các bảng của quy ước (docs/contract.md), không gì khác.
-- CHƯA chạy thử trên máy chủ thật: quản trị đọc từng dòng trước khi chạy. Bỏ dòng của bảng không có.

CREATE USER {{ reader }} IDENTIFIED BY "đặt_mật_khẩu_rồi_hãy_chạy";
GRANT CREATE SESSION TO {{ reader }};
{% for name in tables %}
GRANT SELECT ON {{ schema }}.{{ name }} TO {{ reader }};
{% endfor %}

-- Kiểm tra: chỉ có SELECT trên các bảng ấy và CREATE SESSION.
SELECT privilege, table_name FROM dba_tab_privs WHERE grantee = UPPER('{{ reader }}');
SELECT privilege FROM dba_sys_privs WHERE grantee = UPPER('{{ reader }}');
