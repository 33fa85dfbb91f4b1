-- When the customer's latest deal before a lead or a deal was created that is won by now: what led
-- to it has had its reward, and a repeat purchase begins there. Deals of one lead are one purchase.
with records as (

    select
        records.record_key,
        records.customer_key,
        records.created_at,
        case when records.record_type = 'deal' then records.lead_key end as lead_key,
        records.record_type = 'deal' and coalesce(closed.is_won, false) as is_won
    from {{ ref('int_crm_records__classified') }} as records
    left join {{ ref('int_deals__closed') }} as closed
        on
            records.record_type = 'deal'
            and records.account = closed.account
            and records.record_id = closed.deal_id
    where records.left_out_reason is null and records.customer_key <> -1

),

counted as (

    select
        record_key,
        customer_key,
        created_at,
        is_won,
        coalesce(lead_key, record_key) as purchase_key,
        count(*) filter (where is_won) over (
            partition by customer_key
            order by created_at
            range between unbounded preceding and interval '1 microsecond' preceding
        ) as earlier_count
    from records

),

won as (

    select
        customer_key,
        purchase_key,
        created_at,
        row_number() over by_creation as won_no,
        lag(created_at) over by_creation as before_at,
        coalesce(lag(purchase_key) over by_creation <> purchase_key, true) as is_another
    from counted
    where is_won
    window by_creation as (partition by customer_key order by created_at asc, record_key asc)

),

-- The latest one of another lead, for the deals of this one.
spread as (

    select
        won.*,
        max(before_at) filter (where is_another) over (
            partition by customer_key order by won_no
        ) as another_at
    from won

)

select
    counted.record_key,
    case
        when spread.purchase_key = counted.purchase_key then spread.another_at
        else spread.created_at
    end as purchased_at
from counted
inner join spread
    on counted.customer_key = spread.customer_key and counted.earlier_count = spread.won_no
where spread.purchase_key <> counted.purchase_key or spread.another_at is not null
