-- Both trackers on one company, as while it moves from one to the other, still see one call.
with calltouch as (

    select *
    from {{ ref('int_calls__listed') }}
    where system_code = 'calltouch'

),

comagic as (

    select *
    from {{ ref('int_calls__listed') }}
    where system_code = 'comagic'

),

pairs as (

    {{ matched_calls('calltouch', 'comagic') }}

)

select
    coalesce(calltouch.side_key, comagic.side_key) as side_key,
    calltouch.side_key as calltouch_key,
    comagic.side_key as comagic_key,
    coalesce(calltouch.match_ids, '{}') || coalesce(comagic.match_ids, '{}') as match_ids,
    coalesce(calltouch.phone_key, comagic.phone_key) as phone_key,
    coalesce(calltouch.direction, comagic.direction) as direction,
    coalesce(calltouch.started_at, comagic.started_at) as started_at,
    pairs.match_method
from calltouch
left join pairs
    on calltouch.side_key = pairs.left_key
full join comagic
    on pairs.right_key = comagic.side_key
