{{ config(materialized='view') }}
-- What was sold on a row: the product of the portal's catalogue, else whatever was written there by
-- hand, told by its name without case.
with named as (

    select
        rows_of_deals.*,
        coalesce(product_name, product_id, 'Без названия') as shown_name
    from {{ ref('int_product_rows__unioned') }} as rows_of_deals
    where entity_type_id = '2'

)

select
    {{ surrogate_key([
        "'product'",
        'account',
        "case when product_id is null then 'name' else 'id' end",
        'coalesce(product_id, lower(shown_name))'
    ]) }} as product_key,
    account,
    record_id as deal_id,
    product_row_id,
    product_id,
    shown_name as product_name,
    measure_name,
    record_created_at,
    quantity,
    price_amount,
    round(line_amount, 2) as line_amount,
    round(line_tax_amount, 2) as line_tax_amount,
    round(line_discount_amount, 2) as line_discount_amount
from named
