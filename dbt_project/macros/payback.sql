{#
    Whether the spend of each row is known, and whether its day may be held against revenue: see
    docs/adr/0008. One rule for every report that shows spend beside what it brought.

    `rows` has date_key and channel_key. Added: report_on, the channel's code, names and is_paid_channel,
    is_spend_complete and is_payback_complete.
#}
{% macro judged_spend(rows) -%}
    select
        judged.*,
        judged.is_spend_complete and judged.is_day_complete as is_payback_complete
    from (
        select
            {{ rows }}.*,
            dates.date_on as report_on,
            channels.channel_code,
            channels.channel_name_ru,
            channels.channel_name_en,
            channels.is_paid as is_paid_channel,
            -- No source feeds the channel, so nothing is awaited; or the source never came.
            completed.channel_code is null
            or coalesce(dates.date_on <= completed.complete_on, completed.complete_on is not null)
                as is_spend_complete,
            -- The unknown day lies beyond no day.
            coalesce(dates.date_on <= earliest.payback_complete_on, true) as is_day_complete
        from {{ rows }}
        inner join {{ ref('dim_date') }} as dates
            on {{ rows }}.date_key = dates.date_key
        inner join {{ ref('dim_channel') }} as channels
            on {{ rows }}.channel_key = channels.channel_key
        left join {{ ref('int_ad_channels__completed') }} as completed
            on channels.channel_code = completed.channel_code
        cross join (
            select min(payback_complete_on) as payback_complete_on
            from {{ ref('int_ad_channels__completed') }}
        ) as earliest
    ) as judged
{%- endmacro %}
