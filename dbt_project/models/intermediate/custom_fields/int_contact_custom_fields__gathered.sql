{{ custom_fields_gathered('stg_bitrix24__contacts', 'contact_id', kind='3') }}
