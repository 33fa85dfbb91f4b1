-- Fees arrive in the fact as they were brought down to the campaign's day, beside the media.
with fees as (

    select
        campaign_key,
        currency_code,
        reported_on,
        sum(spend_amount) as amount
    from {{ ref('int_fees__allocated') }}
    group by campaign_key, currency_code, reported_on

),

counted as (

    select
        campaign_key,
        currency_code,
        reported_on,
        sum(spend_amount) as amount
    from {{ ref('fct_ad_spend') }}
    where spend_kind_code = 'fee'
    group by campaign_key, currency_code, reported_on

)

select
    coalesce(fees.campaign_key, counted.campaign_key) as campaign_key,
    coalesce(fees.reported_on, counted.reported_on) as reported_on,
    fees.amount as allocated_amount,
    counted.amount as counted_amount
from fees
full join counted
    on
        fees.campaign_key = counted.campaign_key
        and fees.currency_code = counted.currency_code
        and fees.reported_on = counted.reported_on
where fees.amount is distinct from counted.amount
