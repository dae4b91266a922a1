{% set theirs_name = '"' ~ (theirs or "public") ~ '"' %}
{% set ours_name = '"' ~ ours ~ '"' %}
{% include "opencps/counts.sql" %}
