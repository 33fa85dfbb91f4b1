{{ custom_fields_gathered('stg_bitrix24__smart_process_items', 'item_id') }}
