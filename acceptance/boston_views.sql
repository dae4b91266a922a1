-- Ví dụ cho người quản trị cơ sở dữ liệu: nối một hệ thống có sẵn bằng khung nhìn (view).
--
-- Hệ thống nguồn không phải sửa gì. Mỗi bảng trong quy ước dữ liệu (docs/contract.md) là một
-- view cùng tên trong một schema riêng; tài khoản của bảng theo dõi chỉ được SELECT các view đó,
-- không đọc được bảng gốc, nên cột nào không có trong view thì không ai xem được.
CREATE SCHEMA boston_motcua;

-- units: danh mục đơn vị. Nguồn không có danh mục riêng nên lấy từ hồ sơ; mã giữ nguyên văn
-- ("03" chứ không phải 3). Ô trống không thành đơn vị: hồ sơ đó vào dòng "(không rõ đơn vị)".
CREATE VIEW boston_motcua.units AS
SELECT DISTINCT
    ward                AS unit_code,
    'Khu vực ' || ward  AS name,
    'ward'              AS kind,          -- ward, commune, township, department, desk
    ward::integer       AS sort_order
FROM boston.service_requests
WHERE ward IS NOT NULL;

-- procedures: nguồn không có mã thủ tục, tên dịch vụ dùng làm mã. Không có cột field ở đây vì
-- lĩnh vực nằm ở từng hồ sơ; cột không bắt buộc thì cứ bỏ đi, không cần điền NULL.
CREATE VIEW boston_motcua.procedures AS
SELECT DISTINCT
    service_name  AS procedure_code,
    service_name  AS name
FROM boston.service_requests
WHERE service_name IS NOT NULL;

-- dossiers: quy ước cần giờ địa phương, không kèm múi giờ. AT TIME ZONE đổi timestamptz thành
-- timestamp ở múi giờ nêu tên: ở Việt Nam viết 'Asia/Ho_Chi_Minh'; dữ liệu này chốt theo nửa đêm
-- UTC nên viết 'UTC' (và time_zone = "UTC" trong motcua.toml). Cột đã là giờ địa phương thì để nguyên.
CREATE VIEW boston_motcua.dossiers AS
SELECT
    case_id                                   AS dossier_code,
    ward                                      AS unit_code,
    service_name                              AS procedure_code,
    assigned_department                       AS field,
    CASE report_source
        WHEN 'BOS311' THEN 'online'
        WHEN 'Call'   THEN 'counter'
    END                                       AS channel,       -- từ lạ thành NULL: "motcua check" sẽ báo
    open_date         AT TIME ZONE 'UTC'      AS received_at,
    target_close_date AT TIME ZONE 'UTC'      AS due_at,        -- hẹn trả ĐẦU TIÊN, không phải hẹn lại
    close_date        AT TIME ZONE 'UTC'      AS finished_at,
    -- Từ trạng thái của nguồn đổi sang năm từ của quy ước. Ở đây chỉ "Closed" là xong; mọi bước
    -- trung gian đều là đang giải quyết.
    CASE WHEN case_status = 'Closed' THEN 'finished' ELSE 'open' END AS state
FROM boston.service_requests;

-- loads: số liệu đúng đến lúc nào. Thường là bảng ghi mỗi lần nạp; bản chốt một lần thì là hằng số.
CREATE VIEW boston_motcua.loads AS
SELECT
    timestamp '2026-02-11 00:00'         AS as_of,
    'boston 311'                         AS source,
    count(*)::integer                    AS rows
FROM boston.service_requests;
