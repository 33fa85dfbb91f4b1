-- Who was responsible at the two moments that earn credit: creation, and the win. For a moment
-- before the first load it is the user of the first observation, and the method says so.
with first_loads as (

    select
        account,
        case stream when 'leads' then 'lead' when 'deals' then 'deal' end as record_type,
        min(data_through) as observed_from
    from {{ ref('stg_state__loads') }}
    where source = 'bitrix24' and stream in ('leads', 'deals') and status = 'succeeded'
    group by account, stream

),

versions as (

    select
        record_key,
        responsible_id,
        case
            when row_number() over (partition by record_key order by dbt_valid_from) = 1
                then '-infinity'::timestamptz
            else dbt_valid_from at time zone 'UTC'
        end as valid_from,
        coalesce(dbt_valid_to at time zone 'UTC', 'infinity'::timestamptz) as valid_before
    from {{ ref('responsible_history') }}

),

moments as (

    select
        records.record_key,
        records.responsible_id,
        records.created_at,
        closed.won_at,
        coalesce(first_loads.observed_from, 'infinity'::timestamptz) as observed_from
    from {{ ref('int_crm_records__classified') }} as records
    left join {{ ref('int_deals__closed') }} as closed
        on
            records.record_type = 'deal'
            and records.account = closed.account
            and records.record_id = closed.deal_id
    left join first_loads
        on records.account = first_loads.account and records.record_type = first_loads.record_type

)

select
    moments.record_key,
    moments.responsible_id as present_responsible_id,
    at_creation.responsible_id as created_responsible_id,
    case when moments.created_at >= moments.observed_from then 'observed' else 'current' end
        as created_method,
    at_win.responsible_id as won_responsible_id,
    case
        when moments.won_at is null then null
        when moments.won_at >= moments.observed_from then 'observed'
        else 'current'
    end as won_method
from moments
left join versions as at_creation
    on
        moments.record_key = at_creation.record_key
        and moments.created_at >= at_creation.valid_from
        and moments.created_at < at_creation.valid_before
left join versions as at_win
    on
        moments.record_key = at_win.record_key
        and moments.won_at >= at_win.valid_from
        and moments.won_at < at_win.valid_before
