-- Tài khoản chỉ đọc của bảng theo dõi một cửa, SQL Server: đọc các bảng của quy ước (docs/contract.md), không gì khác.
-- CHƯA chạy thử trên máy chủ thật: quản trị đọc từng dòng trước khi chạy, trong cơ sở dữ liệu có các bảng ấy.
-- Bỏ dòng của bảng không có.

CREATE LOGIN [{{ reader }}] WITH PASSWORD = N'đặt_mật_khẩu_rồi_hãy_chạy', CHECK_POLICY = ON;
CREATE USER [{{ reader }}] FOR LOGIN [{{ reader }}];
{% for name in tables %}
GRANT SELECT ON [{{ schema }}].[{{ name }}] TO [{{ reader }}];
{% endfor %}

-- Kiểm tra: chỉ có SELECT trên các bảng ấy và CONNECT.
SELECT permission_name, OBJECT_NAME(major_id) AS [bảng]
FROM sys.database_permissions
WHERE grantee_principal_id = DATABASE_PRINCIPAL_ID(N'{{ reader }}');
