{%- set visitors = [
    ('ym_client', 'ym_client_id', "''"),
    ('ga_client', 'ga_client_id', "''"),
    ('calltouch', "case when system_code = 'calltouch' then visitor_id end", 'account'),
    ('comagic', "case when system_code = 'comagic' then visitor_id end", 'account'),
] -%}
-- Browsers that touches came out of: the ClientID of Yandex Metrica and of Google Analytics, which
-- every tracker tells alike, and the trackers' own numbers.
with seen as (

    select
        message_key as touch_key,
        system_code,
        account,
        visitor_id,
        ym_client_id,
        ga_client_id
    from {{ ref('int_messages__unioned') }}
    {% for system in ('calltouch', 'comagic') -%}
        union all
        select
            calls.call_key as touch_key,
            '{{ system }}' as system_code,
            tracked.account,
            tracked.visitor_id,
            tracked.ym_client_id,
            tracked.ga_client_id
        from {{ ref('int_calls__united') }} as calls
        inner join {{ ref('stg_' ~ system ~ '__calls') }} as tracked
            on
                calls.{{ system }}_account = tracked.account
                and calls.{{ system }}_call_id = tracked.call_id
    {% endfor %}
)

{% for kind, visitor, scope in visitors -%}
    select
        touch_key,
        {{ surrogate_key(["'visitor'", "'" ~ kind ~ "'", scope, visitor]) }} as visitor_key
    from seen
    where {{ visitor }} is not null
    {{ 'union' if not loop.last }}
{% endfor %}
