-- The columns are named after goal and attribution model (`Conversions_20002_AUTO`): each pair of
-- them is a row here, where it has a value.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as login,
        landed._payload,
        payload.*
    from {{ source('yandex_direct', 'goal_days') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "Date" date,
        "CampaignId" text
    )

),

figures as (

    select
        source._account,
        source._deleted_at,
        source._extracted_at,
        source.login,
        source."Date",
        source."CampaignId",
        split_part(cells.name, '_', 1) as figure,
        split_part(cells.name, '_', 2) as goal_id,
        split_part(cells.name, '_', 3) as attribution_model,
        cells.value::numeric as value
    from source
    cross join lateral jsonb_each_text(source._payload) as cells (name, value)
    where cells.name ~ '^(Conversions|Revenue)_[0-9]+_' and cells.value is not null

)

select
    -- ids
    _account as account,
    login as ad_account_id,
    "CampaignId" as campaign_id,
    goal_id,

    -- strings
    attribution_model,

    -- numerics
    coalesce(sum(value) filter (where figure = 'Conversions'), 0) as conversions_count,
    coalesce(sum(value) filter (where figure = 'Revenue'), 0) as conversion_value_amount,

    -- days, in Moscow time
    "Date" as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from figures
group by
    _account, login, "CampaignId", goal_id, attribution_model, "Date", _deleted_at, _extracted_at
