{% set status = "LOWER(TRIM(o.dossierStatus))" %}
{% set is_released = status ~ " IN ('done', 'posting', 'releasing', 'unresolved')" %}
-- OpenCPS v2: số đếm theo quy tắc của phần mềm đặt cạnh số của bảng theo dõi, từng đơn vị, từng tháng của releaseDate.
-- Chạy bằng tài khoản quản trị, sau khi đã có các view. So tiếp với opencps_statistic và báo cáo phần mềm in ra.
-- Phần mềm coi hồ sơ không có dueDate là trước hạn; bảng theo dõi để riêng, “không có ngày hẹn trả”.
SELECT
  d.unit_code,
  EXTRACT(YEAR FROM o.releaseDate) AS nam,
  EXTRACT(MONTH FROM o.releaseDate) AS thang,
  COUNT(*) AS da_giai_quyet,
  SUM(CASE WHEN o.releaseDate > o.dueDate THEN 1 ELSE 0 END) AS phan_mem_qua_han,
  SUM(CASE WHEN d.finished_at > d.due_at THEN 1 ELSE 0 END) AS ta_tre_han,
  SUM(CASE WHEN o.dueDate IS NULL THEN 1 ELSE 0 END) AS khong_co_hen_tra
FROM {{ ours_name }}.dossiers AS d
INNER JOIN {{ theirs_name }}.opencps_dossier AS o ON o.dossierId = d.record_id
WHERE {{ is_released }}
  AND o.releaseDate IS NOT NULL
GROUP BY d.unit_code, EXTRACT(YEAR FROM o.releaseDate), EXTRACT(MONTH FROM o.releaseDate)
ORDER BY 2, 3, 1;
