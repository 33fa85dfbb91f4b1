-- What a department was called and which one stood above it, from when until when, as
-- int_managers__versioned tells it of people.
with observations as (

    select distinct on (department_key, dbt_valid_from)
        department_key,
        account,
        department_id,
        department_name,
        parent_department_id,
        is_deleted,
        dbt_valid_from at time zone 'UTC' as observed_from
    from {{ ref('department_history') }}
    order by department_key asc, dbt_valid_from asc, dbt_valid_to asc nulls first

),

versions as (

    select
        observations.*,
        row_number() over department_versions as version_no,
        lead(observed_from) over department_versions as next_from
    from observations
    window department_versions as (partition by department_key order by observed_from)

)

select
    {{ surrogate_key(['versions.account', 'versions.department_id', 'versions.version_no']) }}
        as department_version_key,
    versions.department_key,
    versions.account,
    versions.department_id,
    versions.version_no,
    versions.department_name,
    coalesce(parents.department_key, -1) as parent_department_key,
    versions.is_deleted,
    versions.observed_from,
    case
        when versions.version_no = 1 then '-infinity'::timestamptz else versions.observed_from
    end as valid_from,
    coalesce(versions.next_from, 'infinity'::timestamptz) as valid_before,
    versions.next_from is null as is_present
from versions
left join {{ ref('int_departments__observed') }} as parents
    on
        versions.account = parents.account
        and versions.parent_department_id = parents.department_id
