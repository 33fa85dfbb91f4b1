"""Bitrix24: the CRM and the telephony of a portal, over a webhook or an application.

What lands: leads, deals, contacts, companies, quotes, invoices of both kinds and the items of each
type of smart process; the stages that they have entered and their product rows; activities, calls,
employees; the dictionaries of the CRM, its fields with their titles and values, and the rate of
each currency day by day. Each payload is the row as it was sent.

What does not, and why: what people wrote in mails and activities (private and large), requisites,
payments and the product catalogue (no report needs them), the portal's own ad analytics (not
readable by REST).

How it is kept in step: `reading.py` says what a modification time is worth here, `product_rows.py`
how rows follow their owners. Rows that are gone have no trace in the API; they are found by
counting and comparing ids (`counting.py`).

Limits: https://apidocs.bitrix24.com/limits.html; how they are kept is in `access.py`, `budget.py`
and `walk.py`. What a person needs to know is in docs/sources/bitrix24.md.
"""

from connectors.bitrix24.client import Bitrix24
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.bitrix24.settings import Settings
from connectors.bitrix24.streams import STREAMS
from connectors.stream import Source

SOURCE = Source(
    name=SOURCE_NAME,
    title="Bitrix24",
    streams=STREAMS,
    settings=Settings,
    open=Bitrix24,
    settings_aliases={"BITRIX24_WEBHOOK_URL": "BITRIX24__MAIN__WEBHOOK_URL"},
    never_empty=frozenset({"deals", "users", "statuses", "pipelines", "currencies"}),
)

__all__ = ["SOURCE"]
