-- How far each stream is complete, and why it is not further.
select
    source,
    account,
    stream,
    last_load_status,
    last_failure_code,
    last_failure_reason,
    data_through_at,
    data_through_on,
    complete_on,
    days_behind_count,
    hours_behind_count,
    state_code,
    state_code in ('stale', 'never_loaded') as is_stale,
    rows_count,
    deleted_rows_count,
    last_changed_at,
    _last_loaded_at,
    _last_run_id
from {{ ref('int_streams__completed') }}
