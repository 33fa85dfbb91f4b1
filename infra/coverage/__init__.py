"""What the official BI connector of Bitrix24 offers, and what answers to it in this warehouse.

`bitrix24_bi_connector.yml` holds the facts and the rules, `counterparts.py` reads them, `page.py`
writes docs/sources/bitrix24_bi_connector.md. Nothing that runs imports this; `python -m
infra.coverage` writes the page again, and a test holds it against the models.
"""
