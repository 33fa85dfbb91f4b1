{#
    What a company sets, read from the environment in this one file. Each macro returns a quoted
    SQL literal. No model reads the clock: two runs as of the same day give the same figures.
#}

{# ISO 4217 code in which amounts of different currencies are added up. #}
{% macro reporting_currency() -%}
    {{ dbt.string_literal(env_var('REPORTING_CURRENCY', 'RUB') | trim | upper) }}
{%- endmacro %}

{# IANA zone whose calendar gives every reporting date. #}
{% macro company_timezone() -%}
    {{ dbt.string_literal(env_var('COMPANY_TIMEZONE', 'Europe/Moscow') | trim) }}
{%- endmacro %}

{#
    The last complete day. The launcher always sets AS_OF; by hand it may be left empty and is
    then yesterday in the company's time zone.
#}
{% macro as_of() -%}
    {%- set configured = env_var('AS_OF', '') | trim -%}
    {%- if configured -%}
        date {{ dbt.string_literal(configured) }}
    {%- else -%}
        {%- set zone = modules.pytz.timezone(env_var('COMPANY_TIMEZONE', 'Europe/Moscow') | trim) -%}
        {%- set today = run_started_at.astimezone(zone).date() -%}
        date {{ dbt.string_literal((today - modules.datetime.timedelta(days=1)).isoformat()) }}
    {%- endif -%}
{%- endmacro %}

{#
    Whether money is compared with VAT (`gross`) or without (`net`). Net needs the tax of each
    amount; until every source lands it, asking for net is refused rather than answered wrongly.
#}
{% macro vat_basis() -%}
    {%- set basis = env_var('VAT_BASIS', 'gross') | trim | lower -%}
    {%- if basis != 'gross' -%}
        {{ exceptions.raise_compiler_error(
            "VAT_BASIS is '" ~ basis ~ "'; only 'gross' can be computed: the tax of each amount"
            ~ " is not landed by every source yet"
        ) }}
    {%- endif -%}
    {{ dbt.string_literal(basis) }}
{%- endmacro %}
