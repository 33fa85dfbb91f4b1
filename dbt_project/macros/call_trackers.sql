{#
    What a call tracker stated: a JSON object without the members that say nothing. Trackers write
    nothing as '' and, in Russian, as '<не указано>'; a missing object has no members.
#}
{% macro tracker_stated(object) -%}
    (
        select coalesce(jsonb_object_agg(member.name, member.value), '{}')
        from jsonb_each(coalesce(nullif({{ object }}, 'null'), '{}')) as member (name, value)
        where member.value not in ('""', '"<не указано>"')
    )
{%- endmacro %}
