{{ custom_fields_gathered('stg_bitrix24__quotes', 'quote_id', kind='7') }}
