-- Who a manager was, and in which department, from when until when. The first observation also
-- stands for the time before it, as of whom is responsible:
-- docs/adr/0004-responsible-before-the-first-load.md. A period ends where the next begins, so there
-- is neither a gap nor an overlap; of two observations of one moment the later one stands.
with observations as (

    select distinct on (manager_key, dbt_valid_from)
        manager_key,
        account,
        manager_id,
        manager_name,
        position_name,
        department_id,
        is_active,
        dbt_valid_from at time zone 'UTC' as observed_from
    from {{ ref('manager_history') }}
    order by manager_key asc, dbt_valid_from asc, dbt_valid_to asc nulls first

),

versions as (

    select
        observations.*,
        row_number() over manager_versions as version_no,
        lead(observed_from) over manager_versions as next_from
    from observations
    window manager_versions as (partition by manager_key order by observed_from)

)

select
    {{ surrogate_key(['versions.account', 'versions.manager_id', 'versions.version_no']) }}
        as manager_version_key,
    versions.manager_key,
    versions.account,
    versions.manager_id,
    versions.version_no,
    versions.manager_name,
    versions.position_name,
    coalesce(departments.department_key, -1) as department_key,
    versions.is_active,
    versions.observed_from,
    case
        when versions.version_no = 1 then '-infinity'::timestamptz else versions.observed_from
    end as valid_from,
    coalesce(versions.next_from, 'infinity'::timestamptz) as valid_before,
    versions.next_from is null as is_present
from versions
left join {{ ref('int_departments__observed') }} as departments
    on
        versions.account = departments.account
        and versions.department_id = departments.department_id
