-- An amount in the reporting currency is the amount times the rate beside it, once rounded, and the
-- reporting currency itself has the rate 1. The rate is shown to eight digits and spend to six: a
-- difference below those is none.
with valued as (

    select
        'deal' as thing,
        deal_key as key,
        currency_code,
        deal_amount as amount,
        reporting_rate,
        deal_reporting_amount as reporting_amount
    from {{ ref('fct_deals') }}
    union all
    select
        'spend' as thing,
        ad_spend_key as key,
        currency_code,
        spend_gross_amount as amount,
        reporting_rate,
        spend_gross_reporting_amount as reporting_amount
    from {{ ref('fct_ad_spend') }}
    where spend_kind_code = 'media'

)

select
    thing,
    key
from valued
where
    reporting_amount is null
    or abs(reporting_amount - amount * reporting_rate) > 0.006 + abs(amount) * 0.00000001
    or (currency_code = {{ reporting_currency() }} and reporting_rate <> 1)
