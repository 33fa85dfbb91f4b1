-- Every invoice can be valued on its day: a paid one on the day of the payment, any other on its
-- creation.
with dated as (

    select
        currency_code,
        coalesce(paid_on, created_on) as needed_on
    from {{ ref('int_invoices__settled') }}

)

{{ amounts_without_a_rate('dated') }}
