{% from "kinds.sql" import guarded with context %}
{% set theirs = theirs or "epar" %}
{{ guarded(theirs, ours) -}}
-- e-PAR (R3): số của phần mềm đặt cạnh số của bảng theo dõi. Chạy bằng tài khoản quản trị, sau khi đã có các view.
-- Phần mềm đếm sớm, đúng, quá bằng C_BIZ_DAYS_EXCEED: NGÀY LÀM VIỆC, so với hẹn trả đang hiệu lực.
-- Bảng theo dõi đếm bằng NGÀY LỊCH, so với hẹn trả đầu tiên.
SET NAMES utf8mb4;

-- 1. Từng đơn vị, từng tháng của ngày có kết quả. Báo cáo của phần mềm chỉ đếm hồ sơ đã trả (C_CLEAR_DATE): của tháng đang
-- chạy, cột đầu là số đã trả trong số đã xong.
SELECT
  d.unit_code,
  YEAR(d.finished_at) AS nam,
  MONTH(d.finished_at) AS thang,
  SUM(d.returned_at IS NOT NULL) AS da_tra,
  SUM(r.C_BIZ_DAYS_EXCEED > 0) AS phan_mem_som,
  SUM(d.finished_at < DATE(d.due_at)) AS ta_truoc_han,
  SUM(r.C_BIZ_DAYS_EXCEED = 0) AS phan_mem_dung,
  SUM(DATE(d.finished_at) = DATE(d.due_at)) AS ta_dung_han,
  SUM(r.C_BIZ_DAYS_EXCEED < 0) AS phan_mem_qua,
  SUM(DATE(d.finished_at) > DATE(d.due_at)) AS ta_tre_han,
  SUM(r.C_BIZ_DAYS_EXCEED IS NULL) AS phan_mem_khong_ghi,
  SUM(d.due_at IS NULL) AS ta_khong_co_hen_tra
FROM `{{ ours }}`.dossiers AS d
INNER JOIN `{{ theirs }}`.t_r3_record AS r ON r.PK_RECORD = d.record_id
WHERE d.state = 'finished'
GROUP BY d.unit_code, YEAR(d.finished_at), MONTH(d.finished_at)
ORDER BY 2, 3, 1;

-- 2. Từng hồ sơ mà hai bên đếm khác nhau, và vì sao.
SELECT
  d.dossier_code,
  d.unit_code,
  d.due_at AS hen_dau,
  d.current_due_at AS hen_hieu_luc,
  d.finished_at AS xong,
  r.C_BIZ_DAYS_EXCEED AS ngay_lam_viec_con_lai,
  CASE
    WHEN r.C_BIZ_DAYS_EXCEED IS NULL OR d.due_at IS NULL THEN 'mot ben khong dem'
    WHEN DATE(d.current_due_at) <> DATE(d.due_at)
      AND SIGN(r.C_BIZ_DAYS_EXCEED) = SIGN(DATEDIFF(d.current_due_at, d.finished_at)) THEN 'hen lai'
    WHEN COALESCE(YEAR(r.C_BIZ_DONE_DATE), 0) = 0 THEN 'lay ngay cong dan nhan'
    ELSE 'ngay lam viec, ngay lich'
  END AS vi_sao
FROM `{{ ours }}`.dossiers AS d
INNER JOIN `{{ theirs }}`.t_r3_record AS r ON r.PK_RECORD = d.record_id
WHERE d.state = 'finished'
  AND NOT (SIGN(r.C_BIZ_DAYS_EXCEED) <=> SIGN(DATEDIFF(d.due_at, d.finished_at)))
ORDER BY d.finished_at, d.dossier_code;
