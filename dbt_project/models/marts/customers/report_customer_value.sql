-- What customers bought in the months after their first purchase. Purchases of nobody known are in
-- no cohort.
with sales as (

    select
        coalesce(customers.first_sale_channel_key, -1) as channel_key,
        date_trunc('month', customers.first_won_on)::date as cohort_month_on,
        date_trunc('month', deals.won_on)::date as won_month_on,
        deals.sale_no,
        deals.revenue_reporting_amount
    from {{ ref('fct_deals') }} as deals
    inner join {{ ref('dim_customer') }} as customers
        on deals.customer_key = customers.customer_key
    where deals.is_won and deals.customer_key <> -1

),

summed as (

    select
        channel_key,
        cohort_month_on,
        won_month_on,
        count(*) filter (where sale_no = 1) as customers_count,
        count(*) as sales_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from sales
    group by channel_key, cohort_month_on, won_month_on

)

select
    {{ date_key('summed.cohort_month_on') }} as cohort_month_date_key,
    summed.channel_key,
    {{ date_key('summed.won_month_on') }} as won_month_date_key,
    summed.cohort_month_on,
    summed.won_month_on,
    {{ months_between('summed.cohort_month_on', 'summed.won_month_on') }} as month_no,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    channels.is_paid as is_paid_channel,
    coalesce(summed.cohort_month_on + interval '12 months' <= {{ as_of() }} + 1, false)
        as is_mature,
    summed.customers_count,
    summed.sales_count,
    summed.revenue_reporting_amount,
    null::numeric as gross_profit_reporting_amount,
    0::numeric as margin_covered_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from summed
inner join {{ ref('dim_channel') }} as channels
    on summed.channel_key = channels.channel_key
