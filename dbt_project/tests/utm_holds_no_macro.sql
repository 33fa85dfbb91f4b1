-- No mark is a placeholder that a platform did not fill in.
{% for mart, key in [('fct_deals', 'deal_key'), ('fct_leads', 'lead_key')] -%}
    select
        '{{ mart }}' as mart,
        marked.{{ key }} as key
    from {{ ref(mart) }} as marked
    where
        exists (
            select 1
            from
                unnest(array[
                    marked.utm_source,
                    marked.utm_medium,
                    marked.utm_campaign,
                    marked.utm_content,
                    marked.utm_term
                ]) as marks (mark)
            where marks.mark ~ '^[{].*[}]$'
        )
    {% if not loop.last %}union all{% endif %}
{% endfor %}
