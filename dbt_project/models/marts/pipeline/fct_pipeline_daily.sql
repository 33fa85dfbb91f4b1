-- The open pipeline on each evening. No deal is multiplied by its days: it adds itself where it
-- enters a group (manager and stage) or the next bucket of age and takes itself away where it
-- leaves. Running sums over those few days give levels, and only levels are spread over days: the
-- work follows the changes, the table follows the groups. Two years and the running month are kept.
with spans as (

    select
        spans.account,
        spans.pipeline_id,
        spans.stage_id,
        spans.age_bucket_code,
        responsibles.responsible_id,
        spans.entered_on - date '2000-01-01' as entered_no,
        round(deals.deal_amount * rates.reporting_rate, 2) as deal_reporting_amount,
        greatest(
            spans.first_on,
            coalesce(responsibles.first_on, spans.first_on),
            (date_trunc('month', {{ as_of() }}) - interval '2 years')::date
        ) as first_on,
        least(spans.last_on, coalesce(responsibles.last_on, spans.last_on)) as last_on
    from {{ ref('int_open_spans__aged') }} as spans
    inner join {{ ref('fct_deals') }} as deals
        on spans.record_key = deals.deal_key
    -- at the rate of the creation, as an open deal is valued: a win revalues no evening before it
    left join {{ ref('int_currency_rates__dated') }} as rates
        on
            deals.currency_code = rates.currency_code
            and deals.created_on >= rates.valid_from
            and deals.created_on < rates.valid_before
    left join {{ ref('int_deal_responsibles__dated') }} as responsibles
        on
            spans.record_key = responsibles.record_key
            and spans.first_on <= responsibles.last_on
            and spans.last_on >= responsibles.first_on

),

edges as (

    select
        account,
        pipeline_id,
        stage_id,
        age_bucket_code,
        responsible_id,
        first_on as changed_on,
        1 as direction,
        entered_no as entered_change,
        deal_reporting_amount as amount_change
    from spans
    where first_on <= last_on
    union all
    select
        account,
        pipeline_id,
        stage_id,
        age_bucket_code,
        responsible_id,
        last_on + 1 as changed_on,
        -1 as direction,
        -entered_no as entered_change,
        -deal_reporting_amount as amount_change
    from spans
    where first_on <= last_on

),

changes as (

    select
        account,
        pipeline_id,
        stage_id,
        responsible_id,
        changed_on,
        sum(direction) as open_deals_count,
        sum(entered_change) as entered_no,
        sum(amount_change) as open_reporting_amount,
        sum(case when age_bucket_code = '1_under_3' then direction else 0 end)
            as open_under_3_days_count,
        sum(case when age_bucket_code = '2_under_8' then direction else 0 end)
            as open_3_to_7_days_count,
        sum(case when age_bucket_code = '3_under_15' then direction else 0 end)
            as open_8_to_14_days_count,
        sum(case when age_bucket_code = '4_under_31' then direction else 0 end)
            as open_15_to_30_days_count,
        sum(case when age_bucket_code = '5_from_31' then direction else 0 end)
            as open_from_31_days_count
    from edges
    group by account, pipeline_id, stage_id, responsible_id, changed_on

),

levels as (

    select
        account,
        pipeline_id,
        stage_id,
        responsible_id,
        changed_on as from_on,
        lead(changed_on) over until_now - 1 as through_on,
        sum(open_deals_count) over until_now as open_deals_count,
        sum(entered_no) over until_now as entered_no,
        sum(open_reporting_amount) over until_now as open_reporting_amount,
        sum(open_under_3_days_count) over until_now as open_under_3_days_count,
        sum(open_3_to_7_days_count) over until_now as open_3_to_7_days_count,
        sum(open_8_to_14_days_count) over until_now as open_8_to_14_days_count,
        sum(open_15_to_30_days_count) over until_now as open_15_to_30_days_count,
        sum(open_from_31_days_count) over until_now as open_from_31_days_count
    from changes
    window until_now as (
        partition by account, pipeline_id, stage_id, responsible_id
        order by changed_on
    )

),

days as (

    select
        levels.*,
        generate_series(
            from_on::timestamp,
            least(through_on, {{ as_of() }})::timestamp,
            interval '1 day'
        )::date as report_on
    from levels
    where open_deals_count > 0

)

select
    {{ date_key('days.report_on') }} as date_key,
    coalesce(managers.manager_key, -1) as manager_key,
    coalesce(placed.department_key, -1) as department_key,
    coalesce(stages.stage_key, -1) as stage_key,
    days.account,
    coalesce(days.pipeline_id, '') as pipeline_id,
    days.report_on,
    sum(days.open_deals_count)::bigint as open_deals_count,
    sum(days.open_under_3_days_count)::bigint as open_under_3_days_count,
    sum(days.open_3_to_7_days_count)::bigint as open_3_to_7_days_count,
    sum(days.open_8_to_14_days_count)::bigint as open_8_to_14_days_count,
    sum(days.open_15_to_30_days_count)::bigint as open_15_to_30_days_count,
    sum(days.open_from_31_days_count)::bigint as open_from_31_days_count,
    sum(days.open_deals_count * (days.report_on - date '2000-01-01') - days.entered_no)::bigint
        as days_in_stage_count,
    sum(days.open_reporting_amount) as open_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from days
left join {{ ref('dim_manager') }} as managers
    on days.account = managers.account and days.responsible_id = managers.manager_id
left join {{ ref('int_managers__versioned') }} as placed
    on
        managers.manager_key = placed.manager_key
        and (days.report_on + 1)::timestamp at time zone {{ company_timezone() }}
        > placed.valid_from
        and (days.report_on + 1)::timestamp at time zone {{ company_timezone() }}
        <= placed.valid_before
left join {{ ref('dim_stage') }} as stages
    on
        days.account = stages.account
        and stages.record_type = 'deal'
        and days.stage_id = stages.stage_id
group by
    days.report_on,
    managers.manager_key,
    placed.department_key,
    stages.stage_key,
    days.account,
    days.pipeline_id
