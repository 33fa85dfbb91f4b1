{{ config(materialized='view') }}
-- What the snapshot compares: name and place of a department in the tree, dated by when it was
-- landed.
select
    {{ surrogate_key(['account', 'department_id']) }} as department_key,
    account,
    department_id,
    department_name,
    parent_department_id,
    _deleted_at is not null as is_deleted,
    greatest(_extracted_at, _deleted_at) at time zone 'UTC' as updated_at
from {{ ref('stg_bitrix24__departments') }}
