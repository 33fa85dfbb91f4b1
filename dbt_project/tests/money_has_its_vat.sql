-- Under VAT_BASIS=net every amount that reports add up needs its tax: spend that holds VAT a rate
-- of its currency and day, a won deal its tax value. An unknown tax is no zero.
with unknown as (

    select
        platform_code || ', account ' || account as place,
        'spend in ' || currency_code as amount,
        reported_on as amount_on
    from {{ ref('int_ad_spend__valued') }}
    where spend_net_amount is null
    union all
    select
        'portal ' || deals.account as place,
        'deal ' || deals.deal_id as amount,
        closed.won_on as amount_on
    from {{ ref('stg_bitrix24__deals') }} as deals
    inner join {{ ref('int_deals__closed') }} as closed
        on deals.account = closed.account and deals.deal_id = closed.deal_id
    where
        closed.is_won
        and deals.tax_amount is null
        and deals._deleted_at is null
        and not deals.is_recurring_template

)

select
    place,
    amount,
    amount_on
from unknown
where {{ vat_basis() }} = 'net'
