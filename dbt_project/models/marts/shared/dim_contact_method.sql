select
    case
        when contact_method_code = 'unknown' then -1
        else {{ surrogate_key(["'contact_method'", 'contact_method_code']) }}
    end as contact_method_key,
    contact_method_code,
    contact_method_name_ru,
    contact_method_name_en,
    sort_order
from {{ ref('contact_methods') }}
