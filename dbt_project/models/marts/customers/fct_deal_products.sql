-- The amount of the deal is the truth, its rows are the detail. What the amount holds beyond its
-- rows, or lacks, stands in a row of its own, so that products add up to deals and to revenue.
-- No source tells a purchase price: gross profit is unknown, and no revenue is covered by a margin.
with lines as (

    select
        deals.deal_key,
        products.product_key,
        products.product_row_id,
        products.quantity,
        products.price_amount,
        products.line_amount,
        products.line_tax_amount,
        products.line_discount_amount,
        round(products.line_amount * deals.reporting_rate, 2) as line_reporting_amount,
        case
            when deals.is_won
                then round(
                    {{ of_vat_basis(
                        'products.line_amount', '(products.line_amount - products.line_tax_amount)'
                    ) }} * deals.reporting_rate,
                    2
                )
            else 0
        end as revenue_reporting_amount
    from {{ ref('int_deal_products__identified') }} as products
    inner join {{ ref('fct_deals') }} as deals
        on products.account = deals.account and products.deal_id = deals.deal_id

),

sums as (

    select
        deal_key,
        sum(line_amount) as line_amount,
        sum(line_reporting_amount) as line_reporting_amount,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from lines
    group by deal_key

),

rests as (

    select
        deals.deal_key,
        deals.deal_amount - coalesce(sums.line_amount, 0) as line_amount,
        deals.deal_reporting_amount - coalesce(sums.line_reporting_amount, 0)
            as line_reporting_amount,
        deals.revenue_reporting_amount - coalesce(sums.revenue_reporting_amount, 0)
            as revenue_reporting_amount
    from {{ ref('fct_deals') }} as deals
    left join sums
        on deals.deal_key = sums.deal_key

),

stacked as (

    select
        lines.*,
        true as is_allocated
    from lines
    union all
    select
        deal_key,
        -1 as product_key,
        null as product_row_id,
        null::numeric as quantity,
        null::numeric as price_amount,
        line_amount,
        0 as line_tax_amount,
        0 as line_discount_amount,
        line_reporting_amount,
        revenue_reporting_amount,
        false as is_allocated
    from rests
    where line_amount <> 0 or line_reporting_amount <> 0 or revenue_reporting_amount <> 0

)

select
    {{ surrogate_key(["'deal_product'", 'stacked.deal_key', 'stacked.product_row_id']) }}
        as deal_product_key,
    stacked.deal_key,
    stacked.product_key,
    deals.customer_key,
    deals.channel_key,
    deals.manager_key,
    deals.created_date_key,
    deals.won_date_key,
    deals.account,
    deals.deal_id,
    stacked.product_row_id,
    stacked.is_allocated,
    coalesce(landed.is_amount_manual, false) as is_amount_manual,
    deals.is_won,
    stacked.quantity,
    stacked.price_amount,
    stacked.line_amount,
    stacked.line_tax_amount,
    stacked.line_discount_amount,
    deals.currency_code,
    stacked.line_reporting_amount,
    stacked.revenue_reporting_amount,
    null::numeric as gross_profit_reporting_amount,
    0::numeric as margin_covered_reporting_amount,
    deals.reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from stacked
inner join {{ ref('fct_deals') }} as deals
    on stacked.deal_key = deals.deal_key
inner join {{ ref('stg_bitrix24__deals') }} as landed
    on deals.account = landed.account and deals.deal_id = landed.deal_id
