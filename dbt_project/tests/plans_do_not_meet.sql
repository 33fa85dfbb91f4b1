-- Nobody has two plans for one thing in one month: written once with the portal and once without,
-- or in the files of two folders, they would count twice.
select
    month_start_on,
    metric_code,
    scope_code,
    coalesce(member_account, '') as account,
    coalesce(member_id, '') as member,
    string_agg(plan_account || ': ' || plan_line_id, ', ' order by plan_account, plan_line_id)
        as plan_lines
from {{ ref('int_plans__resolved') }}
group by
    month_start_on,
    metric_code,
    scope_code,
    coalesce(member_account, ''),
    coalesce(member_id, '')
having count(*) > 1
