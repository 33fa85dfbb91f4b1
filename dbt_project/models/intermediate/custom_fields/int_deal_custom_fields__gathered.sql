{{ custom_fields_gathered('stg_bitrix24__deals', 'deal_id', kind='2') }}
