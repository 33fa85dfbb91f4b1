-- Each model shows all of the revenue and all of the spend, as the facts hold them.
with facts as (

    select
        (select sum(spend_reporting_amount) from {{ ref('fct_ad_spend') }}) as spend_amount,
        (select sum(revenue_reporting_amount) from {{ ref('fct_deals') }}) as revenue_amount,
        (select count(*) from {{ ref('fct_deals') }}) as deals,
        (
            select count(*) from {{ ref('fct_deals') }}
            where is_won
        ) as won_deals,
        (
            select count(*)
            from (
                select 1 from {{ ref('fct_leads') }}
                union all
                select 1 from {{ ref('fct_deals') }}
                where is_inquiry
            ) as inquiring
        ) as inquiries

),

shown as (

    select
        attribution_model_code,
        sum(spend_reporting_amount) as spend_amount,
        sum(revenue_reporting_amount) as revenue_amount,
        sum(deals_credit) as deals,
        sum(won_deals_credit) as won_deals,
        sum(inquiries_credit) as inquiries
    from {{ ref('report_attribution') }}
    group by attribution_model_code

)

select shown.*
from shown
cross join facts
where
    coalesce(shown.spend_amount, 0) <> coalesce(facts.spend_amount, 0)
    or coalesce(shown.revenue_amount, 0) <> coalesce(facts.revenue_amount, 0)
    or shown.deals <> facts.deals
    or shown.won_deals <> facts.won_deals
    or shown.inquiries <> facts.inquiries
