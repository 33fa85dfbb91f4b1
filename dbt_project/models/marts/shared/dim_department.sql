-- A department keeps its row after it is dissolved: old facts still refer to it.
select
    {{ surrogate_key(['departments.account', 'departments.department_id']) }} as department_key,
    departments.account,
    departments.department_id,
    departments.department_name,
    array_to_string(departments.path_names, ' / ') as department_path,
    departments.department_level,
    case
        when departments.parent_department_name is not null
            then {{ surrogate_key(['departments.account', 'departments.parent_department_id']) }}
        else -1
    end as parent_department_key,
    departments.is_deleted
from {{ ref('int_departments__pathed') }} as departments
union all
select
    -1 as department_key,
    '' as account,
    '' as department_id,
    'Не указан' as department_name,
    'Не указан' as department_path,
    1 as department_level,
    -1 as parent_department_key,
    false as is_deleted
