"""Whether exactly the rows of the source are landed, and what is done where they are not.

A source tells of no deletion, and rows may come to sight without being new (rights widened, an
import with past times). Where it counts, counts are compared after every run and keys only where
the counts differ (`reconcile.py`); once a week, and after every run where it does not count, all
keys are compared.

What is gone is marked as deleted. What is missing is read by its key, whatever its modification
time says; so are rows that were marked as deleted and are there again, since they may have changed
meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.errors import ContractBroken
from connectors.landed_keys import Comparison, LandedKeys
from connectors.read_ahead import read_ahead
from connectors.reconcile import NotCounted, difference
from connectors.stream import Client, Counting, KeySpan, Page, Stream
from connectors.windows import ChangesPosition

SWEEP_EVERY = timedelta(days=7)
"""All keys are compared this often: counts do not show what cancels out."""

_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What holding a stream against its source came to.

    Args:
        deleted: rows that were marked as deleted.
        revived: rows whose mark was taken off.
        source_rows: rows that the source has of what is compared; None where that is not known.
        swept: whether all keys were compared.
    """

    deleted: int = 0
    revived: int = 0
    source_rows: int | None = None
    swept: bool = False


class Completeness:
    """Holds one account's stream against its source.

    Args:
        source: the source's name.
        stream: an UPSERT stream.
        client: an open client of the account.
        keys: the keys of what is landed.
        may_shrink: believe the source however many rows are gone; a person's decision.
        land: lands pages of rows that were missing.
    """

    def __init__(
        self,
        source: str,
        stream: Stream,
        client: Client,
        keys: LandedKeys,
        *,
        may_shrink: bool,
        land: Callable[[Iterator[Page]], None],
    ) -> None:
        self._source = source
        self._stream = stream
        self._client = client
        self._keys = keys
        self._may_shrink = may_shrink
        self._land = land

    def restore(self, position: ChangesPosition, served: datetime) -> Outcome:
        """Find what is gone and what is missing, and set both right.

        Args:
            position: how far the stream was read.
            served: the server's clock.

        Raises:
            ContractBroken: too many rows would be gone at once; nothing was marked.
            ConnectorError: as the client says.
        """
        swept = position.swept_at
        outcome = Outcome()
        if swept is None or served - swept >= SWEEP_EVERY:
            outcome = self._sweep(position)
        numbers = _numbers(position.newest_keys)
        if isinstance(self._client, Counting) and numbers is not None:
            try:
                return self._count(self._client, position, numbers, outcome)
            except NotCounted:
                pass
        if not outcome.swept:
            outcome = self._sweep(position)
        return replace(outcome, revived=self._keys.revive())

    def _sweep(self, position: ChangesPosition) -> Outcome:
        with read_ahead(self._client.keys(self._stream)) as keys:
            found = self._keys.compare_all(keys, may_shrink=self._may_shrink)
        self._refuse(found)
        # The list of all keys holds what was left out on purpose.
        known = found.source_rows if position.created_from is None else None
        return Outcome(deleted=found.deleted, source_rows=known, swept=True)

    def _count(
        self,
        client: Counting,
        position: ChangesPosition,
        newest: Mapping[str, int],
        outcome: Outcome,
    ) -> Outcome:
        created_from = position.created_from

        def counts(spans: Sequence[KeySpan]) -> Sequence[int] | None:
            return client.counts(self._stream, spans, created_from=created_from)

        parts = self._keys.number(newest)
        differing = difference(parts, numbers_at=self._keys.numbers_at, counts=counts)
        if not differing.pieces:
            return replace(outcome, source_rows=differing.source_rows)
        spans = [piece.span for piece in differing.pieces]
        with read_ahead(client.keys_in(self._stream, spans, created_from=created_from)) as keys:
            found = self._keys.compare(
                differing.pieces,
                keys,
                source_rows=differing.source_rows,
                may_shrink=self._may_shrink,
            )
        self._refuse(found)
        for missing in self._keys.missing():
            self._land(client.records_of(self._stream, missing))
        deleted = outcome.deleted + found.deleted
        return replace(outcome, deleted=deleted, source_rows=found.source_rows)

    def _refuse(self, found: Comparison) -> None:
        if found.refused is not None:
            msg = (
                f"the comparison of keys was refused: {found.refused}. Nothing was marked as "
                "deleted; look whether the account lost rights, and allow it if the rows are "
                "really gone"
            )
            raise ContractBroken(msg, source=self._source, method=self._stream.name)


def _numbers(newest_keys: Mapping[str, str]) -> dict[str, int] | None:
    """Return the newest number of each part; None where keys are no numbers."""
    numbers: dict[str, int] = {}
    for part, key in newest_keys.items():
        digits = key.rpartition("/")[2]
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
            return None
        numbers[part] = int(digits)
    return numbers
