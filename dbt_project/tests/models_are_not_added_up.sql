-- A measure over one model is what its rows hold, over two models nothing.
with measured as (

    select
        attribution_model_code,
        {{ of_one_model('sum(revenue_reporting_amount)') }} as measured_amount,
        sum(revenue_reporting_amount) as amount
    from {{ ref('report_attribution') }}
    group by grouping sets ((attribution_model_code), ())

)

select *
from measured
where
    (attribution_model_code is null and measured_amount is not null)
    or (attribution_model_code is not null and measured_amount is distinct from amount)
