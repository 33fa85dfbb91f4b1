{#
    Values as a portal sends them, read from a jsonb column as text. PHP writes nothing in four
    ways: '', false, [] and {} (an object that it could not print, such as TIMESTAMP_X of a user).
    Anything else that does not fit its type stops the run under the name of the model.
#}

{# A text, or null where nothing was written. #}
{% macro bitrix24_text(value) -%}
    case when {{ value }} not in ('', 'false', '[]', '{}') then {{ value }} end
{%- endmacro %}

{# An id of another record, or null: nobody has the id 0. #}
{% macro bitrix24_id(value) -%}
    case when {{ value }} not in ('', '0', 'false', '[]', '{}') then {{ value }} end
{%- endmacro %}

{# Yes or no, whether written Y/N, 1/0 or true/false. #}
{% macro bitrix24_flag(value) -%}
    case when {{ value }} not in ('', '[]', '{}') then {{ value }}::boolean end
{%- endmacro %}

{#
    A moment. ISO 8601 carries its offset; the printed form `24.11.2026 10:00:00` carries none and
    is read in the company's zone.
#}
{% macro bitrix24_at(value) -%}
    case
        when {{ value }} not in ('', 'false', '[]', '{}')
            then regexp_replace(
                {{ value }},
                '^(\d\d)\.(\d\d)\.(\d{4})(.*)$',
                '\3-\2-\1\4 ' || {{ company_timezone() }}
            )::timestamptz
    end
{%- endmacro %}

{# A day, taken as written: its clock time is only the portal's midnight. #}
{% macro bitrix24_on(value) -%}
    case
        when {{ value }} not in ('', 'false', '[]', '{}')
            then left(
                regexp_replace({{ value }}, '^(\d\d)\.(\d\d)\.(\d{4})', '\3-\2-\1'), 10
            )::date
    end
{%- endmacro %}

{#
    A telephone number under a pseudonym: equal for one number however it is written, with `+`,
    with spaces, or in the Russian way with 8 for 7. It keeps two rows together without showing
    whom they belong to; it is no secret, for whoever has the number can compute it.
#}
{% macro phone_key(value) -%}
    case
        when {{ value }} ~ '\d'
            then {{ surrogate_key([
                "'phone'",
                "regexp_replace(regexp_replace(" ~ value
                ~ ", '^\\s*8(?=(\\D*\\d){10}\\D*$)', '7'), '\\D', '', 'g')"
            ]) }}
    end
{%- endmacro %}

{# The pseudonyms of all telephone numbers of a record, from its field `fm`; null without one. #}
{% macro bitrix24_phone_keys(multifields) -%}
    (
        select jsonb_agg(distinct {{ phone_key("(entry.value ->> 'value')") }})
        from
            jsonb_array_elements(
                case when jsonb_typeof({{ multifields }}) = 'array' then {{ multifields }} else '[]' end
            ) as entry (value)
        where entry.value ->> 'typeId' = 'PHONE' and entry.value ->> 'value' ~ '\d'
    )
{%- endmacro %}
