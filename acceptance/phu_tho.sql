-- Figures as published, one row a unit; dossiers of our own making that add up to them.
CREATE SCHEMA phu_tho;
CREATE TABLE phu_tho.published (
    code              text PRIMARY KEY,
    name              text,
    level             text,
    total_received    integer,
    total_on_time     integer,
    total_overdue     integer,
    ratio_on_time_pct numeric
);
