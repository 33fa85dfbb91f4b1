{#
    Whole shares of a whole total: the rows of a relation with one more column, a bigint, which adds
    up to the total within each path and model. By largest remainder; of equal remainders the
    earliest touch gets the unit.

    Reads path_id, touch_no, attribution_model_code and the weight, of which each path and model has
    1 together. Total and weight are SQL expressions over the relation: a total of 1000000 gives
    weights in millionths, an amount in kopecks gives money.

    Remainders are compared at 9 decimals: the last digits of a third are no reason to prefer a
    touch.
#}
{% macro apportioned(weights, total, share, weight='weight') -%}
    {%- set exact -%}
        round(({{ total }}) * ({{ weight }}), 9)
    {%- endset -%}
    select
        weighed.*,
        (
            floor({{ exact }})
            + case
                when
                    row_number() over (
                        partition by path_id, attribution_model_code
                        order by {{ exact }} - floor({{ exact }}) desc, touch_no asc
                    ) <= ({{ total }}) - sum(floor({{ exact }})) over (
                        partition by path_id, attribution_model_code
                    )
                    then 1
                else 0
            end
        )::bigint as {{ share }}
    from {{ weights }} as weighed
{%- endmacro %}
