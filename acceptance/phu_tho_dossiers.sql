-- Each unit becomes total_received dossiers, the first total_overdue of them late: one in
-- three still open past its promise, the others finished 1 to 5 days after it. The rest are
-- finished by their promise, one in seven on the promised day itself. All are received in
-- 2026 before 26/9, and every moment has happened by then.
CREATE VIEW phu_tho.units AS
SELECT
    code AS unit_code,
    name,
    CASE
        WHEN level = 'PROVINCE' THEN 'department'
        WHEN name ILIKE '%phường%' THEN 'ward'
        ELSE 'commune'
    END AS kind
FROM phu_tho.published;

CREATE VIEW phu_tho.loads AS
SELECT timestamp '2026-09-26 17:00' AS as_of, 'số liệu công bố' AS source;

CREATE UNLOGGED TABLE phu_tho.dossiers AS
WITH dossier AS (
    SELECT code, i, i <= total_overdue AS is_overdue
    FROM phu_tho.published CROSS JOIN LATERAL generate_series(1, total_received) AS i
), received AS (
    SELECT *,
        timestamp '2026-01-01 07:30'
            + make_interval(days => i * 37 % CASE WHEN is_overdue THEN 255 ELSE 268 END, hours => i % 8)
            AS received_at
    FROM dossier
), finished AS (
    SELECT *,
        CASE WHEN is_overdue THEN received_at::date + 3 + i % 10 + time '17:00' END AS overdue_since,
        least(received_at + make_interval(days => i % 4, mins => 25), timestamp '2026-09-25 16:00') AS done_at
    FROM received
)
SELECT
    code || '-' || i AS dossier_code,
    code AS unit_code,
    'counter' AS channel,
    received_at,
    CASE
        WHEN is_overdue THEN overdue_since
        WHEN i % 7 = 0 THEN done_at::date + time '17:00'
        ELSE done_at::date + 1 + i % 10 + time '17:00'
    END AS due_at,
    CASE
        WHEN is_overdue AND i % 3 = 0 THEN NULL
        WHEN is_overdue THEN least(
            overdue_since + make_interval(days => 1 + i % 5, hours => -2), timestamp '2026-09-26 10:00'
        )
        ELSE done_at
    END AS finished_at,
    CASE WHEN is_overdue AND i % 3 = 0 THEN 'open' ELSE 'finished' END AS state
FROM finished;
