-- Whatever a person of the company said or wrote to the customer of a lead or deal. A call that was
-- answered is an answer whoever called; our own call is one even where nobody picked up. Robots
-- (announcements, activities without an author) answer nobody. A chat tells only when it ended.
with calls as (

    select
        links.record_key,
        'call' as answer_method,
        calls.bitrix24_account as account,
        calls.user_id,
        calls.started_at as answered_at
    from {{ ref('int_calls__linked') }} as links
    inner join {{ ref('int_calls__united') }} as calls
        on links.call_key = calls.call_key
    where
        not calls.is_announcement
        and (calls.is_answered or (calls.direction = 'outgoing' and not calls.is_callback))

),

activities as (

    select
        account,
        case owner_type_id when '1' then 'lead' when '2' then 'deal' end as record_type,
        owner_id as record_id,
        activity_kind_code as answer_method,
        author_id as user_id,
        case
            when activity_kind_code = 'chat' then coalesce(ended_at, updated_at)
            else coalesce(started_at, created_at)
        end as answered_at
    from {{ ref('stg_bitrix24__activities') }}
    where
        owner_type_id in ('1', '2')
        and author_id is not null
        and is_completed
        and _deleted_at is null
        and (
            activity_kind_code = 'chat'
            or (direction_code = 'outgoing' and activity_kind_code in ('mail', 'message'))
            -- telephony's own calls are among the calls already
            or (
                direction_code = 'outgoing'
                and activity_kind_code = 'call'
                and telephony_call_id is null
            )
        )

)

select
    record_key,
    answer_method,
    account,
    user_id,
    answered_at
from calls
union all
select
    {{ surrogate_key(['record_type', 'account', 'record_id']) }} as record_key,
    answer_method,
    account,
    user_id,
    answered_at
from activities
