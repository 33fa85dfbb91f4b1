-- Every counted invoice on one line.
select
    invoices.invoice_key,
    invoices.created_date_key,
    invoices.paid_date_key,
    invoices.channel_key,
    invoices.manager_key,
    invoices.customer_key,
    invoices.account,
    invoices.invoice_kind_code,
    invoices.invoice_id,
    invoices.invoice_number,
    invoices.deal_id,
    invoices.invoice_state_code,
    invoices.stage_name,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    channels.is_paid as is_paid_channel,
    managers.manager_name,
    managers.department_name,
    customers.customer_type,
    customers.customer_name,
    invoices.created_on,
    invoices.pay_before_on,
    invoices.paid_on,
    invoices.invoice_amount,
    invoices.currency_code,
    invoices.invoice_reporting_amount,
    invoices.paid_reporting_amount,
    invoices.reporting_currency_code
from {{ ref('fct_invoices') }} as invoices
inner join {{ ref('dim_channel') }} as channels
    on invoices.channel_key = channels.channel_key
inner join {{ ref('dim_manager') }} as managers
    on invoices.manager_key = managers.manager_key
inner join {{ ref('dim_customer') }} as customers
    on invoices.customer_key = customers.customer_key
