{#
    The links of one kind of item to another, from the list in the item's own record: the primary one
    first, then in the order of the list, each once. A record without the list (an older portal) has
    the one link of its single reference.
#}
{% macro bitrix24_links(model, item_id, listed, linked_id) -%}
with listed as (

    select
        items.account,
        items.{{ item_id }},
        link.linked_id,
        min(link.place) as place,
        bool_or(link.linked_id = items.{{ linked_id }}) as is_referred,
        items._deleted_at
    from {{ ref(model) }} as items
    cross join lateral jsonb_array_elements_text(
        case
            when jsonb_array_length(items.{{ listed }}) > 0 then items.{{ listed }}
            else jsonb_build_array(items.{{ linked_id }})
        end
    ) with ordinality as link (linked_id, place)
    where link.linked_id <> '0'
    group by items.account, items.{{ item_id }}, link.linked_id, items._deleted_at

),

placed as (

    select
        account,
        {{ item_id }},
        linked_id as {{ linked_id }},
        row_number() over (
            partition by account, {{ item_id }}
            order by coalesce(is_referred, false) desc, place asc
        ) as link_no,
        _deleted_at
    from listed

)

select
    account,
    {{ item_id }},
    {{ linked_id }},
    link_no,
    link_no = 1 as is_primary,
    _deleted_at
from placed
{%- endmacro %}
