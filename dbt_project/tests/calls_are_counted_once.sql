-- What a system calls one call stands in one row of the fact, and the system still lists it. The
-- portal lists each leg of a redirected call: the first of them stands for all.
{% for system in ['bitrix24', 'calltouch', 'comagic'] -%}
    select
        '{{ system }}' as system_code,
        calls.{{ system }}_account as account,
        calls.{{ system }}_call_id as call_id,
        count(*) as rows_count
    from {{ ref('fct_calls') }} as calls
    left join {{ ref('stg_' ~ system ~ '__calls') }} as landed
        on
            calls.{{ system }}_account = landed.account
            and calls.{{ system }}_call_id = landed.call_id
            and landed._deleted_at is null
    where calls.{{ system }}_call_id is not null
    group by 1, 2, 3
    having count(*) > 1 or count(landed.call_id) = 0
    {% if not loop.last %}union all{% endif %}
{% endfor %}
