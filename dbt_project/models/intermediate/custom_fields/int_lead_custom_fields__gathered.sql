{{ custom_fields_gathered('stg_bitrix24__leads', 'lead_id', kind='1') }}
