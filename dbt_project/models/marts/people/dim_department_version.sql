-- BI tools know no infinite moment: the first version begins in 1900, the last one ends in 9999.
select
    department_version_key,
    department_key,
    parent_department_key,
    account,
    department_id,
    department_name,
    is_deleted,
    observed_from,
    greatest(valid_from, '1900-01-01 00:00:00+00'::timestamptz) as valid_from,
    least(valid_before, '9999-12-31 00:00:00+00'::timestamptz) as valid_before,
    is_present
from {{ ref('int_departments__versioned') }}
union all
select
    -1 as department_version_key,
    -1 as department_key,
    -1 as parent_department_key,
    '' as account,
    '' as department_id,
    'Не указан' as department_name,
    false as is_deleted,
    null as observed_from,
    '1900-01-01 00:00:00+00'::timestamptz as valid_from,
    '9999-12-31 00:00:00+00'::timestamptz as valid_before,
    true as is_present
