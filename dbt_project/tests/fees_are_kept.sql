-- The rows of a fee add up to it, to the kopeck: a percentage of the spend of a month and currency,
-- rounded once; an amount a month by the days of the month up to its last one and the last complete
-- one.
with spend as (

    select
        fees.account,
        fees.fee_id,
        unioned.currency_code,
        date_trunc('month', unioned.reported_on)::date as first_of_month,
        round(sum(unioned.spend_amount) * max(fees.fee_percent) / 100, 2) as amount
    from {{ ref('stg_csv_spend__fees') }} as fees
    inner join {{ ref('int_ad_spend__unioned') }} as unioned
        on
            fees.platform_code = unioned.platform_code
            and fees.ad_account_id in ('', unioned.ad_account_id)
            and unioned.reported_on between fees.valid_from and coalesce(
                fees.valid_to, unioned.reported_on
            )
    where fees.fee_percent is not null and fees._deleted_at is null
    group by 1, 2, 3, 4

),

months as (

    select
        fees.account,
        fees.fee_id,
        fees.currency_code,
        months.first_of_month::date as first_of_month,
        fees.monthly_amount,
        greatest(fees.valid_from, months.first_of_month::date) as first_on,
        least(
            coalesce(fees.valid_to, {{ as_of() }}),
            {{ as_of() }},
            (months.first_of_month + interval '1 month - 1 day')::date
        ) as last_on,
        extract(day from months.first_of_month + interval '1 month - 1 day') as days_in_month
    from {{ ref('stg_csv_spend__fees') }} as fees
    cross join
        lateral generate_series(
            date_trunc('month', fees.valid_from),
            least(coalesce(fees.valid_to, {{ as_of() }}), {{ as_of() }}),
            interval '1 month'
        ) as months (first_of_month)
    where fees.monthly_amount is not null and fees._deleted_at is null

),

owed as (

    select * from spend
    union all
    select
        account,
        fee_id,
        currency_code,
        first_of_month,
        round(monthly_amount * extract(day from last_on) / days_in_month, 2)
        - round(monthly_amount * (extract(day from first_on) - 1) / days_in_month, 2) as amount
    from months

),

allocated as (

    select
        fee_account as account,
        fee_id,
        currency_code,
        date_trunc('month', reported_on)::date as first_of_month,
        sum(spend_amount) as amount
    from {{ ref('int_fees__allocated') }}
    group by 1, 2, 3, 4

)

select
    coalesce(owed.account, allocated.account) as account,
    coalesce(owed.fee_id, allocated.fee_id) as fee_id,
    coalesce(owed.first_of_month, allocated.first_of_month) as first_of_month,
    owed.amount as owed_amount,
    allocated.amount as allocated_amount
from owed
full join allocated
    on
        owed.account = allocated.account
        and owed.fee_id = allocated.fee_id
        and owed.currency_code = allocated.currency_code
        and owed.first_of_month = allocated.first_of_month
where coalesce(owed.amount, 0) <> coalesce(allocated.amount, 0)
