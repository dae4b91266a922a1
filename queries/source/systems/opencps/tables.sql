{# The same on every engine: names without quotes, nothing but standard words. `view_of` makes the head of a view. #}
{% from "kinds.sql" import head_of, kind_of with context %}
{% macro counted(d) %}
{{ d }}.originality >= 0
  AND {{ d }}.receiveDate IS NOT NULL
{%- if site is not none %}

  AND {{ d }}.groupId = {{ site }}
{%- endif %}
{% endmacro %}
{% set status = "LOWER(TRIM(d.dossierStatus))" %}
-- Đơn vị: mọi cơ quan có hồ sơ. Loại nhận theo tên; tên nào lạ thì `motcua check` in sẵn dòng [values.units.kind] để khai.
{{ view_of("unit_heads") }}
SELECT
  d.govAgencyCode AS unit_code,
  MAX(d.govAgencyName) AS name,
  {{ head_of("MAX(d.govAgencyName)") }} AS head
FROM {{ theirs_name }}.opencps_dossier AS d
WHERE {{ counted("d") }}
  AND d.govAgencyCode <> ''
GROUP BY d.govAgencyCode;

{{ view_of("units") }}
SELECT
  h.unit_code,
  h.name,
  {{ kind_of("h.head", "h.name") }} AS kind
FROM {{ ours_name }}.unit_heads AS h;
-- Không có ở bảng hồ sơ: parent_code, sort_order, active_from, active_to, successor_code, has_postal_contract, head_name.

-- Thủ tục: mã và tên như ghi trong hồ sơ.
{{ view_of("procedures") }}
SELECT
  d.serviceCode AS procedure_code,
  MAX(d.serviceName) AS name
FROM {{ theirs_name }}.opencps_dossier AS d
WHERE {{ counted("d") }}
  AND d.serviceCode <> ''
GROUP BY d.serviceCode;
-- Không có ở bảng hồ sơ: field, level, online_level, time_limit_days, interlinked. Danh mục thủ tục của phần mềm có lĩnh
-- vực và mức độ trực tuyến; nối thêm ở đây thì các trang Lĩnh vực và Trực tuyến có số liệu.

-- Hồ sơ. originality >= 0: như thống kê của phần mềm. Chưa có receiveDate là chưa tiếp nhận, chưa tính.
{{ view_of("dossiers") }}
SELECT
  d.dossierId AS record_id,  -- ngoài quy ước: chỉ để đối chiếu với phần mềm
  COALESCE(NULLIF(TRIM(d.dossierNo), ''), CONCAT('ID', d.dossierId)) AS dossier_code,
  d.govAgencyCode AS unit_code,
  d.serviceCode AS procedure_code,
  CASE WHEN d.online_ THEN 'online' WHEN d.fromViaPostal > 0 THEN 'post' ELSE 'counter' END AS channel,
  d.submitDate AS submitted_at,
  d.receiveDate AS received_at,
  -- Hẹn trả. Phần mềm dời dueDate khi hồ sơ chờ bổ sung, chờ phí (dời đúng luật), còn hẹn lại thì ghi vào extendDate và để
  -- nguyên dueDate: nên hẹn đầu tiên là dueDate, hẹn đang hiệu lực là extendDate khi muộn hơn. Quy trình nào của đơn vị cho
  -- sửa thẳng dueDate thì lần hẹn đầu không còn trong bảng này.
  d.dueDate AS due_at,
  CASE WHEN d.extendDate > d.dueDate THEN d.extendDate ELSE d.dueDate END AS current_due_at,
  -- Lúc có kết quả (releaseDate). Hồ sơ nào nguồn không ghi thì lấy ngày công dân nhận kết quả (finishDate), muộn hơn hoặc
  -- bằng: có thể trễ hơn thật. Rút: lúc xin rút. Từ chối: nguồn không ghi ngày, lấy lần sửa cuối của hồ sơ.
  CASE
    WHEN {{ status }} IN ('done', 'posting', 'releasing', 'unresolved') THEN COALESCE(d.releaseDate, d.finishDate)
    WHEN {{ status }} = 'cancelled' THEN COALESCE(d.releaseDate, d.cancellingDate, d.finishDate)
    WHEN {{ status }} = 'denied' THEN COALESCE(d.releaseDate, d.finishDate, d.modifiedDate)
  END AS finished_at,
  d.finishDate AS returned_at,
  CASE d.viaPostal WHEN 2 THEN 1 WHEN 1 THEN 0 WHEN 0 THEN 0 END AS returned_by_post,
  -- unresolved (không giải quyết được) là đã giải quyết, như thống kê của phần mềm. Từ nào không có dưới đây (expired…) giữ
  -- nguyên: `motcua check` in sẵn dòng [values.dossiers.state] để khai.
  CASE {{ status }}
    WHEN 'done' THEN 'finished'
    WHEN 'posting' THEN 'finished'
    WHEN 'releasing' THEN 'finished'
    WHEN 'unresolved' THEN 'finished'
    WHEN 'denied' THEN 'refused'
    WHEN 'cancelled' THEN 'withdrawn'
    WHEN 'waiting' THEN 'suspended'
    WHEN 'paying' THEN 'suspended'
    WHEN 'correcting' THEN 'suspended'
    WHEN 'new' THEN 'open'
    WHEN 'receiving' THEN 'open'
    WHEN 'processing' THEN 'open'
    WHEN 'interoperating' THEN 'open'
    WHEN 'cancelling' THEN 'open'
    ELSE d.dossierStatus
  END AS state,
  -- Chỉ lần sửa đổi, bổ sung đang chờ mới có ngày ghi; chờ khác thì “tạm dừng theo trạng thái hiện tại”.
  CASE {{ status }} WHEN 'correcting' THEN d.correcttingDate END AS suspended_since,
  d.modifiedDate AS updated_at
FROM {{ theirs_name }}.opencps_dossier AS d
WHERE {{ counted("d") }};
-- Không có ở bảng hồ sơ: receiving_unit_code, field, online_level, assisted, clock_start_at, officer_code, late_reason.
-- Nên có chỉ mục trên modifiedDate, để mỗi lần chỉ đọc những gì thay đổi:
--   CREATE INDEX opencps_dossier_modified ON {{ theirs_name }}.opencps_dossier (modifiedDate);
