-- A renamed product bears the name of its youngest row.
with newest as (

    select distinct on (product_key)
        product_key,
        account,
        product_id,
        product_name,
        measure_name
    from {{ ref('int_deal_products__identified') }}
    order by
        product_key asc,
        record_created_at desc nulls last,
        deal_id desc,
        product_row_id desc

)

select
    product_key,
    account,
    product_id,
    product_name,
    measure_name,
    product_id is not null as is_catalogued
from newest
union all
select
    -1 as product_key,
    '' as account,
    null as product_id,
    'Не распределено' as product_name,
    null as measure_name,
    false as is_catalogued
