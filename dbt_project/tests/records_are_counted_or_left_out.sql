-- included + left out = landed, for every kind of record that a fact counts.
with landed as (

    select
        'lead' as entity,
        count(*) as landed_count
    from {{ source('bitrix24', 'leads') }}
    union all
    select
        'deal' as entity,
        count(*) as landed_count
    from {{ source('bitrix24', 'deals') }}
    union all
    select
        'deal_stage' as entity,
        count(*) as landed_count
    from {{ source('bitrix24', 'deal_stage_history') }}

),

included as (

    select
        'lead' as entity,
        count(*) as included_count
    from {{ ref('fct_leads') }}
    union all
    select
        'deal' as entity,
        count(*) as included_count
    from {{ ref('fct_deals') }}
    union all
    select
        'deal_stage' as entity,
        count(*) as included_count
    from {{ ref('fct_deal_stages') }}

),

left_out as (

    select
        entity,
        sum(left_out_count) as left_out_count
    from {{ ref('report_left_out') }}
    group by entity

)

select
    landed.entity,
    landed.landed_count,
    included.included_count,
    left_out.left_out_count
from landed
inner join included
    on landed.entity = included.entity
inner join left_out
    on landed.entity = left_out.entity
where landed.landed_count <> included.included_count + left_out.left_out_count
