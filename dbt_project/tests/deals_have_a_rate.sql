-- Every deal can be valued on its day: a won one on the day of the win, any other on its creation.
-- Asked before the facts are built, so that the run stops with the currency and the day.
with dated as (

    select
        deals.currency_code,
        coalesce(
            closed.won_on,
            (deals.created_at at time zone {{ company_timezone() }})::date
        ) as needed_on
    from {{ ref('stg_bitrix24__deals') }} as deals
    left join {{ ref('int_deals__closed') }} as closed
        on deals.account = closed.account and deals.deal_id = closed.deal_id
    where deals._deleted_at is null

)

{{ amounts_without_a_rate('dated') }}
