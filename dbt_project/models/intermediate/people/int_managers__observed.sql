{{ config(materialized='view') }}
-- What the snapshot compares: who a user was to the company, dated by when it was landed, for the
-- portal does not say when a user changed departments. dbt keeps snapshot times without a zone.
select
    {{ surrogate_key(['account', 'user_id']) }} as manager_key,
    account,
    user_id as manager_id,
    coalesce(user_name, user_id) as manager_name,
    position_name,
    department_id,
    is_active and _deleted_at is null as is_active,
    greatest(_extracted_at, _deleted_at) at time zone 'UTC' as updated_at
from {{ ref('stg_bitrix24__users') }}
