{#
    What money of one day is worth: in the reporting currency, with VAT and without, each rounded
    once from the unrounded amount. Used on relations that hold spend_kind_code, platform_code,
    currency_code, reported_on, is_vat_included, spend_amount and stated_net_amount.

    An amount stated with VAT is the gross one; without VAT it is the net one, and VAT comes on
    top only where the platform adds it to its own bill, which a fee is not part of. A platform's
    own figure without VAT goes before any reckoning. Without a known rate of VAT the net of a
    gross amount is unknown: null, never the gross.
#}
{% macro valued_spend(relation) -%}
    select
        amounts.*,
        rates.reporting_rate,
        vat.vat_percent,
        {{ _gross('amounts') }}::numeric(18, 6) as spend_gross_amount,
        {{ _net('amounts') }}::numeric(18, 6) as spend_net_amount,
        round({{ _gross('amounts') }} * rates.reporting_rate, 2) as spend_gross_reporting_amount,
        round({{ _net('amounts') }} * rates.reporting_rate, 2) as spend_net_reporting_amount
    from {{ relation }} as amounts
    left join {{ ref('ad_platforms') }} as platforms
        on amounts.platform_code = platforms.platform_code
    left join {{ ref('int_currency_rates__dated') }} as rates
        on
            amounts.currency_code = rates.currency_code
            and amounts.reported_on >= rates.valid_from
            and amounts.reported_on < rates.valid_before
    left join {{ ref('vat_rates') }} as vat
        on
            amounts.currency_code = vat.currency_code
            and amounts.reported_on >= coalesce(vat.valid_from, amounts.reported_on)
            and amounts.reported_on <= coalesce(vat.valid_to, amounts.reported_on)
{%- endmacro %}

{# The amount with VAT. #}
{% macro _gross(amounts) -%}
    ({{ amounts }}.spend_amount * case
        when
            not {{ amounts }}.is_vat_included
            and platforms.is_vat_added
            and {{ amounts }}.spend_kind_code = 'media'
            then 1 + coalesce(vat.vat_percent, 0) / 100
        else 1
    end)
{%- endmacro %}

{# The amount without VAT. #}
{% macro _net(amounts) -%}
    coalesce(
        {{ amounts }}.stated_net_amount,
        {{ amounts }}.spend_amount / case
            when {{ amounts }}.is_vat_included then 1 + vat.vat_percent / 100
            else 1
        end
    )
{%- endmacro %}

{# Which of two amounts the reports show: the one with VAT, or the one without. #}
{% macro of_vat_basis(gross, net) -%}
    case when {{ vat_basis() }} = 'gross' then {{ gross }} else {{ net }} end
{%- endmacro %}
