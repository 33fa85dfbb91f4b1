{{ config(materialized='view') }}
with unioned as (

    select
        '2' as entity_type_id,
        product_rows.account,
        product_rows.deal_id as record_id,
        owners.pipeline_id,
        owners.created_at as record_created_at,
        owners.updated_at as record_updated_at,
        owners.close_on as record_close_on,
        product_rows.product_row_id,
        product_rows.product_id,
        product_rows.product_name,
        product_rows.measure_code,
        product_rows.measure_name,
        product_rows.discount_type_code,
        product_rows.currency_code,
        product_rows.quantity,
        product_rows.price_amount,
        product_rows.price_net_amount,
        product_rows.list_price_amount,
        product_rows.list_price_net_amount,
        product_rows.discount_percent,
        product_rows.discount_net_amount,
        product_rows.tax_percent,
        product_rows.line_amount,
        product_rows.line_tax_amount,
        product_rows.line_net_amount,
        product_rows.line_discount_amount,
        product_rows.sort_order,
        product_rows.is_tax_included,
        product_rows.is_customized,
        product_rows._deleted_at
    from {{ ref('stg_bitrix24__deal_product_rows') }} as product_rows
    left join {{ ref('stg_bitrix24__deals') }} as owners
        on
            product_rows.account = owners.account
            and product_rows.deal_id = owners.deal_id
    union all
    select
        '1' as entity_type_id,
        product_rows.account,
        product_rows.lead_id as record_id,
        null as pipeline_id,
        owners.created_at as record_created_at,
        owners.updated_at as record_updated_at,
        (owners.closed_at at time zone {{ company_timezone() }})::date as record_close_on,
        product_rows.product_row_id,
        product_rows.product_id,
        product_rows.product_name,
        product_rows.measure_code,
        product_rows.measure_name,
        product_rows.discount_type_code,
        product_rows.currency_code,
        product_rows.quantity,
        product_rows.price_amount,
        product_rows.price_net_amount,
        product_rows.list_price_amount,
        product_rows.list_price_net_amount,
        product_rows.discount_percent,
        product_rows.discount_net_amount,
        product_rows.tax_percent,
        product_rows.line_amount,
        product_rows.line_tax_amount,
        product_rows.line_net_amount,
        product_rows.line_discount_amount,
        product_rows.sort_order,
        product_rows.is_tax_included,
        product_rows.is_customized,
        product_rows._deleted_at
    from {{ ref('stg_bitrix24__lead_product_rows') }} as product_rows
    left join {{ ref('stg_bitrix24__leads') }} as owners
        on
            product_rows.account = owners.account
            and product_rows.lead_id = owners.lead_id
    union all
    select
        '7' as entity_type_id,
        product_rows.account,
        product_rows.quote_id as record_id,
        null as pipeline_id,
        owners.created_at as record_created_at,
        owners.updated_at as record_updated_at,
        owners.close_on as record_close_on,
        product_rows.product_row_id,
        product_rows.product_id,
        product_rows.product_name,
        product_rows.measure_code,
        product_rows.measure_name,
        product_rows.discount_type_code,
        product_rows.currency_code,
        product_rows.quantity,
        product_rows.price_amount,
        product_rows.price_net_amount,
        product_rows.list_price_amount,
        product_rows.list_price_net_amount,
        product_rows.discount_percent,
        product_rows.discount_net_amount,
        product_rows.tax_percent,
        product_rows.line_amount,
        product_rows.line_tax_amount,
        product_rows.line_net_amount,
        product_rows.line_discount_amount,
        product_rows.sort_order,
        product_rows.is_tax_included,
        product_rows.is_customized,
        product_rows._deleted_at
    from {{ ref('stg_bitrix24__quote_product_rows') }} as product_rows
    left join {{ ref('stg_bitrix24__quotes') }} as owners
        on
            product_rows.account = owners.account
            and product_rows.quote_id = owners.quote_id
    union all
    select
        '31' as entity_type_id,
        product_rows.account,
        product_rows.smart_invoice_id as record_id,
        owners.pipeline_id,
        owners.created_at as record_created_at,
        owners.updated_at as record_updated_at,
        owners.pay_before_on as record_close_on,
        product_rows.product_row_id,
        product_rows.product_id,
        product_rows.product_name,
        product_rows.measure_code,
        product_rows.measure_name,
        product_rows.discount_type_code,
        product_rows.currency_code,
        product_rows.quantity,
        product_rows.price_amount,
        product_rows.price_net_amount,
        product_rows.list_price_amount,
        product_rows.list_price_net_amount,
        product_rows.discount_percent,
        product_rows.discount_net_amount,
        product_rows.tax_percent,
        product_rows.line_amount,
        product_rows.line_tax_amount,
        product_rows.line_net_amount,
        product_rows.line_discount_amount,
        product_rows.sort_order,
        product_rows.is_tax_included,
        product_rows.is_customized,
        product_rows._deleted_at
    from {{ ref('stg_bitrix24__smart_invoice_product_rows') }} as product_rows
    left join {{ ref('stg_bitrix24__smart_invoices') }} as owners
        on
            product_rows.account = owners.account
            and product_rows.smart_invoice_id = owners.smart_invoice_id

)

select
    unioned.account,
    unioned.entity_type_id,
    unioned.record_id,
    unioned.record_created_at,
    unioned.record_updated_at,
    unioned.record_close_on,
    unioned.pipeline_id,
    pipelines.pipeline_name,
    unioned.product_row_id,
    unioned.product_id,
    unioned.product_name,
    unioned.measure_code,
    unioned.measure_name,
    unioned.discount_type_code,
    unioned.currency_code,
    unioned.quantity,
    unioned.price_amount,
    unioned.price_net_amount,
    unioned.list_price_amount,
    unioned.list_price_net_amount,
    unioned.discount_percent,
    unioned.discount_net_amount,
    unioned.tax_percent,
    unioned.line_amount,
    unioned.line_tax_amount,
    unioned.line_net_amount,
    unioned.line_discount_amount,
    unioned.sort_order,
    unioned.is_tax_included,
    unioned.is_customized
from unioned
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        unioned.account = pipelines.account
        and unioned.entity_type_id = pipelines.entity_type_id
        and unioned.pipeline_id = pipelines.pipeline_id
where unioned._deleted_at is null
