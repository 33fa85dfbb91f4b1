-- A paid invoice is valued on the day of the payment, any other on its creation. Its customer is
-- the deal's; without a counted deal, the one that the invoice itself names.
with named as (

    select
        invoices.*,
        case
            when
                invoices.company_id is not null
                and not coalesce(companies.is_own_company, false)
                then {{ surrogate_key(["'company'", 'invoices.account', 'invoices.company_id']) }}
            when invoices.contact_id is not null
                then {{ surrogate_key(["'contact'", 'invoices.account', 'invoices.contact_id']) }}
        end as payer_key
    from {{ ref('int_invoices__settled') }} as invoices
    left join {{ ref('stg_bitrix24__companies') }} as companies
        on invoices.account = companies.account and invoices.company_id = companies.company_id

)

select
    named.invoice_key,
    coalesce(deals.deal_key, -1) as deal_key,
    coalesce(nullif(deals.customer_key, -1), customers.customer_key, -1) as customer_key,
    coalesce(managers.manager_key, -1) as manager_key,
    coalesce(deals.channel_key, -1) as channel_key,
    {{ date_key('named.created_on') }} as created_date_key,
    case when named.is_paid then {{ date_key('named.paid_on') }} end as paid_date_key,
    named.account,
    named.invoice_kind_code,
    named.invoice_id,
    named.invoice_number,
    named.deal_id,
    named.stage_name,
    named.invoice_state_code,
    named.created_at,
    named.created_on,
    named.pay_before_on,
    named.paid_at,
    named.paid_on,
    named.paid_at_method,
    named.is_paid,
    named.invoice_amount,
    case when named.is_paid then named.invoice_amount else 0 end as paid_amount,
    named.currency_code,
    rates.reporting_rate,
    round(named.invoice_amount * rates.reporting_rate, 2) as invoice_reporting_amount,
    case
        when named.is_paid then round(named.invoice_amount * rates.reporting_rate, 2) else 0
    end as paid_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from named
left join {{ ref('fct_deals') }} as deals
    on named.account = deals.account and named.deal_id = deals.deal_id
left join {{ ref('dim_customer') }} as customers
    on named.payer_key = customers.customer_key
left join {{ ref('dim_manager') }} as managers
    on named.account = managers.account and named.responsible_id = managers.manager_id
left join {{ ref('int_currency_rates__dated') }} as rates
    on
        named.currency_code = rates.currency_code
        and coalesce(named.paid_on, named.created_on) >= rates.valid_from
        and coalesce(named.paid_on, named.created_on) < rates.valid_before
