"""Many small lists at once: a page of each in one request, further pages of those that have more.

A walk (`walk.py`) reads one long list in long chains. Here lists of about a page are read, dozens
in a request: the keys of spans whose counts differ, records by their ids, the rows of some owners.
A list goes on behind the last id it gave, until a page is not full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from connectors.bitrix24.budget import MOST_COMMANDS, Depth
from connectors.bitrix24.in_flight import InFlight
from connectors.bitrix24.listings import PAGE_SIZE, SOURCE_NAME
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.raw_rows import RawRow, RawRows
from connectors.bitrix24.verdicts import Refusal
from connectors.errors import ContractBroken, Retryable
from connectors.raw_json import Json

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Chain:
    """One list while it is read.

    Args:
        page: returns the command for the first page above an id.
        after: the last id that came, or where to begin.
        most: how many rows there can be; None where that is not known.
        rows: what came, in the order of ids.
        is_complete: whether there is nothing further.
        rounds: how many pages came.
        refused: why the portal does not give it; what came before stays.
    """

    page: Callable[[int], str]
    after: int = 0
    most: int | None = None
    rows: list[RawRow] = field(default_factory=list[RawRow])
    is_complete: bool = False
    rounds: int = 0
    refused: Refusal | None = None

    def wants(self, most_rounds: int | None) -> bool:
        """Tell whether a further page is to be asked for."""
        return not self.is_complete and (most_rounds is None or self.rounds < most_rounds)


class Chains:
    """Reads lists of one method.

    Args:
        portal: whom to ask.
        method: the method, for errors and its budget.
        rows: reads its pages.
        in_flight: how many batches are asked at once; shared by the readers of a client.
        may_refuse: keep a refusal with its list instead of raising it.
    """

    def __init__(
        self,
        portal: Portal,
        method: str,
        rows: RawRows,
        *,
        in_flight: InFlight,
        may_refuse: bool = False,
    ) -> None:
        self._portal = portal
        self._method = method
        self._rows = rows
        self._in_flight = in_flight
        self._may_refuse = may_refuse
        self._depth = Depth(first=MOST_COMMANDS)

    @property
    def at_once(self) -> int:
        """How many lists are worth being asked together."""
        return self._depth.pages * self._in_flight.batches

    def read(self, chains: Sequence[Chain], *, most_rounds: int | None = None) -> datetime | None:
        """Read each list to its end; return the portal's clock when it gave the first pages.

        Args:
            chains: the lists; what comes is put into them.
            most_rounds: read no more than so many pages of each.

        Raises:
            ContractBroken: ids do not grow.
            ConnectorError: see `portal.py`.
        """
        served_at: datetime | None = None
        with ThreadPoolExecutor(self._in_flight.most, thread_name_prefix=SOURCE_NAME) as pool:
            while left := [chain for chain in chains if chain.wants(most_rounds)]:
                for at in pool.map(self._ask, self._batches(left)):
                    served_at = served_at or at
        return served_at

    def _batches(self, chains: Sequence[Chain]) -> list[Sequence[Chain]]:
        """Return the batches to ask at once."""
        pages = self._depth.pages
        return list(slices(chains[: pages * self._in_flight.batches], pages))

    def _ask(self, chains: Sequence[Chain]) -> datetime | None:
        asked = len(chains)

        def build(has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
            nonlocal asked
            if has_failed:
                self._depth.failed(asked)
                self._in_flight.failed()
                asked = max(1, min(asked // 2, self._depth.pages))
            return {
                f"c{number}": chain.page(chain.after) for number, chain in enumerate(chains[:asked])
            }

        def convert(_name: str, page: Json) -> list[RawRow]:
            return self._rows.read(page)

        def conclude(parts: Parts[list[RawRow]]) -> datetime | None:
            for number, chain in enumerate(chains[:asked]):
                self._take(chain, f"c{number}", parts)
            seconds = parts.time.seconds or 0.0
            self._depth.answered(asked, seconds, size=parts.size)
            self._in_flight.answered(asked, seconds, full=self._depth.pages)
            return parts.time.started_at

        return self._portal.batch(self._method, build, convert, conclude, halt=False)

    def _take(self, chain: Chain, name: str, parts: Parts[list[RawRow]]) -> None:
        refused = parts.refusals.get(name)
        if refused is not None:
            error = self._portal.error(refused, self._method, parts.time)
            if isinstance(error, Retryable) or not self._may_refuse:
                raise error
            chain.refused, chain.is_complete = refused, True
            return
        page = parts.results.get(name)
        if page is None:
            msg = "a batch left out one of its commands"
            raise ContractBroken(msg, source=SOURCE_NAME, method=self._method)
        for row in page:
            if row.id <= chain.after:
                msg = "ids do not grow: the portal ignores order or filter by id"
                raise ContractBroken(msg, source=SOURCE_NAME, method=self._method)
            chain.after = row.id
        chain.rows += page
        chain.rounds += 1
        is_all = chain.most is not None and len(chain.rows) >= chain.most
        chain.is_complete = len(page) < PAGE_SIZE or is_all


def slices(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield runs of at most so many things."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
