{%- set streams = [
    ('bitrix24', 'deals'),
    ('bitrix24', 'leads'),
    ('bitrix24', 'contacts'),
    ('bitrix24', 'companies'),
    ('bitrix24', 'deal_stage_history'),
    ('bitrix24', 'lead_stage_history'),
    ('bitrix24', 'users'),
    ('bitrix24', 'departments'),
    ('bitrix24', 'statuses'),
    ('bitrix24', 'pipelines'),
    ('bitrix24', 'currencies'),
    ('bitrix24', 'calls'),
    ('bitrix24', 'activities'),
    ('bitrix24', 'smart_invoice_stage_history'),
    ('bitrix24', 'smart_process_stage_history'),
    ('bitrix24', 'smart_process_types'),
    ('bitrix24', 'currency_rates'),
    ('bitrix24', 'quotes'),
    ('bitrix24', 'smart_invoices'),
    ('bitrix24', 'smart_process_items'),
    ('bitrix24', 'invoices'),
    ('bitrix24', 'deal_product_rows'),
    ('bitrix24', 'lead_product_rows'),
    ('bitrix24', 'quote_product_rows'),
    ('bitrix24', 'smart_invoice_product_rows'),
    ('bitrix24', 'fields'),
    ('google_ads', 'customers'),
    ('google_ads', 'campaigns'),
    ('google_ads', 'campaign_days'),
    ('yandex_direct', 'clients'),
    ('yandex_direct', 'campaign_days'),
    ('csv_spend', 'spend_lines'),
    ('company', 'channel_rules'),
    ('company', 'custom_fields'),
] -%}
-- What lies in the landing now, and how its last load ended.
with landed as (

    {% for source, stream in streams -%}
        select
            '{{ source }}' as source,
            account,
            '{{ stream }}' as stream,
            count(*) filter (where _deleted_at is null) as rows_count,
            count(*) filter (where _deleted_at is not null) as deleted_rows_count,
            max(_extracted_at) as last_changed_at
        from {{ ref('stg_' ~ source ~ '__' ~ stream) }}
        group by account
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
),

loads as (

    select distinct on (source, account, stream)
        source,
        account,
        stream,
        status,
        run_id,
        finished_at
    from {{ ref('stg_state__loads') }}
    order by source asc, account asc, stream asc, load_id desc

),

through as (

    select
        source,
        account,
        stream,
        max(data_through) as data_through
    from {{ ref('stg_state__loads') }}
    -- A dictionary is read whole each time: it is complete as of the reading, which says nothing
    -- of the data and would make an unchanged mart look changed.
    where status = 'succeeded' and mode <> 'all'
    group by source, account, stream

)

select
    coalesce(landed.source, loads.source) as source,
    coalesce(landed.account, loads.account) as account,
    coalesce(landed.stream, loads.stream) as stream,
    coalesce(loads.status, 'never') as last_load_status,
    through.data_through as data_through_at,
    -- Platforms are read by whole days, which end on their last microsecond; everything else up
    -- to a moment, whose own day is not over yet.
    case
        when (through.data_through at time zone 'UTC')::time = time '23:59:59.999999'
            then (through.data_through at time zone 'UTC')::date
        else (through.data_through at time zone {{ company_timezone() }})::date - 1
    end as data_through_on,
    coalesce(landed.rows_count, 0) as rows_count,
    coalesce(landed.deleted_rows_count, 0) as deleted_rows_count,
    landed.last_changed_at,
    loads.finished_at as _last_loaded_at,
    loads.run_id as _last_run_id
from landed
full join loads
    on
        landed.source = loads.source
        and landed.account = loads.account
        and landed.stream = loads.stream
left join through
    on
        coalesce(landed.source, loads.source) = through.source
        and coalesce(landed.account, loads.account) = through.account
        and coalesce(landed.stream, loads.stream) = through.stream
