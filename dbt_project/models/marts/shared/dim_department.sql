-- A department keeps its row after it is dissolved: old facts still refer to it.
with recursive departments as (

    select * from {{ ref('stg_bitrix24__departments') }}

),

-- From every department whose parent is not there downwards. A circle of parents has no such
-- start: its departments stay without a path of their own.
tree as (

    select
        departments.account,
        departments.department_id,
        departments.department_name as department_path,
        1 as department_level
    from departments
    left join departments as parents
        on
            departments.account = parents.account
            and departments.parent_department_id = parents.department_id
    where parents.department_id is null
    union all
    select
        departments.account,
        departments.department_id,
        tree.department_path || ' / ' || departments.department_name as department_path,
        tree.department_level + 1 as department_level
    from tree
    inner join departments
        on
            tree.account = departments.account
            and tree.department_id = departments.parent_department_id

)

select
    {{ surrogate_key(['departments.account', 'departments.department_id']) }} as department_key,
    departments.account,
    departments.department_id,
    departments.department_name,
    coalesce(tree.department_path, departments.department_name) as department_path,
    coalesce(tree.department_level, 1) as department_level,
    case
        when parents.department_id is not null
            then {{ surrogate_key(['parents.account', 'parents.department_id']) }}
        else -1
    end as parent_department_key,
    departments._deleted_at is not null as is_deleted
from departments
left join tree
    on
        departments.account = tree.account
        and departments.department_id = tree.department_id
left join departments as parents
    on
        departments.account = parents.account
        and departments.parent_department_id = parents.department_id
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
