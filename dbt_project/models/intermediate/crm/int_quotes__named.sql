{{ config(materialized='view') }}
select
    quotes.*, -- noqa: AM04
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    creators.user_name as created_by_name,
    updaters.user_name as updated_by_name,
    companies.company_name,
    own_companies.company_name as own_company_name,
    coalesce(stages.stage_name, quotes.stage_id) as stage_name,
    stages.stage_meaning_code,
    round(quotes.quote_amount * rates.reporting_rate, 2) as quote_reporting_amount,
    round(quotes.tax_amount * rates.reporting_rate, 2) as tax_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('stg_bitrix24__quotes') }} as quotes
left join {{ ref('int_users__placed') }} as responsibles
    on quotes.account = responsibles.account and quotes.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as creators
    on quotes.account = creators.account and quotes.created_by_id = creators.user_id
left join {{ ref('int_users__placed') }} as updaters
    on quotes.account = updaters.account and quotes.updated_by_id = updaters.user_id
left join {{ ref('stg_bitrix24__companies') }} as companies
    on quotes.account = companies.account and quotes.company_id = companies.company_id
left join {{ ref('stg_bitrix24__companies') }} as own_companies
    on
        quotes.account = own_companies.account
        and quotes.own_company_id = own_companies.company_id
left join {{ ref('int_stages__listed') }} as stages
    on
        quotes.account = stages.account
        and stages.entity_type_id = '7'
        and quotes.stage_id = stages.stage_id
left join {{ ref('int_currency_rates__dated') }} as rates
    on
        quotes.currency_code = rates.currency_code
        and (quotes.created_at at time zone {{ company_timezone() }})::date >= rates.valid_from
        and (quotes.created_at at time zone {{ company_timezone() }})::date < rates.valid_before
