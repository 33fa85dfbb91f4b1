"""The streams of Calltouch, as data."""

from __future__ import annotations

from datetime import timedelta

from connectors.calltouch.lists import CALLS, REQUESTS
from connectors.stream import Stream, WriteMode

LOOKBACK = timedelta(days=30)
"""Tags are set, and calls become target ones, for weeks; nothing tells that a call was removed."""

STREAMS = (
    Stream(
        name="calls",
        description="One record per call: numbers, waiting and talk, the visit that it came from, "
        "tags, ids of ad platforms.",
        write=WriteMode.REPLACE_WINDOW,
        request={"list": CALLS},
        lookback=LOOKBACK,
    ),
    Stream(
        name="requests",
        description="One record per request from a web form, a widget or a chat, with the visit "
        "that it came from.",
        write=WriteMode.REPLACE_WINDOW,
        request={"list": REQUESTS},
        lookback=LOOKBACK,
    ),
)
