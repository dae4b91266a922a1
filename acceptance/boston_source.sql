-- The city's own table: its column names, its types, moments with an offset.
CREATE SCHEMA boston;
CREATE TABLE boston.service_requests (
    case_id             text PRIMARY KEY,
    open_date           timestamptz,
    close_date          timestamptz,
    target_close_date   timestamptz,
    service_name        text,
    assigned_department text,
    case_status         text,
    on_time             text,
    report_source       text,
    neighborhood        text,
    ward                text
);
