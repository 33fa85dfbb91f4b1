-- Won deals and their amounts in their own currencies, per portal and pipeline: landing = fact.
with landed as (

    select
        _account as account,
        _payload ->> 'categoryId' as pipeline_id,
        _payload ->> 'currencyId' as currency_code,
        count(*) as won_deals,
        sum(coalesce((_payload ->> 'opportunity')::numeric, 0)) as amount
    from {{ source('bitrix24', 'deals') }}
    where
        _deleted_at is null
        and _payload ->> 'stageSemanticId' = 'S'
        and _payload ->> 'isRecurring' is distinct from 'Y'
        and not {{ is_test_title("_payload ->> 'title'") }}
    group by 1, 2, 3

),

counted as (

    select
        account,
        pipeline_id,
        currency_code,
        count(*) as won_deals,
        sum(deal_amount) as amount
    from {{ ref('fct_deals') }}
    where is_won
    group by 1, 2, 3

)

select
    coalesce(landed.account, counted.account) as account,
    coalesce(landed.pipeline_id, counted.pipeline_id) as pipeline_id,
    coalesce(landed.currency_code, counted.currency_code) as currency_code,
    landed.won_deals as landed_won_deals,
    counted.won_deals as counted_won_deals,
    landed.amount as landed_amount,
    counted.amount as counted_amount
from landed
full join counted
    on
        landed.account = counted.account
        and landed.pipeline_id = counted.pipeline_id
        and landed.currency_code = counted.currency_code
where
    landed.won_deals is distinct from counted.won_deals
    or landed.amount is distinct from counted.amount
