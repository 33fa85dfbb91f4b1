"""The sections of a ledger that tell how many calls there were, and which systems saw them.

As in `ledger`, the figures come from a world's own objects and from no store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

NO_METHOD, BY_ID, BY_PHONE = "none", "explicit_id", "phone_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact:
    """One call, however many systems saw it.

    Args:
        systems: those that saw it, in the order of their names.
        match_method: `explicit_id` where each tracker was told telephony's id of the call,
            `phone_time` where phone and time alone bring two records of it together, `none` where
            one system saw it.
        channel_code: where the marks of the visit lead to; `unknown` where no tracker knows any.
        is_answered: whether anybody spoke.
        seconds: how long.
    """

    systems: tuple[str, ...]
    match_method: str
    channel_code: str
    is_answered: bool
    seconds: int


def sections(calls: Iterable[CallFact]) -> dict[str, Any]:
    """Add the facts up."""
    seen: dict[tuple[str, str], list[CallFact]] = defaultdict(list)
    brought: dict[str, list[CallFact]] = defaultdict(list)
    for call in calls:
        seen["+".join(call.systems), call.match_method].append(call)
        brought[call.channel_code].append(call)
    return {
        "calls": [
            {"systems": systems, "match_method": method} | _figures(group)
            for (systems, method), group in sorted(seen.items())
        ],
        "calls_by_channel": [
            {"channel_code": code} | _figures(group) for code, group in sorted(brought.items())
        ],
    }


def _figures(calls: list[CallFact]) -> dict[str, int]:
    return {
        "calls": len(calls),
        "answered": sum(call.is_answered for call in calls),
        "seconds": sum(call.seconds for call in calls),
    }
