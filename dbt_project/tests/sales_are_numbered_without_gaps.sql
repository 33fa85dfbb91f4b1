-- The sales of a customer are numbered from 1, each number once: exactly one of them is the first.
-- A won deal without a known customer has no number.
select customer_key
from {{ ref('fct_deals') }}
where is_won
group by customer_key
having
    (customer_key = -1 and count(sale_no) > 0)
    or (
        customer_key <> -1
        and (
            count(*) <> count(distinct sale_no)
            or min(sale_no) <> 1
            or max(sale_no) <> count(*)
        )
    )
