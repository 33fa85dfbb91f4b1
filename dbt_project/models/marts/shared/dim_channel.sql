select
    case
        when channel_code = 'unknown' then -1
        else {{ surrogate_key(['channel_code']) }}
    end as channel_key,
    channel_code,
    channel_name_ru,
    channel_name_en,
    is_paid,
    sort_order
from {{ ref('channels') }}
