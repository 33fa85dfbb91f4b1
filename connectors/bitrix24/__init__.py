"""Bitrix24 over REST v2 and an inbound webhook, read-only.

What lands: deals, leads, contacts and companies with all their fields, custom ones under their own
codes; the stages that deals and leads entered; calls; users (dismissed ones too), departments, the
CRM's dictionaries, pipelines, currencies.

What is left out: activities, product rows, invoices, quotes, smart processes; files and bodies.

Honesty of the cursor: items carry their modification time and are read again from it on, with an
overlap, on the portal's clock, united with ids above the newest known one. Nothing tells of
a deletion, so ids are compared after each run. Stage history only grows. A call is edited for days
after it was made and says so nowhere, so the last week is read again.

Limits: a leaky bucket of requests by portal and source address, execution time per method, a
minute per request; see `budget.py`.

Pages: apidocs.bitrix24.com (how to call REST, limits, crm.item.list, crm.stagehistory.list,
voximplant.statistic.get).
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
