-- The deals that were won and stood so on the evening of an origin, with what they brought: what
-- was known then. A win taken back later still stands here, one that came later does not.
with origins as (

    select distinct origin_on
    from {{ ref('int_forecast_origins__listed') }}

)

select
    origins.origin_on,
    stays.record_key,
    stays.account,
    stays.pipeline_id,
    stays.entered_on as won_on,
    round(
        coalesce(rates.reporting_rate, 0) * {{ of_vat_basis(
            'deals.deal_amount', '(deals.deal_amount - deals.tax_amount)'
        ) }}, 2
    ) as revenue_reporting_amount
from origins
inner join {{ ref('int_deal_stays__completed') }} as stays
    on
        stays.stage_semantic = 'S'
        and origins.origin_on >= stays.entered_on
        and origins.origin_on < coalesce(stays.left_on, date 'infinity')
        -- fifteen months back begins what is compared with the year before, eighteen what is learnt
        and stays.entered_on >= date_trunc('month', origins.origin_on - interval '18 months')
inner join {{ ref('stg_bitrix24__deals') }} as deals
    on stays.account = deals.account and stays.deal_id = deals.deal_id
left join {{ ref('int_currency_rates__dated') }} as rates
    on
        deals.currency_code = rates.currency_code
        and stays.entered_on >= rates.valid_from
        and stays.entered_on < rates.valid_before
