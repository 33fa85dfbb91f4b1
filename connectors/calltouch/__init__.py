"""Calltouch, read-only: one site's calls and requests.

What lands:

- `calls`: the diary of calls, with tags and the ids that ad platforms gave the visit;
- `requests`: what came from web forms, widgets and chats.

What is left out: transcripts (`withText`: large, and free speech of people), the visits of a person
(`withMapVisits`), comments, the deals journal (deals come from the CRM).

Honesty of the days: a call may be tagged, or become a target one, weeks later, and nothing tells
that a call was taken out of the diary. So whole days are replaced, the last thirty each time. Days
are Moscow's.

The trap of this API: the diary of calls writes and reads `dd/mm/yyyy`, the list of requests
`mm/dd/yyyy` (`dialects.py`).

Pages: calltouch.ru/support, "API: calls" and "API: requests". For people:
docs/sources/calltouch.md.
"""

from connectors.calltouch.client import Calltouch
from connectors.calltouch.settings import Settings
from connectors.calltouch.streams import STREAMS
from connectors.calltouch.verdicts import SOURCE_NAME
from connectors.stream import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="Calltouch",
    streams=STREAMS,
    settings=Settings,
    open=Calltouch,
)
