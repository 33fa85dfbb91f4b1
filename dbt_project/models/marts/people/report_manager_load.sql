-- What is open at the end of the last complete day, and who has to see to it: the manager who is
-- responsible now, in the present department. Age counts from the day of creation.
with open_records as (

    select
        leads.lead_key as record_key,
        'lead' as record_type,
        leads.channel_key,
        leads.created_on,
        0 as open_reporting_amount
    from {{ ref('fct_leads') }} as leads
    where not leads.is_junk and not leads.is_converted
    union all
    select
        deals.deal_key as record_key,
        'deal' as record_type,
        deals.channel_key,
        deals.created_on,
        deals.deal_reporting_amount as open_reporting_amount
    from {{ ref('fct_deals') }} as deals
    where not deals.is_won and not deals.is_lost

),

aged as (

    select
        coalesce(managers.manager_key, -1) as manager_key,
        coalesce(managers.department_key, -1) as department_key,
        open_records.channel_key,
        open_records.record_type,
        {{ as_of() }} - open_records.created_on as age_days,
        open_records.open_reporting_amount
    from open_records
    inner join {{ ref('int_crm_records__classified') }} as records
        on open_records.record_key = records.record_key
    left join {{ ref('dim_manager') }} as managers
        on records.account = managers.account and records.responsible_id = managers.manager_id
    where open_records.created_on <= {{ as_of() }}

)

select
    aged.manager_key,
    aged.department_key,
    aged.channel_key,
    aged.record_type,
    buckets.age_bucket_code,
    {{ as_of() }} as report_on,
    managers.manager_name,
    departments.department_name,
    departments.department_path,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    buckets.age_bucket_name_ru,
    buckets.age_bucket_name_en,
    count(*) as open_count,
    sum(aged.age_days)::bigint as age_days_count,
    sum(aged.open_reporting_amount)::numeric(18, 2) as open_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from aged
inner join {{ ref('stage_age_buckets') }} as buckets
    on
        aged.age_days >= buckets.from_days
        and (aged.age_days <= buckets.through_days or buckets.through_days is null)
inner join {{ ref('dim_manager') }} as managers
    on aged.manager_key = managers.manager_key
inner join {{ ref('dim_department') }} as departments
    on aged.department_key = departments.department_key
inner join {{ ref('dim_channel') }} as channels
    on aged.channel_key = channels.channel_key
group by
    aged.manager_key,
    aged.department_key,
    aged.channel_key,
    aged.record_type,
    buckets.age_bucket_code,
    managers.manager_name,
    departments.department_name,
    departments.department_path,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    buckets.age_bucket_name_ru,
    buckets.age_bucket_name_en
