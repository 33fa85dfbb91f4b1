-- Rows of products, with what no row explains, give the amount and the revenue of each deal.
select
    deals.deal_key,
    deals.deal_reporting_amount,
    sum(products.line_reporting_amount) as products_amount,
    deals.revenue_reporting_amount,
    sum(products.revenue_reporting_amount) as products_revenue
from {{ ref('fct_deals') }} as deals
left join {{ ref('fct_deal_products') }} as products
    on deals.deal_key = products.deal_key
group by deals.deal_key, deals.deal_reporting_amount, deals.revenue_reporting_amount
having
    coalesce(sum(products.line_reporting_amount), 0) <> deals.deal_reporting_amount
    or coalesce(sum(products.revenue_reporting_amount), 0) <> deals.revenue_reporting_amount
