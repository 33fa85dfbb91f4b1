{{ config(materialized='view') }}
-- From every department whose parent is not there downwards. A circle of parents has no such
-- start: its departments stay without a path of their own, on the first level.
with recursive departments as (

    select * from {{ ref('stg_bitrix24__departments') }}

),

tree as (

    select
        departments.account,
        departments.department_id,
        array[departments.department_id] as path_ids,
        array[departments.department_name] as path_names
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
        tree.path_ids || departments.department_id as path_ids,
        tree.path_names || departments.department_name as path_names
    from tree
    inner join departments
        on
            tree.account = departments.account
            and tree.department_id = departments.parent_department_id

)

select
    departments.account,
    departments.department_id,
    departments.parent_department_id,
    parents.department_name as parent_department_name,
    departments.head_user_id,
    departments.department_name,
    coalesce(tree.path_ids, array[departments.department_id]) as path_ids,
    coalesce(tree.path_names, array[departments.department_name]) as path_names,
    coalesce(array_length(tree.path_ids, 1), 1) as department_level,
    departments.sort_order,
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
