{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
    tags=['history']
) }}
-- Each evening's forecast as it was first made, never touched again: the only true score, because a
-- back-test reads the amounts of today.
select
    forecast_on,
    horizon_code,
    account,
    pipeline_id,
    scope_code,
    starts_on,
    ends_on,
    shown_method_code,
    so_far_won_deals_count,
    expected_won_deals_count,
    low_won_deals_count,
    high_won_deals_count,
    naive_won_deals_count,
    so_far_revenue_reporting_amount,
    expected_revenue_reporting_amount,
    low_revenue_reporting_amount,
    high_revenue_reporting_amount,
    naive_revenue_reporting_amount,
    reporting_currency_code
from {{ ref('report_forecast') }}
{% if is_incremental() %}
    where forecast_on not in (select logged.forecast_on from {{ this }} as logged)
{% endif %}
