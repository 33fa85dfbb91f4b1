-- Each deal that was open on the evening of an origin: its chance to be won in the horizon, and
-- what it would bring: its amount at the rate of that day, else the median of its pipeline. The
-- amount is the present one, because the CRM keeps no history of it.
with means as (

    select distinct
        origin_on,
        horizon_code,
        account,
        pipeline_id,
        pipeline_chance
    from {{ ref('int_forecast_chances__estimated') }}

),

open_deals as (

    select
        origins.origin_on,
        origins.horizon_code,
        origins.ends_on,
        spans.*
    from {{ ref('int_forecast_origins__listed') }} as origins
    inner join {{ ref('int_open_spans__aged') }} as spans
        on origins.origin_on between spans.first_on and spans.last_on

),

scored as (

    select
        open_deals.origin_on,
        open_deals.horizon_code,
        open_deals.ends_on,
        open_deals.record_key,
        open_deals.account,
        open_deals.pipeline_id,
        responsibles.responsible_id,
        coalesce(chances.win_chance, means.pipeline_chance, 0) as win_chance,
        round(
            coalesce(
                nullif({{ of_vat_basis(
                    'deals.deal_amount', '(deals.deal_amount - deals.tax_amount)'
                ) }}, 0) * rates.reporting_rate,
                amounts.median_amount,
                0
            ), 2
        ) as deal_reporting_amount
    from open_deals
    inner join {{ ref('int_crm_records__classified') }} as records
        on open_deals.record_key = records.record_key
    inner join {{ ref('stg_bitrix24__deals') }} as deals
        on records.account = deals.account and records.record_id = deals.deal_id
    left join {{ ref('int_deal_responsibles__dated') }} as responsibles
        on
            open_deals.record_key = responsibles.record_key
            and open_deals.origin_on between responsibles.first_on and responsibles.last_on
    left join {{ ref('int_forecast_chances__estimated') }} as chances
        on
            open_deals.origin_on = chances.origin_on
            and open_deals.horizon_code = chances.horizon_code
            and open_deals.account = chances.account
            and open_deals.pipeline_id = chances.pipeline_id
            and open_deals.stage_id is not distinct from chances.stage_id
            and open_deals.age_bucket_code = chances.age_bucket_code
    left join means
        on
            open_deals.origin_on = means.origin_on
            and open_deals.horizon_code = means.horizon_code
            and open_deals.account = means.account
            and open_deals.pipeline_id = means.pipeline_id
    left join {{ ref('int_forecast_amounts__typical') }} as amounts
        on
            open_deals.origin_on = amounts.origin_on
            and open_deals.account = amounts.account
            and open_deals.pipeline_id = amounts.pipeline_id
    left join {{ ref('int_currency_rates__dated') }} as rates
        on
            deals.currency_code = rates.currency_code
            and open_deals.origin_on >= rates.valid_from
            and open_deals.origin_on < rates.valid_before

)

-- The rank says which deals move the outcome most: those are drawn one by one.
select
    scored.*,
    row_number() over (
        partition by origin_on, horizon_code, account, pipeline_id
        order by
            win_chance * (1 - win_chance) * deal_reporting_amount ^ 2 desc,
            record_key asc
    ) as weight_rank
from scored
