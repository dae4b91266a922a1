{# What several files say alike. A name nobody knows is given as it stands: `motcua check` then asks for it. #}
{% macro head_of(name) %}REPLACE(REPLACE(REPLACE(LOWER({{ name }}), 'ubnd ', ''), 'ủy ban nhân dân ', ''), 'uỷ ban nhân dân ', ''){% endmacro %}
{% macro is_communal(head) -%}
{{ head }} LIKE 'phường %' OR {{ head }} LIKE 'xã %' OR {{ head }} LIKE 'thị trấn %' OR {{ head }} LIKE 'đặc khu %'
{%- endmacro %}
{% macro kind_of(head, name) -%}
CASE
    WHEN {{ head }} LIKE 'phường %' THEN 'ward'
    WHEN {{ head }} LIKE 'xã %' THEN 'commune'
    WHEN {{ head }} LIKE 'thị trấn %' THEN 'township'
    WHEN {{ head }} LIKE 'đặc khu %' THEN 'zone'
    WHEN {{ head }} LIKE 'phòng %' THEN 'department'
    WHEN {{ head }} LIKE 'trung tâm phục vụ hành chính công%' THEN 'center'
    WHEN {{ head }} LIKE 'quận %' OR {{ head }} LIKE 'huyện %' OR {{ head }} LIKE 'thị xã %' OR {{ head }} LIKE 'thành phố %'
      THEN 'desk'
    ELSE {{ name }}
  END
{%- endmacro %}
{% macro guarded(theirs, ours) %}
{% if theirs == ours %}
{{ refuse("View phải nằm ở schema khác với bảng của phần mềm (cả hai đang là “" ~ theirs ~ "”): tài khoản đọc chỉ được thấy view.") }}
{% endif %}
{% endmacro %}
