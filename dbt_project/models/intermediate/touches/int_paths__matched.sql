-- The touches that led to a lead or a deal: of its people, within the window before its creation
-- and after the customer's purchase before. What nothing led to has one row without a touch, so
-- that nothing is lost: it came from the base or from our own call where step 12 says so.
with touches as (

    select
        touch_key,
        touch_kind_code,
        touched_at,
        channel_code,
        campaign_key
    from {{ ref('int_touches__collected') }}

),

parties as (

    select distinct
        merged.merged_touch_key as touch_key,
        parties.party_key,
        touches.touched_at
    from {{ ref('int_touch_parties__identified') }} as parties
    inner join {{ ref('int_touches__merged') }} as merged
        on parties.touch_key = merged.touch_key
    inner join touches
        on merged.merged_touch_key = touches.touch_key

),

-- Two clocks may be five minutes apart.
records as (

    select
        records.record_key,
        records.record_type,
        records.created_at,
        records.created_at + interval '5 minutes' as latest_at,
        records.created_at - interval '{{ attribution_window_days() * 24 }} hours' as earliest_at,
        purchases.purchased_at
    from {{ ref('int_crm_records__classified') }} as records
    left join {{ ref('int_earlier_purchases__dated') }} as purchases
        on records.record_key = purchases.record_key
    where records.left_out_reason is null

),

matched as (

    select distinct
        records.record_key,
        parties.touch_key
    from records
    inner join {{ ref('int_record_parties__listed') }} as sought
        on records.record_key = sought.record_key
    inner join parties
        on
            sought.party_key = parties.party_key
            and parties.touched_at between records.earliest_at and records.latest_at
            and (records.purchased_at is null or records.purchased_at < parties.touched_at)

),

known as (

    select distinct on (record_key)
        record_key,
        channel_code
    from {{ ref('int_channel_candidates__matched') }}
    where step = 12
    order by record_key asc, mark_rank asc

)

select
    records.record_key,
    records.record_type,
    (
        row_number() over (
            partition by records.record_key
            order by
                touches.touched_at asc,
                touches.touch_kind_code in ('lead', 'deal') asc,
                touches.touch_key asc
        )
    )::integer as touch_no,
    coalesce(touches.touch_key, -1) as touch_key,
    touches.touched_at,
    coalesce(touches.channel_code, known.channel_code, 'unknown') as channel_code,
    coalesce(touches.campaign_key, -1) as campaign_key,
    greatest(
        floor(extract(epoch from records.created_at - touches.touched_at)), 0
    )::bigint as seconds_before_conversion
from records
left join matched
    on records.record_key = matched.record_key
left join touches
    on matched.touch_key = touches.touch_key
left join known
    on records.record_key = known.record_key
