{#
    A day that a foreign text writes, as written, or null where it is none: 2026-02-30 is no day, and
    no field of a portal may stop a run. The day is counted from the first of its month, which
    always is one, and must read as it was written.
    PostgreSQL 16 could ask pg_input_is_valid; a company's own server may be older.
#}
{% macro day_if_valid(value) -%}
    case
        when {{ value }} ~ '^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])'
            then
                case
                    when
                        to_char(
                            (left({{ value }}, 8) || '01')::date
                            + (substr({{ value }}, 9, 2)::integer - 1),
                            'YYYY-MM-DD'
                        ) = left({{ value }}, 10)
                        then left({{ value }}, 10)::date
                end
    end
{%- endmacro %}

{# A moment that a foreign text writes; without an offset it is in the company's zone. #}
{% macro moment_if_valid(value) -%}
    case
        when
            {{ day_if_valid(value) }} is not null
            and substr({{ value }}, 11)
            ~ '^[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?$'
            then
                case
                    when {{ value }} ~ '(Z|[+-]\d\d:?\d\d)$' then {{ value }}::timestamptz
                    else {{ value }}::timestamp at time zone {{ company_timezone() }}
                end
    end
{%- endmacro %}

{# A decimal number that a foreign text writes, or null. #}
{% macro number_if_valid(value) -%}
    case when {{ value }} ~ '^[+-]?\d{1,30}(\.\d{1,30})?$' then {{ value }}::numeric end
{%- endmacro %}
