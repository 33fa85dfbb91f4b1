-- The first answer to an inquiry: a lead, or a deal that no lead gave birth to. What was said of a
-- deal answers the lead that it was born of. A call that the inquiry began with, from a day before
-- to five minutes after, took no time; anything later took the working time since the creation.
with inquiries as (

    select
        record_key as inquiry_key,
        created_at,
        created_on
    from {{ ref('int_crm_records__classified') }}
    where left_out_reason is null and (record_type = 'lead' or lead_id is null)

),

answers as (

    select
        inquiries.inquiry_key,
        inquiries.created_at,
        inquiries.created_on,
        answers.answer_method,
        answers.account,
        answers.user_id,
        answers.answered_at,
        (answers.answered_at at time zone {{ company_timezone() }})::date as answered_on,
        answers.answer_method = 'call'
        and answers.answered_at <= inquiries.created_at + interval '5 minutes' as is_opening
    from {{ ref('int_answers__listed') }} as answers
    inner join {{ ref('int_crm_records__classified') }} as records
        on answers.record_key = records.record_key
    inner join inquiries
        on coalesce(records.lead_key, records.record_key) = inquiries.inquiry_key
    where
        answers.answered_at >= inquiries.created_at
        or (
            answers.answer_method = 'call'
            and answers.answered_at >= inquiries.created_at - interval '1 day'
        )

),

firsts as (

    select distinct on (inquiry_key) *
    from answers
    order by
        inquiry_key asc,
        answered_at asc,
        is_opening desc,
        answer_method asc,
        user_id asc nulls last

)

select
    firsts.inquiry_key,
    firsts.answer_method,
    firsts.account,
    firsts.user_id,
    firsts.answered_at,
    case
        when firsts.is_opening then 0.00
        else
            round(
                {{ working_minutes('firsts.answered_at', 'answered_days') }}
                - {{ working_minutes('firsts.created_at', 'created_days') }}, 2
            )
    end as first_response_minutes
from firsts
left join {{ ref('int_office_hours__summed') }} as answered_days
    on firsts.answered_on = answered_days.date_on
left join {{ ref('int_office_hours__summed') }} as created_days
    on firsts.created_on = created_days.date_on
