"""UIS, CoMagic, Novofon and CallGear over Data API 2.0, read-only: calls, chats, messages.

The four are one engine under different hosts, whose credentials are not interchangeable.

What lands:

- `accounts`: the account, with the time zone of all its moments;
- `calls`: each call, with the visit, the click ids (`gclid`, `yclid`) and the tags;
- `chats` and `offline_messages`: likewise; texts are not read.

What is left out: records of calls, names of customers, free texts, and `get.campaign_daily_stat`
(spend comes from the ad platforms).

Honesty of the days: tags, sales and the campaign of a call change for weeks, and nothing tells that
one was deleted. So whole days are replaced, the last thirty each time. Days are the account's.

Limits: points, one for each successful call, by minute and by day; an interval of three months,
10,000 rows an answer, an offset of 100,000.

Pages: comagic.github.io/data_api. For people: docs/sources/comagic.md.
"""

from connectors.comagic.client import Comagic
from connectors.comagic.settings import Settings
from connectors.comagic.streams import STREAMS
from connectors.comagic.verdicts import SOURCE_NAME
from connectors.stream import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="UIS, CoMagic, Novofon, CallGear",
    streams=STREAMS,
    settings=Settings,
    open=Comagic,
    never_empty=frozenset({"accounts"}),
)
