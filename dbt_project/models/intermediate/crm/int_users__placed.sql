{{ config(materialized='view') }}
select
    users.account,
    users.user_id,
    coalesce(users.user_name, users.user_id) as user_name,
    users.position_name,
    users.is_active and users._deleted_at is null as is_active,
    users.department_id,
    departments.department_name,
    departments.path_ids[1] as department_1_id,
    departments.path_names[1] as department_1_name,
    departments.path_ids[2] as department_2_id,
    departments.path_names[2] as department_2_name,
    departments.path_ids[3] as department_3_id,
    departments.path_names[3] as department_3_name,
    users.department_ids
from {{ ref('stg_bitrix24__users') }} as users
left join {{ ref('int_departments__pathed') }} as departments
    on users.account = departments.account and users.department_id = departments.department_id
