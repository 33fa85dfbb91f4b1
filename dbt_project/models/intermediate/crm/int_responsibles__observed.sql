{{ config(materialized='view') }}
-- What the snapshot compares: nothing but the responsible user, dated by the portal's own clock.
-- dbt keeps snapshot times without a zone, so the time is handed over as UTC and read as UTC.
select
    record_key,
    record_type,
    account,
    record_id,
    responsible_id,
    updated_at at time zone 'UTC' as updated_at
from {{ ref('int_crm_records__classified') }}
