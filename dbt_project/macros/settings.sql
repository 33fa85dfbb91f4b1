{#
    What a company sets, read from the environment in this one file. Each macro returns a quoted
    SQL literal. No model reads the clock: two runs as of the same day give the same figures.
#}

{# A text as an SQL literal. #}
{% macro quoted(text) -%}
    '{{ text | trim | replace("'", "''") }}'
{%- endmacro %}

{# ISO 4217 code in which amounts of different currencies are added up. #}
{% macro reporting_currency() -%}
    {{ quoted(env_var('REPORTING_CURRENCY', 'RUB') | upper) }}
{%- endmacro %}

{# IANA zone whose calendar gives every reporting date. #}
{% macro company_timezone() -%}
    {{ quoted(env_var('COMPANY_TIMEZONE', 'Europe/Moscow')) }}
{%- endmacro %}

{#
    The last complete day. The launcher always sets AS_OF; by hand it may be left empty and is
    then yesterday in the company's time zone.
#}
{% macro as_of() -%}
    {%- set configured = env_var('AS_OF', '') | trim -%}
    {%- if configured -%}
        date {{ quoted(configured) }}
    {%- else -%}
        {%- set name = env_var('COMPANY_TIMEZONE', 'Europe/Moscow') | trim -%}
        {%- set zone = modules.pytz.timezone(name) -%}
        {%- set today = run_started_at.astimezone(zone).date() -%}
        date {{ quoted((today - modules.datetime.timedelta(days=1)).isoformat()) }}
    {%- endif -%}
{%- endmacro %}

{#
    Whether money is compared with VAT (`gross`) or without (`net`), on both sides: spend and
    revenue. Net of an amount whose tax nobody states is not guessed: the run stops, see the test
    `money_has_its_vat`.
#}
{% macro vat_basis() -%}
    {%- set basis = env_var('VAT_BASIS', 'gross') | trim | lower -%}
    {%- if basis not in ('gross', 'net') -%}
        {{ exceptions.raise_compiler_error(
            "VAT_BASIS is '" ~ basis ~ "'; expected gross or net"
        ) }}
    {%- endif -%}
    {{ quoted(basis) }}
{%- endmacro %}
