{#
    A measure of one model of attribution, or null: rows of two models answer one question twice, and
    their sum answers none. For each measure over rows that hold attribution_model_key, revenue and
    spend alike:

        of_one_model('sum(revenue_reporting_amount)')
#}
{% macro of_one_model(measure) -%}
    case
        when min(attribution_model_key) = max(attribution_model_key) then {{ measure }}
    end
{%- endmacro %}
