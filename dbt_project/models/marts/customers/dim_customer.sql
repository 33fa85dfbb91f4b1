-- Names of people stay in the CRM: a contact is shown by its number.
with referred as (

    select
        customer_key,
        account,
        customer_type,
        customer_id,
        min(created_on) as first_record_on
    from {{ ref('int_crm_records__classified') }}
    where customer_key <> -1 and left_out_reason is null
    group by customer_key, account, customer_type, customer_id

),

bought as (

    select
        customer_key,
        min(won_on) as first_won_on,
        max(won_on) as last_won_on,
        count(*) as sales_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_deals') }}
    where is_won and customer_key <> -1
    group by customer_key

),

-- Where the default model of attribution shares a purchase out, the channel with the most of it.
first_sales as (

    select distinct on (deals.customer_key)
        deals.customer_key,
        deals.deal_key as first_deal_key,
        credits.channel_key as first_sale_channel_key
    from {{ ref('fct_deals') }} as deals
    inner join {{ ref('fct_attribution') }} as credits
        on deals.deal_key = credits.deal_key
    inner join {{ ref('dim_attribution_model') }} as models
        on credits.attribution_model_key = models.attribution_model_key
    where deals.sale_no = 1 and models.is_default
    order by deals.customer_key asc, credits.weight_micros desc, credits.touch_no asc

),

-- Months are those of the calendar: the one of the first purchase and the eleven after it.
first_years as (

    select
        deals.customer_key,
        sum(deals.revenue_reporting_amount) as first_12_months_revenue_reporting_amount
    from {{ ref('fct_deals') }} as deals
    inner join bought
        on deals.customer_key = bought.customer_key
    where
        deals.is_won
        and deals.won_on < date_trunc('month', bought.first_won_on) + interval '12 months'
    group by deals.customer_key

),

-- Fifths by rank: equal customers stand equal, whatever the order of the rows. A customer whose
-- purchases have no known day has no recency.
scored as (

    select
        customer_key,
        case
            when last_won_on is not null
                then
                    5 * (rank() over (
                        partition by last_won_on is null order by last_won_on
                    ) - 1) / count(last_won_on) over () + 1
        end as recency_score,
        5 * (rank() over (order by sales_count) - 1) / count(*) over () + 1 as frequency_score,
        5 * (rank() over (order by revenue_reporting_amount) - 1) / count(*) over () + 1
            as money_score
    from bought

)

select
    referred.customer_key,
    referred.account,
    referred.customer_type,
    referred.customer_id,
    coalesce(
        companies.company_name,
        case referred.customer_type when 'company' then 'Компания ' else 'Контакт ' end
        || referred.customer_id
    ) as customer_name,
    referred.first_record_on,
    bought.first_won_on,
    bought.last_won_on,
    first_sales.first_deal_key,
    first_sales.first_sale_channel_key,
    coalesce(bought.sales_count, 0) as sales_count,
    coalesce(bought.sales_count, 0) > 1 as is_repeat_customer,
    coalesce(bought.revenue_reporting_amount, 0) as customer_revenue_reporting_amount,
    coalesce(first_years.first_12_months_revenue_reporting_amount, 0)
        as first_12_months_revenue_reporting_amount,
    coalesce(
        date_trunc('month', bought.first_won_on) + interval '12 months' <= {{ as_of() }} + 1,
        false
    ) as is_first_year_over,
    scored.recency_score::integer as recency_score,
    scored.frequency_score::integer as frequency_score,
    scored.money_score::integer as money_score,
    coalesce(companies._deleted_at, contacts._deleted_at) is not null as is_deleted,
    {{ reporting_currency() }} as reporting_currency_code
from referred
left join {{ ref('stg_bitrix24__companies') }} as companies
    on
        referred.customer_type = 'company'
        and referred.account = companies.account
        and referred.customer_id = companies.company_id
left join {{ ref('stg_bitrix24__contacts') }} as contacts
    on
        referred.customer_type = 'contact'
        and referred.account = contacts.account
        and referred.customer_id = contacts.contact_id
left join bought
    on referred.customer_key = bought.customer_key
left join first_sales
    on referred.customer_key = first_sales.customer_key
left join first_years
    on referred.customer_key = first_years.customer_key
left join scored
    on referred.customer_key = scored.customer_key
union all
select
    -1 as customer_key,
    '' as account,
    'unknown' as customer_type,
    '' as customer_id,
    'Не определён' as customer_name,
    null as first_record_on,
    null as first_won_on,
    null as last_won_on,
    null as first_deal_key,
    null as first_sale_channel_key,
    0 as sales_count,
    false as is_repeat_customer,
    0 as customer_revenue_reporting_amount,
    0 as first_12_months_revenue_reporting_amount,
    false as is_first_year_over,
    null as recency_score,
    null as frequency_score,
    null as money_score,
    false as is_deleted,
    {{ reporting_currency() }} as reporting_currency_code
