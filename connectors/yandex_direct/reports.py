"""The Reports service: a question, a place in the queue, and the report's rows, checked.

200 brings the report; 201 and 202 a place in the queue, with `retryIn` saying when to come back;
502 means that the period takes too long to be built (yandex.com/dev/direct/doc/en/mode). The
same body is sent again until the report comes.

Not here: the text of a report (`tsv.py`), its name (`pending.py`), other errors (`verdicts.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.errors import ConnectorError, ContractBroken, Deferred, TimedOut, Unavailable
from connectors.http import Answer, HttpClient, Patience, Request
from connectors.stream import Days, Traffic
from connectors.yandex_direct import tsv
from connectors.yandex_direct.levels import Report
from connectors.yandex_direct.pending import PendingReports
from connectors.yandex_direct.queue_places import QueuePlaces
from connectors.yandex_direct.verdicts import METHOD, QUEUE_IS_FULL, SOURCE_NAME, refusal

QUEUE_PATIENCE = 3600.0
"""Seconds that a report may stay in the queue before the source is done for now."""

_HEADERS = {
    "processingMode": "auto",
    "returnMoneyInMicros": "false",
    "skipReportHeader": "true",
    "skipReportSummary": "false",
}
_READY, _QUEUED, _TOO_LONG = 200, (201, 202), 502
_SHORTEST_WAIT, _LONGEST_WAIT, _USUAL_WAIT = 1.0, 300.0, 10.0

MOST_ROWS = 1_000_000
"""A report is cut there, and its last line counts what is left (`Page` in /spec)."""

_WHOLE = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_MONEY = re.compile(r"[0-9]+\.[0-9]+|0")
"""With a fraction always: a whole number would be millionths, which were not asked for."""

_CHECKED: Mapping[str, re.Pattern[str]] = {
    "CampaignId": _WHOLE,
    "AdGroupId": _WHOLE,
    "AdId": _WHOLE,
    "CriterionId": _WHOLE,
    "Cost": _MONEY,
    "Impressions": _WHOLE,
    "Clicks": _WHOLE,
    "Conversions": _NUMBER,
    "Revenue": _NUMBER,
}
"""By the column's name, or by what stands before its goal."""
_ALWAYS_STATED = frozenset({"CampaignId", "Cost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One row of a report.

    Args:
        day: the day that it reports.
        cells: by column name, as written; None where Direct has no value.
    """

    day: date
    cells: tsv.Cells

    def about(self, report: Report) -> tuple[date, tuple[str | None, ...]]:
        """Return what the row is about: its day, and the ids that say of what."""
        return self.day, tuple(self.cells[name] for name in report.identity)


@dataclass(frozen=True, slots=True)
class _InQueue:
    """The report is not ready: come back after so many seconds."""

    wait: float


class _TooLong:
    """The server could not build the report in time, or cut it where a report has to end."""


class Reports:
    """Asks for the reports of one advertiser, one after the other.

    Args:
        http: a client of the API's base URL.
        pending: names of reports that are on their way.
        places: in the advertiser's queue.
        headers: authorisation and advertiser.
        patience: its clock and sleep are used for the queue.
        traffic: where the time slept is counted.
    """

    def __init__(
        self,
        http: HttpClient,
        *,
        pending: PendingReports,
        places: QueuePlaces,
        headers: Mapping[str, str],
        patience: Patience,
        traffic: Traffic,
    ) -> None:
        self._http = http
        self._pending = pending
        self._places = places
        self._headers = {**headers, **_HEADERS}
        self._patience = patience
        self._traffic = traffic

    def rows(self, report: Report, days: Days) -> Iterator[list[Found]]:
        """Yield the rows of a period at once, or in halves where that takes too long to be built.

        Raises:
            Deferred: the report did not leave the queue in time; the next run comes back to it.
            ContractBroken: a row is not as documented, comes twice, or is of another day.
            ConnectorError: see `verdicts.py`.
        """
        found = self._report(report, days)
        if not isinstance(found, _TooLong):
            yield found
            return
        if days.first == days.last:
            msg = "not even the report of a single day was built in time"
            raise Unavailable(msg, source=SOURCE_NAME, method=METHOD)
        middle = days.first + (days.last - days.first) // 2
        yield from self.rows(report, Days(first=days.first, last=middle))
        yield from self.rows(report, Days(first=middle + timedelta(days=1), last=days.last))

    def _report(self, report: Report, days: Days) -> list[Found] | _TooLong:
        params = report.params(days)
        body = {"params": {**params, "ReportName": self._pending.name(params)}}
        request = Request(name=METHOD, path="json/v5/reports", json=body, headers=self._headers)
        try:
            with self._places.taken(patience=QUEUE_PATIENCE) as waited:
                self._traffic.add(seconds_slept=waited)
                found = self._waited(request, _reader(report, days))
        except (Deferred, TimedOut):
            raise  # it is being built still, and the next run comes back to it
        except ConnectorError:
            self._pending.forget(params)
            raise
        self._pending.forget(params)
        return found

    def _waited(
        self, request: Request, read: Callable[[Answer], list[Found] | _TooLong | _InQueue]
    ) -> list[Found] | _TooLong:
        ends = self._patience.clock() + QUEUE_PATIENCE
        while isinstance(found := self._http.fetch(request, read), _InQueue):
            if self._patience.clock() + found.wait > ends:
                msg = "the report is still in the queue; the next run comes back to it"
                raise Deferred(msg, source=SOURCE_NAME, method=METHOD, retry_after=found.wait)
            self._patience.sleep(found.wait)
            self._traffic.add(seconds_slept=found.wait)
        return found


def _reader(report: Report, days: Days) -> Callable[[Answer], list[Found] | _TooLong | _InQueue]:
    def read(answer: Answer) -> list[Found] | _TooLong | _InQueue:
        if answer.status in _QUEUED:
            return _InQueue(_wait(answer.headers.get("retryIn")))
        if answer.status == _TOO_LONG:
            return _TooLong()
        kind = answer.headers.get("content-type", "")
        is_document = "json" in kind
        if answer.status != _READY or is_document:
            refused = refusal(answer)
            if refused.code == QUEUE_IS_FULL:
                return _InQueue(_wait(answer.headers.get("retryIn")))
            raise refused.as_error(METHOD)
        if "html" in kind:
            msg = "the server answered with a page for people, its own or a proxy's"
            raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
        found = [_checked(cells, days) for cells in tsv.rows(answer.chunks(), report.columns)]
        if len({row.about(report) for row in found}) < len(found):
            msg = "the report holds the same row twice"
            raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
        return found if len(found) < MOST_ROWS else _TooLong()

    return read


def _checked(cells: tsv.Cells, days: Days) -> Found:
    for name, cell in cells.items():
        column = name.partition("_")[0]
        pattern = _CHECKED.get(column)
        if pattern is None or (cell is None and column not in _ALWAYS_STATED):
            continue
        if cell is None or not pattern.fullmatch(cell):
            msg = f"a row of the report holds something unexpected as its {column}"
            raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
    return Found(day=_day(cells, days), cells=cells)


def _day(cells: tsv.Cells, days: Days) -> date:
    try:
        day = date.fromisoformat(cells["Date"] or "")
    except ValueError:
        day = None
    if day is None or not days.first <= day <= days.last:
        msg = "a row of the report is of no day, or of another than was asked for"
        raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
    return day


def _wait(stated: str | None) -> float:
    """Return the stated wait in seconds, within reason."""
    seconds = float(stated) if stated is not None and _NUMBER.fullmatch(stated) else _USUAL_WAIT
    return min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT)
