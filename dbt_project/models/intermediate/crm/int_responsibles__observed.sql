-- What the snapshot compares: nothing but the responsible user, dated by the portal's own clock.
select
    record_key,
    record_type,
    account,
    record_id,
    responsible_id,
    updated_at
from {{ ref('int_crm_records__classified') }}
