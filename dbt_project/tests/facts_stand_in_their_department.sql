-- At the moment of a fact exactly one version of its manager holds, and the fact stands in the
-- department of that version.
with facts as (

    select
        'lead' as thing,
        lead_key as key,
        manager_key,
        department_key,
        created_at as happened_at
    from {{ ref('fct_leads') }}
    union all
    select
        'created_deal' as thing,
        deal_key as key,
        created_manager_key as manager_key,
        created_department_key as department_key,
        created_at as happened_at
    from {{ ref('fct_deals') }}
    union all
    select
        'won_deal' as thing,
        deal_key as key,
        manager_key,
        department_key,
        won_at as happened_at
    from {{ ref('fct_deals') }}
    where won_at is not null
    union all
    select
        'call' as thing,
        call_key as key,
        manager_key,
        department_key,
        started_at as happened_at
    from {{ ref('fct_calls') }}

),

placed as (

    select
        facts.thing,
        facts.key,
        count(*) filter (where versions.department_key = facts.department_key) as versions_count
    from facts
    left join {{ ref('dim_manager_version') }} as versions
        on
            facts.manager_key = versions.manager_key
            and greatest(facts.happened_at, '1900-01-01 00:00:00+00'::timestamptz)
            >= versions.valid_from
            and facts.happened_at < versions.valid_before
    group by facts.thing, facts.key

)

select
    thing,
    key
from placed
where versions_count <> 1
