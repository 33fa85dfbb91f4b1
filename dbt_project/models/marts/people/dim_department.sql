-- A department keeps its row after it is dissolved: old facts still refer to it.
select
    {{ surrogate_key(['departments.account', 'departments.department_id']) }} as department_key,
    departments.account,
    departments.department_id,
    departments.department_name,
    array_to_string(departments.path_names, ' / ') as department_path,
    (
        select
            '/' || string_agg(
                {{ surrogate_key(['departments.account', 'above.department_id']) }}::text, '/'
                order by above.level_no
            ) || '/'
        from unnest(departments.path_ids) with ordinality as above (department_id, level_no)
    ) as department_key_path,
    departments.department_level,
    case
        when departments.parent_department_name is not null
            then {{ surrogate_key(['departments.account', 'departments.parent_department_id']) }}
        else -1
    end as parent_department_key,
    departments.head_user_id as head_manager_id,
    departments.is_deleted
from {{ ref('int_departments__pathed') }} as departments
union all
select
    -1 as department_key,
    '' as account,
    '' as department_id,
    'Не указан' as department_name,
    'Не указан' as department_path,
    '/-1/' as department_key_path,
    1 as department_level,
    -1 as parent_department_key,
    null as head_manager_id,
    false as is_deleted
