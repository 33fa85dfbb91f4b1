-- The portal knows of a payment only through the invoice that it settled, as a whole.
select
    invoice_key,
    deal_key,
    customer_key,
    manager_key,
    channel_key,
    paid_date_key as date_key,
    account,
    invoice_kind_code,
    invoice_id,
    deal_id,
    paid_at,
    paid_on,
    paid_at_method,
    paid_amount,
    currency_code,
    reporting_rate,
    paid_reporting_amount,
    reporting_currency_code
from {{ ref('fct_invoices') }}
where is_paid
