-- Every call of a customer, every message and every lead and deal with marks of its own is one
-- observation of one touch; what led to something lies in the window before it.
with observed as (

    select count(*) as observations
    from {{ ref('fct_calls') }} as calls
    inner join {{ ref('dim_contact_method') }} as methods
        on calls.contact_method_key = methods.contact_method_key
    where calls.direction_code = 'incoming' or methods.contact_method_code = 'callback'
    union all
    select count(*) as observations from {{ ref('int_messages__unioned') }}
    union all
    select count(*) as observations from {{ ref('int_marked_records__found') }}

),

counted as (

    select sum(observations_count) as observations from {{ ref('fct_touches') }}

),

outside as (

    select count(*) as touches
    from {{ ref('int_paths__matched') }} as paths
    inner join {{ ref('int_crm_records__classified') }} as records
        on paths.record_key = records.record_key
    where
        records.created_at - paths.touched_at
        not between interval '-5 minutes'
        and interval '{{ attribution_window_days() * 24 }} hours'

)

select
    observed.observations,
    counted.observations as counted_observations,
    outside.touches as touches_outside
from (select sum(observations) as observations from observed) as observed
cross join counted
cross join outside
where observed.observations <> coalesce(counted.observations, 0) or outside.touches > 0
