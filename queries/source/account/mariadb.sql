-- Tài khoản chỉ đọc của bảng theo dõi một cửa, MariaDB 10.4 trở lên: đọc các bảng của quy ước (docs/contract.md), không gì
-- khác.
--
-- Quản trị chạy:   mariadb < tệp_này
-- Chạy lại bao nhiêu lần cũng được, mật khẩu giữ nguyên; thêm bảng mới vào quy ước thì chạy lại.
-- MySQL 8: chưa chạy thử.

-- '%': mọi máy; thay bằng địa chỉ của máy chạy bảng theo dõi. Tài khoản mới bị khóa cho đến khi có mật khẩu.
CREATE USER IF NOT EXISTS '{{ reader }}'@'%' ACCOUNT LOCK;
REVOKE ALL PRIVILEGES, GRANT OPTION FROM '{{ reader }}'@'%';
ALTER USER '{{ reader }}'@'%' WITH MAX_USER_CONNECTIONS 8;

{% for name in tables %}
SET @motcua = IF(
  EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{{ schema }}' AND TABLE_NAME = '{{ name }}'),
  'GRANT SELECT ON `{{ schema }}`.`{{ name }}` TO ''{{ reader }}''@''%''',
  'DO 0'
);
PREPARE motcua FROM @motcua;
EXECUTE motcua;
DEALLOCATE PREPARE motcua;
{% endfor %}

-- Đặt mật khẩu và mở khóa:
--   ALTER USER '{{ reader }}'@'%' IDENTIFIED BY '…' ACCOUNT UNLOCK;

-- Kiểm tra: mỗi bảng một dòng SELECT, ngoài ra chỉ có USAGE. MariaDB cho mọi tài khoản ghi vào cơ sở dữ liệu tên test: nên
-- xóa cơ sở dữ liệu ấy (mariadb-secure-installation).
SHOW GRANTS FOR '{{ reader }}'@'%';
