{{ config(materialized='view') }}
-- The codes of the telephony: https://apidocs.bitrix24.com/api-reference/telephony/voximplant/
select
    calls.*, -- noqa: AM04
    case calls.call_type
        when '1' then 'outgoing'
        when '2' then 'incoming'
        when '3' then 'incoming_redirected'
        when '4' then 'callback'
        when '5' then 'announcement'
    end as call_type_code,
    case
        when calls.result_code = '200' then 'answered'
        when calls.result_code = '304' then 'missed'
        when calls.result_code in ('603', '603-S') then 'declined'
        when calls.result_code = '486' then 'busy'
        when calls.result_code in ('480', '484', '503') then 'unavailable'
        when calls.result_code in ('403', '404', '423') then 'not_allowed'
        when calls.result_code = '402' then 'no_money'
        else 'other'
    end as result_kind_code,
    users.user_name,
    users.department_id,
    users.department_name
from {{ ref('stg_bitrix24__calls') }} as calls
left join {{ ref('int_users__placed') }} as users
    on calls.account = users.account and calls.user_id = users.user_id
