-- Each spelling once: a few hundred texts are decoded instead of every mark of every record.
with spelled as (

    {% for model in (
        'int_crm_records__classified', 'int_calls__united', 'int_messages__unioned'
    ) -%}
        select mark.value as raw_value
        from {{ ref(model) }} as records
        cross join
            lateral (
                values
                (records.utm_source),
                (records.utm_medium),
                (records.utm_campaign),
                (records.utm_content),
                (records.utm_term)
            ) as mark (value)
        where mark.value is not null
        {{ 'union' if not loop.last }}
    {% endfor %}
)

select
    raw_value,
    {{ utm_normalised('raw_value') }} as normalised_value
from spelled
