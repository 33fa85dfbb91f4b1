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

{#
    The custom fields of each item of one kind as one JSON object: name to value, several values as an
    array in their order. Entries of lists and employees stand there by their label, money as an object
    of amount and currency_code, moments in UTC.

    `kind` is the entityTypeId, or none where the model's own column says it.
#}
{% macro custom_fields_gathered(model, item_id, kind=none) -%}
with listed as (

    select
        account,
        entity_type_id,
        item_id,
        field_name,
        is_multiple,
        jsonb_agg(
            case
                when label is not null then to_jsonb(label)
                when currency_code is not null
                    then
                        jsonb_build_object(
                            'amount', value_number, 'currency_code', currency_code
                        )
                when value_number is not null then to_jsonb(value_number)
                when value_flag is not null then to_jsonb(value_flag)
                when value_on is not null then to_jsonb(value_on)
                when value_at is not null
                    then
                        to_jsonb(
                            to_char(value_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                        )
                else to_jsonb(value_text)
            end
            order by value_no
        ) as field_values
    from {{ ref('int_custom_fields__valued') }}
    {% if kind is not none -%}
        where entity_type_id = '{{ kind }}'
    {% else -%}
        where entity_type_id not in ('1', '2', '3', '4', '5', '7', '31')
    {% endif -%}
    group by account, entity_type_id, item_id, field_name, is_multiple

),

gathered as (

    select
        account,
        entity_type_id,
        item_id,
        jsonb_object_agg(
            field_name,
            case when is_multiple then field_values else field_values -> 0 end
        ) as custom_fields
    from listed
    group by account, entity_type_id, item_id

)

select
    items.account,
    {% if kind is none -%}
        items.entity_type_id,
    {% endif -%}
    items.{{ item_id }},
    coalesce(gathered.custom_fields, '{}'::jsonb) as custom_fields,
    items._deleted_at
from {{ ref(model) }} as items
left join gathered
    on
        items.account = gathered.account
        and items.{{ item_id }} = gathered.item_id
        {%- if kind is none %}
            and items.entity_type_id = gathered.entity_type_id
        {%- endif %}
{%- endmacro %}
