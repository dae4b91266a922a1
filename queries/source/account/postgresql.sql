-- Tài khoản chỉ đọc của bảng theo dõi một cửa, PostgreSQL: đọc các bảng của quy ước (docs/contract.md), không gì khác.
--
-- Quản trị chạy TRONG cơ sở dữ liệu có các bảng ấy:   psql -d tên_csdl -f tệp_này
-- Chạy lại bao nhiêu lần cũng được; thêm bảng mới vào quy ước thì chạy lại.

DO $motcua$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{{ reader }}') THEN
    CREATE ROLE "{{ reader }}";
  END IF;
END
$motcua$;
ALTER ROLE "{{ reader }}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT CONNECTION LIMIT 8;
ALTER ROLE "{{ reader }}" SET default_transaction_read_only = on;

-- Bỏ mọi quyền trên bảng đã cấp cho tài khoản này ở cơ sở dữ liệu đang chạy, rồi chỉ cho đọc những bảng sau, bảng nào có.
DO $motcua$
DECLARE
  one text;
BEGIN
  FOR one IN SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\_%' LOOP
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', one, '{{ reader }}');
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', one, '{{ reader }}');
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', one, '{{ reader }}');
  END LOOP;
END
$motcua$;
GRANT USAGE ON SCHEMA "{{ schema }}" TO "{{ reader }}";
DO $motcua$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY[{% for name in tables %}'{{ name }}'{{ ", " if not loop.last }}{% endfor %}] LOOP
    IF to_regclass(format('%I.%I', '{{ schema }}', one)) IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON %I.%I TO %I', '{{ schema }}', one, '{{ reader }}');
    END IF;
  END LOOP;
END
$motcua$;

-- Mật khẩu: gõ trong psql, không viết vào tệp.
--   \password {{ reader }}

-- PostgreSQL cho MỌI tài khoản (PUBLIC) vài quyền: tạo bảng trong schema public (đến bản 14), bảng tạm, đối tượng lớn.
-- Bỏ được thì bỏ, sau khi hỏi người dùng các phần mềm khác trong cùng cơ sở dữ liệu:
--   REVOKE CREATE ON SCHEMA public FROM PUBLIC;
--   REVOKE TEMPORARY ON DATABASE tên_csdl FROM PUBLIC;

-- Kiểm tra: ngoài quy ước, tài khoản này còn đọc hay ghi được bảng nào? Phải không có dòng nào.
SELECT n.nspname AS schema, c.relname AS "bảng ngoài quy ước"
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_toast%'
  AND has_schema_privilege('{{ reader }}', n.oid, 'USAGE')
  AND (has_any_column_privilege('{{ reader }}', c.oid, 'SELECT, INSERT, UPDATE')
    OR has_table_privilege('{{ reader }}', c.oid, 'DELETE, TRUNCATE, TRIGGER'))
  AND NOT (n.nspname = '{{ schema }}' AND c.relname = ANY (ARRAY[{% for name in tables %}'{{ name }}'{{ ", " if not loop.last }}{% endfor %}])
    AND NOT has_any_column_privilege('{{ reader }}', c.oid, 'INSERT, UPDATE')
    AND NOT has_table_privilege('{{ reader }}', c.oid, 'DELETE, TRUNCATE, TRIGGER'))
ORDER BY 1, 2;
