select
    {{ surrogate_key(['users.account', 'users.user_id']) }} as manager_key,
    users.account,
    users.user_id as manager_id,
    coalesce(users.user_name, users.user_id) as manager_name,
    users.position_name,
    coalesce(departments.department_key, -1) as department_key,
    coalesce(departments.department_name, 'Не указан') as department_name,
    users.is_active and users._deleted_at is null as is_active,
    users.registered_on
from {{ ref('stg_bitrix24__users') }} as users
left join {{ ref('dim_department') }} as departments
    on users.account = departments.account and users.department_id = departments.department_id
union all
select
    -1 as manager_key,
    '' as account,
    '' as manager_id,
    'Не указан' as manager_name,
    null as position_name,
    -1 as department_key,
    'Не указан' as department_name,
    false as is_active,
    null as registered_on
