-- Leads and deals side by side: what both have, whether they count, and whose customer they are.
with unioned as (

    select
        'lead' as record_type,
        account,
        lead_id as record_id,
        null::text as lead_id,
        responsible_id,
        stage_id,
        stage_semantic,
        company_id,
        contact_id,
        source_id,
        webform_id,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        gclid,
        yclid,
        is_return_customer,
        false as is_recurring_template,
        {{ is_test_title('lead_title') }} as is_test,
        created_at,
        updated_at,
        _deleted_at
    from {{ ref('stg_bitrix24__leads') }}
    union all
    select
        'deal' as record_type,
        account,
        deal_id as record_id,
        lead_id,
        responsible_id,
        stage_id,
        stage_semantic,
        company_id,
        contact_id,
        source_id,
        webform_id,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        gclid,
        yclid,
        is_return_customer,
        is_recurring_template,
        {{ is_test_title('deal_title') }} as is_test,
        created_at,
        updated_at,
        _deleted_at
    from {{ ref('stg_bitrix24__deals') }}

),

-- The company's own legal entity is nobody's customer: the contact is, where there is one.
classified as (

    select
        unioned.*,
        case
            when unioned._deleted_at is not null then 'deleted'
            when unioned.is_recurring_template then 'recurring_template'
            when unioned.is_test then 'test'
        end as left_out_reason,
        case when not coalesce(companies.is_own_company, false) then unioned.company_id end
            as customer_company_id
    from unioned
    left join {{ ref('stg_bitrix24__companies') }} as companies
        on unioned.account = companies.account and unioned.company_id = companies.company_id

),

with_customers as (

    select
        classified.*,
        case
            when customer_company_id is not null then 'company'
            when contact_id is not null then 'contact'
        end as customer_type,
        coalesce(customer_company_id, contact_id) as customer_id
    from classified

),

with_keys as (

    select
        with_customers.*,
        {{ surrogate_key(['record_type', 'account', 'record_id']) }} as record_key,
        case
            when customer_id is not null
                then {{ surrogate_key(['customer_type', 'account', 'customer_id']) }}
            else -1
        end as customer_key,
        case
            when lead_id is not null
                then {{ surrogate_key(["'lead'", 'account', 'lead_id']) }}
        end as lead_key
    from with_customers

)

select
    record_key,
    record_type,
    account,
    record_id,
    lead_id,
    lead_key,
    responsible_id,
    stage_id,
    stage_semantic,
    source_id,
    webform_id,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    gclid,
    yclid,
    contact_id,
    customer_key,
    customer_type,
    customer_id,
    is_return_customer,
    is_test,
    left_out_reason,
    coalesce(
        customer_key <> -1 and created_at > min(created_at)
        filter (where record_type = 'deal' and left_out_reason is null)
            over (partition by customer_key),
        false
    ) as is_known_customer,
    created_at,
    (created_at at time zone {{ company_timezone() }})::date as created_on,
    coalesce(updated_at, created_at) as updated_at
from with_keys
