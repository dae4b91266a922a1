{% set theirs_name = "`" ~ (theirs or "opencps") ~ "`" %}
{% set ours_name = "`" ~ ours ~ "`" %}
{% include "opencps/counts.sql" %}
