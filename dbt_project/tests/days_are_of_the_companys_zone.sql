-- A reporting date is the day of its moment in the company's zone, in every fact that has both.
with dated as (

    select
        'created_deal' as thing,
        deal_key as key,
        created_at as happened_at,
        created_on as happened_on
    from {{ ref('fct_deals') }}
    union all
    select
        'won_deal' as thing,
        deal_key as key,
        won_at as happened_at,
        won_on as happened_on
    from {{ ref('fct_deals') }}
    where won_at is not null
    union all
    select
        'lead' as thing,
        lead_key as key,
        created_at as happened_at,
        created_on as happened_on
    from {{ ref('fct_leads') }}
    union all
    select
        'call' as thing,
        call_key as key,
        started_at as happened_at,
        started_on as happened_on
    from {{ ref('fct_calls') }}

)

select
    thing,
    key
from dated
where happened_on is distinct from (happened_at at time zone {{ company_timezone() }})::date
