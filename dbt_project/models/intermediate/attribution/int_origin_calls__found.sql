-- The calls that a lead or deal began with: linked to it and not later than its creation, by a day
-- before at most. Clocks of two systems may be five minutes apart; our own call counts as the first
-- act only where it began before, or every quick answer to a form would be one.
with linked as (

    select
        links.record_key,
        calls.call_key,
        calls.started_at,
        calls.is_callback,
        calls.direction = 'outgoing' and not calls.is_callback as is_own_call,
        links.record_created_at
    from {{ ref('int_calls__linked') }} as links
    inner join {{ ref('int_calls__united') }} as calls
        on links.call_key = calls.call_key
    where
        calls.started_at >= links.record_created_at - interval '1 day'
        and calls.started_at <= links.record_created_at + interval '5 minutes'

)

select
    record_key,
    (array_agg(call_key order by started_at desc, call_key asc) filter (where not is_own_call))[1]
        as call_key,
    (
        array_agg(is_callback order by started_at desc, call_key asc)
        filter (where not is_own_call)
    )[1] as is_callback,
    coalesce(
        (
            array_agg(is_own_call order by started_at asc, call_key asc)
            filter (where not is_own_call or started_at < record_created_at)
        )[1],
        false
    ) as is_own_call_first
from linked
group by record_key
