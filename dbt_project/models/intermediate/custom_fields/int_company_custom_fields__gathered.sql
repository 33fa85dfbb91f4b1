{{ custom_fields_gathered('stg_bitrix24__companies', 'company_id', kind='4') }}
