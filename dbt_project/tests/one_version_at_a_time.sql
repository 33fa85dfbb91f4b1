-- Exactly one version of a manager and of a department holds at any moment: each begins where the
-- one before it ends, from the beginning of time to its end.
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

)

select
    thing,
    key
from neighbours
where valid_from <> expected_from or valid_before <> expected_before
