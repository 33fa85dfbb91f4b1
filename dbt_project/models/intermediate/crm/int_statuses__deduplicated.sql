{{ config(materialized='view') }}
-- An entry that was removed and entered again has two rows: the one that the portal lists wins,
-- then the younger one.
select distinct on (account, status_list, status_id)
    account,
    status_list,
    status_id,
    status_name,
    status_semantic,
    outcome_code,
    sort_order,
    _deleted_at is null as is_listed
from {{ ref('stg_bitrix24__statuses') }}
order by
    account asc,
    status_list asc,
    status_id asc,
    (_deleted_at is null) desc,
    status_row_id::bigint desc
