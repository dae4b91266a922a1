{% from "kinds.sql" import head_of, kind_of, is_communal, guarded with context %}
{% set theirs = theirs or "epar" %}
{{ guarded(theirs, ours) -}}
{% macro moment(column) %}CASE WHEN YEAR({{ column }}) > 0 THEN {{ column }} END{% endmacro %}
-- e-PAR (R3) trên MariaDB, MySQL: các view theo quy ước dữ liệu của bảng theo dõi một cửa (docs/contract.md).
--
-- Chạy bằng tài khoản quản trị:   mariadb < tệp_này   (MySQL: mysql < tệp_này). Chạy lại bao nhiêu lần cũng được.
-- Bảng của phần mềm nằm ở `{{ theirs }}`, không bị sửa gì; mọi thứ dưới đây nằm ở `{{ ours }}`.
-- Không cột nào về công dân được đọc.
-- Ngày 0000-00-00 coi là trống.
--
-- motcua.toml:
--   database_url = "mysql+pymysql://{{ reader }}:mật_khẩu@máy_chủ:3306/{{ ours }}"
{% if is_nightly %}
--   (không đặt as_of: số liệu đến lần nạp gần nhất, theo bảng loads)
{% else %}
--   as_of = "live"        # số liệu đến lần đọc gần nhất; bỏ dòng này nếu sau chuyển sang bảng nạp hằng đêm
{% endif %}

SET NAMES utf8mb4;
SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION';
CREATE DATABASE IF NOT EXISTS `{{ ours }}` CHARACTER SET utf8mb4;

-- Đơn vị: xã, phường, thị trấn, đặc khu trong t_cores_ou (nhận theo tên), và mọi đơn vị đã nhận hồ sơ; thêm một dòng cho
-- cấp huyện. Hồ sơ có FK_VILLAGE_ID = 0 thuộc đơn vị mã 0: nguồn không ghi phòng nào giải quyết, nên cấp huyện là MỘT đơn
-- vị; đặt tên cho nó ở dòng đầu. Loại nhận theo tên; tên nào lạ thì `motcua check` in sẵn dòng [values.units.kind] để khai.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.unit_heads AS
SELECT
  o.PK_OU AS id,
  o.FK_OU AS parent_id,
  o.C_NAME AS name,
  o.C_ORDER AS sort_order,
  {{ head_of("o.C_NAME") }} AS head
FROM `{{ theirs }}`.t_cores_ou AS o;

CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.units AS
SELECT
  '0' AS unit_code,
  'Bộ phận Một cửa cấp huyện' AS name,
  'desk' AS kind,
  0 AS sort_order
UNION ALL
SELECT
  CAST(h.id AS CHAR(20)),
  h.name,
  {{ kind_of("h.head", "h.name") }},
  h.sort_order
FROM `{{ ours }}`.unit_heads AS h
WHERE h.id <> 0
  AND (
    {{ is_communal("h.head") }}
    OR h.id IN (SELECT r.FK_VILLAGE_ID FROM `{{ theirs }}`.t_r3_record AS r)
  );
-- Không có ở nguồn: parent_code, active_from, active_to, successor_code, has_postal_contract, head_name.

-- Thủ tục. C_SCOPE: 0 xã, 1 xã chuyển huyện, 2 huyện chuyển xã, 3 huyện.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.procedures AS
SELECT
  COALESCE(NULLIF(TRIM(t.C_CODE), ''), CAST(t.PK_RECORD_TYPE AS CHAR(20))) AS procedure_code,
  t.C_NAME AS name,
  t.C_SPEC_CODE AS field,  -- mã lĩnh vực; tên lĩnh vực nằm trong t_cores_list, xem cuối tệp
  CASE t.C_SCOPE WHEN 0 THEN 'commune' WHEN 2 THEN 'commune' WHEN 1 THEN 'district' WHEN 3 THEN 'district' END AS level,
  CASE t.C_SCOPE WHEN 1 THEN 1 WHEN 2 THEN 1 WHEN 0 THEN 0 WHEN 3 THEN 0 END AS interlinked,
  -- Gửi được hồ sơ qua mạng là từ mức độ 3; nguồn không ghi thủ tục nào mức 4. Không gửi được: không rõ 1 hay 2.
  CASE t.C_SEND_OVER_INTERNET WHEN '1' THEN '3' END AS online_level
FROM `{{ theirs }}`.t_r3_record_type AS t;
-- Không có ở nguồn: time_limit_days.

{% if not is_nightly %}
-- Trước đây dùng bảng nạp hằng đêm (--nightly) thì bảng ấy nhường chỗ cho view, việc nạp và bảng loads thôi theo; muốn giữ
-- bảng nạp hằng đêm thì đừng chạy tệp này, in lại với --nightly{{ " --slips" if has_slips else "" }}.
DROP EVENT IF EXISTS `{{ ours }}`.fill_dossiers_nightly;
DROP PROCEDURE IF EXISTS `{{ ours }}`.fill_dossiers;
DROP TABLE IF EXISTS `{{ ours }}`.dossiers, `{{ ours }}`.loads;
DROP VIEW IF EXISTS `{{ ours }}`.dossiers_now;

{% endif %}
-- Hồ sơ, đúng như đang có trong phần mềm.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.{{ "dossiers_now" if is_nightly else "dossiers" }} AS
SELECT
  r.PK_RECORD AS record_id,  -- ngoài quy ước: chỉ để đối chiếu với phần mềm
  r.C_RECORD_NO AS dossier_code,
  -- Đơn vị tính số liệu, như báo cáo của phần mềm. Thủ tục liên thông (C_SCOPE 1, 2) cũng tính cho nơi này: nguồn
  -- không ghi hồ sơ đang ở bên nào.
  CAST(COALESCE(r.FK_VILLAGE_ID, 0) AS CHAR(20)) AS unit_code,
  COALESCE(NULLIF(TRIM(t.C_CODE), ''), CAST(r.FK_RECORD_TYPE AS CHAR(20))) AS procedure_code,
  CASE r.C_IS_INTERNET_RECORD WHEN '1' THEN 'online' ELSE 'counter' END AS channel,
  {{ moment("r.C_RECEIVE_DATE") }} AS received_at,
  -- Hẹn trả ĐẦU TIÊN: org_return_date trong C_XML_PROCESSING. Hẹn lại sửa C_RETURN_DATE, không sửa org_return_date,
  -- nên không xóa được trễ hẹn. Hồ sơ đã tạm dừng rồi làm tiếp: phần mềm cộng số ngày làm việc tạm dừng vào
  -- C_RETURN_DATE, tức là dời hẹn đúng luật, nên lấy C_RETURN_DATE (hẹn lại, nếu có, của những hồ sơ này không tách ra được).
  -- Không có org_return_date: C_RETURN_DATE.
  CASE
    WHEN YEAR(r.C_UNPAUSE_DATE) > 0 AND r.C_UNPAUSE_DATE >= r.C_PAUSE_DATE AND YEAR(r.C_RETURN_DATE) > 0
      THEN r.C_RETURN_DATE
    WHEN SUBSTRING(r.C_XML_PROCESSING, LOCATE('org_return_date="', r.C_XML_PROCESSING) + 17, 10)
      RLIKE '^[12][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$' AND LOCATE('org_return_date="', r.C_XML_PROCESSING) > 0
      THEN COALESCE(
        CAST(SUBSTRING_INDEX(SUBSTRING(r.C_XML_PROCESSING, LOCATE('org_return_date="', r.C_XML_PROCESSING) + 17, 19), '"', 1) AS DATETIME)
          + INTERVAL 0 SECOND,  -- ngày không có thật (30/2) thành trống
        {{ moment("r.C_RETURN_DATE") }}
      )
    ELSE {{ moment("r.C_RETURN_DATE") }}
  END AS due_at,
  {{ moment("r.C_RETURN_DATE") }} AS current_due_at,
  -- Lúc kết quả về đến bộ phận một cửa (C_BIZ_DONE_DATE). Hồ sơ nào nguồn không ghi lúc ấy thì lấy ngày công dân
  -- nhận kết quả (C_CLEAR_DATE), muộn hơn hoặc bằng: có thể trễ hơn thật. Từ chối, rút: lúc đóng.
  CASE
    WHEN r.C_REJECTED IN (1, 2) THEN COALESCE({{ moment("r.C_REJECT_DATE") }}, {{ moment("r.C_CLEAR_DATE") }})
    ELSE COALESCE({{ moment("r.C_BIZ_DONE_DATE") }}, {{ moment("r.C_CLEAR_DATE") }})
  END AS finished_at,
  {{ moment("r.C_CLEAR_DATE") }} AS returned_at,
  CASE
    WHEN r.C_REJECTED = 1 THEN 'refused'
    WHEN r.C_REJECTED = 2 THEN 'withdrawn'
    WHEN YEAR(r.C_BIZ_DONE_DATE) > 0 OR YEAR(r.C_CLEAR_DATE) > 0 THEN 'finished'
    WHEN YEAR(r.C_PAUSE_DATE) > 0 AND (COALESCE(YEAR(r.C_UNPAUSE_DATE), 0) = 0 OR r.C_UNPAUSE_DATE < r.C_PAUSE_DATE)
      THEN 'suspended'
    ELSE 'open'
  END AS state,
  CASE
    WHEN YEAR(r.C_PAUSE_DATE) > 0 AND (COALESCE(YEAR(r.C_UNPAUSE_DATE), 0) = 0 OR r.C_UNPAUSE_DATE < r.C_PAUSE_DATE)
      THEN r.C_PAUSE_DATE
  END AS suspended_since,
  -- Người đang giữ hồ sơ chưa xong. Với hồ sơ đã xong, C_LAST_USER_CODE thường là người trả kết quả, không phải người
  -- chịu trách nhiệm, nên để trống.
  CASE
    WHEN COALESCE(r.C_REJECTED, 0) = 0 AND COALESCE(YEAR(r.C_BIZ_DONE_DATE), 0) = 0 AND COALESCE(YEAR(r.C_CLEAR_DATE), 0) = 0
      THEN NULLIF(TRIM(r.C_LAST_USER_CODE), '')
  END AS officer_code
FROM `{{ theirs }}`.t_r3_record AS r
LEFT JOIN `{{ theirs }}`.t_r3_record_type AS t ON t.PK_RECORD_TYPE = r.FK_RECORD_TYPE
WHERE COALESCE(r.C_DELETED, 0) <> 1
  -- Hồ sơ gửi qua mạng chưa được tiếp nhận thì chưa tính.
  AND (YEAR(r.C_RECEIVE_DATE) > 0 OR COALESCE(r.C_IS_INTERNET_RECORD, '0') <> '1');
-- Không có ở nguồn: receiving_unit_code, field (theo thủ tục), online_level (theo thủ tục), assisted, submitted_at,
-- clock_start_at, returned_by_post, late_reason, updated_at. Không có updated_at thì mỗi lần cập nhật đọc lại toàn bộ.

{% if is_nightly %}
-- Bảng thay cho view: mở XML của mọi hồ sơ một lần mỗi đêm, không phải mỗi lần cập nhật.
DROP VIEW IF EXISTS `{{ ours }}`.dossiers;
CREATE TABLE IF NOT EXISTS `{{ ours }}`.dossiers (
  record_id int,
  dossier_code varchar(50),
  unit_code varchar(20),
  procedure_code varchar(50),
  channel varchar(10),
  received_at datetime,
  due_at datetime,
  current_due_at datetime,
  finished_at datetime,
  returned_at datetime,
  state varchar(10),
  suspended_since datetime,
  officer_code varchar(100)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
CREATE TABLE IF NOT EXISTS `{{ ours }}`.loads (
  as_of datetime NOT NULL,
  loaded_at datetime NOT NULL,
  source varchar(100) NOT NULL,
  `rows` bigint NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

DROP PROCEDURE IF EXISTS `{{ ours }}`.fill_dossiers;
DELIMITER //
CREATE PROCEDURE `{{ ours }}`.fill_dossiers()
BEGIN
  DECLARE began datetime DEFAULT NOW();
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    ROLLBACK;  -- nạp hỏng thì số liệu đêm trước còn nguyên
    RESIGNAL;
  END;
  -- Người đang đọc vẫn thấy trọn bảng cũ cho đến COMMIT. READ COMMITTED: đọc t_r3_record mà không khóa dòng nào
  -- (bảng MyISAM thì vẫn khóa cả bảng với người ghi trong lúc đọc: hãy chạy ban đêm).
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  START TRANSACTION;
  DELETE FROM `{{ ours }}`.dossiers;
  INSERT INTO `{{ ours }}`.dossiers (
    record_id, dossier_code, unit_code, procedure_code, channel, received_at, due_at, current_due_at, finished_at,
    returned_at, state, suspended_since, officer_code
  )
  SELECT
    record_id, dossier_code, unit_code, procedure_code, channel, received_at, due_at, current_due_at, finished_at,
    returned_at, state, suspended_since, officer_code
  FROM `{{ ours }}`.dossiers_now;
  -- Bảng theo dõi thấy dòng mới ở đây thì đọc lại, trong một phút.
  INSERT INTO `{{ ours }}`.loads (as_of, loaded_at, source, `rows`)
  SELECT began, NOW(), 'e-PAR', COUNT(*) FROM `{{ ours }}`.dossiers;
  COMMIT;
END//
DELIMITER ;

-- Nạp lần đầu ngay, rồi mỗi đêm lúc 1 giờ. EVENT chỉ chạy khi event_scheduler = ON trong tệp cấu hình của máy chủ;
-- không bật được thì dùng cron:   0 1 * * * mariadb -e 'CALL `{{ ours }}`.fill_dossiers()'
CALL `{{ ours }}`.fill_dossiers();
DROP EVENT IF EXISTS `{{ ours }}`.fill_dossiers_nightly;
CREATE EVENT `{{ ours }}`.fill_dossiers_nightly
  ON SCHEDULE EVERY 1 DAY STARTS CURRENT_DATE + INTERVAL 1 DAY + INTERVAL 1 HOUR
  DO CALL `{{ ours }}`.fill_dossiers();

{% endif %}
{% if has_slips %}
-- Phiếu yêu cầu bổ sung và phiếu từ chối. Lý do từ chối là lời văn tự do, có thể có tên công dân: chỉ nói có ghi hay không.
-- Phần mềm KHÔNG ghi phiếu xin lỗi. Có bảng này mà không nạp phiếu xin lỗi từ chỗ khác (một view thêm, một tệp Excel) thì
-- mọi hồ sơ trễ hạn đều bị coi là chưa xin lỗi.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.slips AS
SELECT
  CONCAT('BS', s.PK_RECORD_SUPPLEMENT) AS slip_id,
  r.C_RECORD_NO AS dossier_code,
  'supplement' AS kind,
  {{ moment("s.C_ANNOUNCE_DATE") }} AS issued_at,
  NULL AS reason
FROM `{{ theirs }}`.t_r3_record_supplement AS s
INNER JOIN `{{ theirs }}`.t_r3_record AS r ON r.PK_RECORD = s.FK_RECORD
WHERE COALESCE(r.C_DELETED, 0) <> 1 AND YEAR(s.C_ANNOUNCE_DATE) > 0
UNION ALL
SELECT
  CONCAT('TC', r.PK_RECORD),
  r.C_RECORD_NO,
  'refusal',
  {{ moment("r.C_REJECT_DATE") }},
  CASE WHEN TRIM(r.C_REJECT_REASON) <> '' THEN 'có ghi lý do' END
FROM `{{ theirs }}`.t_r3_record AS r
WHERE COALESCE(r.C_DELETED, 0) <> 1 AND r.C_REJECTED = 1 AND YEAR(r.C_REJECT_DATE) > 0;

{% endif %}
-- Công chức: mã là tên đăng nhập. Người thuộc phòng, ban cấp huyện tính vào đơn vị 0; người thuộc một bộ phận của xã
-- tính vào xã ấy.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.officers AS
SELECT
  u.C_LOGIN_NAME AS officer_code,
  -- u.C_NAME AS name,  -- bỏ hai gạch đầu dòng nếu đơn vị muốn hiện họ tên công chức
  CASE
    WHEN {{ is_communal("o.head") }}
      THEN CAST(o.id AS CHAR(20))
    WHEN {{ is_communal("p.head") }}
      THEN CAST(p.id AS CHAR(20))
    ELSE '0'
  END AS unit_code
FROM `{{ theirs }}`.t_cores_user AS u
LEFT JOIN `{{ ours }}`.unit_heads AS o ON o.id = u.FK_OU
LEFT JOIN `{{ ours }}`.unit_heads AS p ON p.id = o.parent_id;

-- Tài khoản chỉ được đọc các view; view chạy bằng quyền của người tạo, nên tài khoản này không thấy bảng nào của
-- `{{ theirs }}`. Đặt mật khẩu, sửa địa chỉ máy, bỏ hai gạch đầu dòng rồi chạy:
-- CREATE USER '{{ reader }}'@'%' IDENTIFIED BY '…';
-- GRANT SELECT, SHOW VIEW ON `{{ ours }}`.* TO '{{ reader }}'@'%';

-- Tên lĩnh vực thay cho mã: danh mục nằm trong t_cores_list, t_cores_listtype. Tên cột và mã danh mục mỗi nơi một khác, xem
-- bằng:   SHOW COLUMNS FROM `{{ theirs }}`.t_cores_list;   rồi thêm vào view procedures:
--   LEFT JOIN `{{ theirs }}`.t_cores_list AS l ON l.<cột mã> = t.C_SPEC_CODE AND l.<cột loại> = <loại lĩnh vực>
--   và đổi t.C_SPEC_CODE thành l.<cột tên>.

-- Đánh giá của công dân (t_r3_assessment): mỗi dòng là số phiếu của một tiêu chí cho một người trong một ngày. Tiêu chí nào
-- nghĩa là gì thì mỗi nơi một khác; xem danh mục, sửa các số 1, 2, 3 dưới đây rồi bỏ hai gạch đầu dòng:
-- CREATE OR REPLACE SQL SECURITY DEFINER VIEW `{{ ours }}`.ratings AS
-- SELECT
--   COALESCE(f.unit_code, '0') AS unit_code,
--   CAST(CONCAT(a.C_YEAR, '-', LPAD(a.C_MONTH, 2, '0'), '-', LPAD(a.C_DAY, 2, '0')) AS DATE) AS rated_on,
--   'tablet' AS source,
--   CASE a.FK_CRITERIAL WHEN 1 THEN 'very_satisfied' WHEN 2 THEN 'satisfied' WHEN 3 THEN 'dissatisfied' END AS level,
--   SUM(a.C_VOTE) AS votes
-- FROM `{{ theirs }}`.t_r3_assessment AS a
-- LEFT JOIN `{{ theirs }}`.t_cores_user AS u ON u.PK_USER = a.FK_USER
-- LEFT JOIN `{{ ours }}`.officers AS f ON f.officer_code = u.C_LOGIN_NAME
-- GROUP BY 1, 2, 3, 4;
