-- BI tools know no infinite moment: the first version begins in 1900, the last one ends in 9999.
select
    versions.manager_version_key,
    versions.manager_key,
    versions.department_key,
    versions.account,
    versions.manager_id,
    versions.manager_name,
    versions.position_name,
    departments.department_name,
    departments.department_path,
    versions.is_active,
    versions.observed_from,
    greatest(versions.valid_from, '1900-01-01 00:00:00+00'::timestamptz) as valid_from,
    least(versions.valid_before, '9999-12-31 00:00:00+00'::timestamptz) as valid_before,
    versions.is_present
from {{ ref('int_managers__versioned') }} as versions
inner join {{ ref('dim_department') }} as departments
    on versions.department_key = departments.department_key
union all
select
    -1 as manager_version_key,
    -1 as manager_key,
    -1 as department_key,
    '' as account,
    '' as manager_id,
    'Не указан' as manager_name,
    null as position_name,
    'Не указан' as department_name,
    'Не указан' as department_path,
    false as is_active,
    null as observed_from,
    '1900-01-01 00:00:00+00'::timestamptz as valid_from,
    '9999-12-31 00:00:00+00'::timestamptz as valid_before,
    true as is_present
