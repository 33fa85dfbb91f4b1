"""Bitrix24: the CRM and the telephony of a portal, over an inbound webhook.

What lands: deals, leads, contacts and companies as `crm.item.list` gives them (typed values, custom
fields under their own `UF_CRM_…` names, phones and linked ids with the row); the stages that deals
and leads have entered; calls; users, departments, and the CRM's dictionaries, pipelines and
currencies. Each payload is the row as it was sent.

What does not, and why: product rows, quotes and invoices (no report needs them yet), activities and
e-mails (their bodies are private and large), the portal's own ad analytics (not readable by REST).

How it is kept in step: `client.py` says what a modification time is worth here. Rows that are gone
have no trace in the API; they are found by comparing ids.

Limits: https://apidocs.bitrix24.com/limits.html; how they are kept is in `limiter.py`, `budget.py`
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
)

__all__ = ["SOURCE"]
