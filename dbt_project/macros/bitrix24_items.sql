{# A number, or null where nothing was written. #}
{% macro bitrix24_number(value) -%}
    case when {{ value }} not in ('', 'false', '[]', '{}') then {{ value }}::numeric end
{%- endmacro %}

{# A list of ids as a JSON array; nothing written is an empty one. #}
{% macro bitrix24_list(value) -%}
    case when jsonb_typeof({{ value }}) = 'array' then {{ value }} else '[]'::jsonb end
{%- endmacro %}

{#
    The product rows of one kind of owner. A row is gone when it is gone itself or its owner is:
    no request asks for the rows of an owner that is no more.

    `price` is for one unit, after discount and with tax, whatever `taxIncluded` says; `taxIncluded`
    tells from which price the portal works out the tax
    (https://apidocs.bitrix24.com/api-reference/crm/universal/product-rows/).
#}
{% macro bitrix24_product_rows(stream, owners, owner_id) -%}
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', stream) }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "ownerId" text,
        "productId" text,
        "productName" text,
        price text,
        "priceExclusive" text,
        "priceNetto" text,
        "priceBrutto" text,
        quantity text,
        "discountTypeId" text,
        "discountRate" text,
        "discountSum" text,
        "taxRate" text,
        "taxIncluded" text,
        customized text,
        "measureCode" text,
        "measureName" text,
        sort text,
        "xmlId" text,
        type text,
        "storeId" text
    )

),

typed as (

    select
        _account as account,
        "ownerId" as {{ owner_id }},
        id as product_row_id,
        {{ bitrix24_id('"productId"') }} as product_id,
        {{ bitrix24_id('type') }} as variant_kind_id,
        {{ bitrix24_id('"storeId"') }} as store_id,
        {{ bitrix24_text('"xmlId"') }} as xml_id,
        {{ bitrix24_text('btrim("productName")') }} as product_name,
        {{ bitrix24_text('"measureCode"') }} as measure_code,
        {{ bitrix24_text('"measureName"') }} as measure_name,
        case "discountTypeId" when '1' then 'amount' when '2' then 'percent' end
            as discount_type_code,
        coalesce({{ bitrix24_number('quantity') }}, 0) as quantity,
        coalesce({{ bitrix24_number('price') }}, 0) as price_amount,
        {{ bitrix24_number('"priceExclusive"') }} as price_net_amount,
        {{ bitrix24_number('"priceBrutto"') }} as list_price_amount,
        {{ bitrix24_number('"priceNetto"') }} as list_price_net_amount,
        {{ bitrix24_number('"discountRate"') }} as discount_percent,
        {{ bitrix24_number('"discountSum"') }} as discount_net_amount,
        {{ bitrix24_number('"taxRate"') }} as tax_percent,
        {{ bitrix24_number('sort') }}::integer as sort_order,
        coalesce({{ bitrix24_flag('"taxIncluded"') }}, true) as is_tax_included,
        {{ bitrix24_flag('customized') }} as is_customized,
        _deleted_at,
        _extracted_at
    from source

),

priced as (

    select
        typed.*,
        price_amount * quantity as line_amount,
        case
            when tax_percent is null then 0
            when is_tax_included
                then round(price_amount * quantity * tax_percent / (100 + tax_percent), 2)
            else
                round(
                    coalesce(price_net_amount, price_amount * 100 / (100 + tax_percent))
                    * quantity * tax_percent / 100,
                    2
                )
        end as line_tax_amount
    from typed

)

select
    -- ids
    priced.account,
    priced.{{ owner_id }},
    priced.product_row_id,
    priced.product_id,
    priced.variant_kind_id,
    priced.store_id,
    priced.xml_id,

    -- strings
    priced.product_name,
    priced.measure_code,
    priced.measure_name,
    priced.discount_type_code,
    owners.currency_code,

    -- numerics
    priced.quantity,
    priced.price_amount,
    priced.price_net_amount,
    priced.list_price_amount,
    priced.list_price_net_amount,
    priced.discount_percent,
    priced.discount_net_amount,
    priced.tax_percent,
    priced.line_amount,
    priced.line_tax_amount,
    priced.line_amount - priced.line_tax_amount as line_net_amount,
    (priced.list_price_amount - priced.price_amount) * priced.quantity as line_discount_amount,
    priced.sort_order,

    -- booleans
    priced.is_tax_included,
    priced.is_customized,

    -- technical
    coalesce(priced._deleted_at, owners._deleted_at) as _deleted_at,
    priced._extracted_at
from priced
left join {{ ref(owners) }} as owners
    on priced.account = owners.account and priced.{{ owner_id }} = owners.{{ owner_id }}
{%- endmacro %}
