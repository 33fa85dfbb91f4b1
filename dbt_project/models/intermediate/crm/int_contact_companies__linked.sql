{{ config(materialized='view') }}
{{ bitrix24_links('stg_bitrix24__contacts', 'contact_id', 'company_ids', 'company_id') }}
