-- Every planned amount can be valued on the first day of its month.
with planned as (

    select
        currency_code,
        month_start_on as needed_on
    from {{ ref('stg_company__plan') }}
    where _deleted_at is null and currency_code is not null

)

{{ amounts_without_a_rate('planned') }}
