{#
    What the definitions of attribution fix. The window is versioned here: whoever changes it changes
    every figure of attribution, and says so in the changelog.
#}

{# Days of 24 hours before a conversion in which a touch counts, both ends in. #}
{% macro attribution_window_days() -%}
    {{ return(90) }}
{%- endmacro %}

{# The models in which a conversion is shared out, in the order of the engine. #}
{% macro attribution_models() -%}
    {{ return([
        'first', 'last', 'last_non_direct', 'linear', 'position', 'time_decay', 'markov', 'shapley'
    ]) }}
{%- endmacro %}

{#
    Months that a fit of Markov's chain looks back on, and how many conversions it takes: with fewer
    the model is not offered.
#}
{% macro markov_months() -%}
    {{ return(12) }}
{%- endmacro %}

{% macro markov_least_conversions() -%}
    {{ return(300) }}
{%- endmacro %}

{# Channels that name nobody who could have sent the customer. #}
{% macro is_direct(channel_code) -%}
    {{ channel_code }} in ('direct', 'unknown')
{%- endmacro %}
