-- Exactly one version of a manager and of a department holds at any moment: each begins where the
-- one before it ends, from the beginning of time to its end. And every fact stands in the
-- department of the version that holds at its moment.
with versions as (

    select
        'manager' as thing,
        manager_key as key,
        valid_from,
        valid_before
    from {{ ref('dim_manager_version') }}
    union all
    select
        'department' as thing,
        department_key as key,
        valid_from,
        valid_before
    from {{ ref('dim_department_version') }}

),

neighbours as (

    select
        versions.*,
        coalesce(
            lag(valid_before) over (partition by thing, key order by valid_from),
            '1900-01-01 00:00:00+00'::timestamptz
        ) as expected_from,
        coalesce(
            lead(valid_from) over (partition by thing, key order by valid_from),
            '9999-12-31 00:00:00+00'::timestamptz
        ) as expected_before
    from versions

),

facts as (

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
from neighbours
where valid_from <> expected_from or valid_before <> expected_before
union all
select
    thing,
    key
from placed
where versions_count <> 1
