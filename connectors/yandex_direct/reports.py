"""The Reports service: a question, a place in the queue, and the report's rows.

200 brings the report, 201 and 202 a place in the queue with `retryIn`, 502 means that the period is
too long to be built (yandex.com/dev/direct/doc/en/mode). The same body is sent again until the
report comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from connectors import json_stream
from connectors.answer import Answer
from connectors.errors import Deferred, Permanent
from connectors.http import HttpClient, Patience, Request
from connectors.stream import Days
from connectors.yandex_direct import tsv
from connectors.yandex_direct.pending import PendingReports
from connectors.yandex_direct.verdicts import SOURCE_NAME, as_error

Row = Mapping[str, str | None]

_METHOD = "reports"
_PATH = "json/v5/reports"
_HEADERS = {
    "processingMode": "auto",
    "returnMoneyInMicros": "false",
    "skipReportHeader": "true",
}
_READY, _TOO_LONG = 200, 502
_QUEUED = (201, 202)
_SHORTEST_WAIT, _LONGEST_WAIT, _USUAL_WAIT = 1.0, 300.0, 10.0
_QUEUE_PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class _InQueue:
    wait: float


class _TooLongError(Permanent):
    """The server could not build the report in time."""


class Reports:
    """Asks for the reports of one advertiser.

    Args:
        http: a client for the API's base URL.
        pending: names of reports that are on their way.
        headers: authorisation and advertiser.
        patience: its clock and sleep are used for the queue.
    """

    def __init__(
        self,
        http: HttpClient,
        *,
        pending: PendingReports,
        headers: Mapping[str, str],
        patience: Patience,
    ) -> None:
        self._http = http
        self._pending = pending
        self._headers = {**headers, **_HEADERS}
        self._patience = patience

    def rows(self, params: Mapping[str, object], days: Days) -> Iterator[tuple[Days, list[Row]]]:
        """Yield the rows of a period, in halves where the whole is too long to be built.

        Args:
            params: the report's definition without name and period.
            days: the period.

        Raises:
            Deferred: the report did not leave the queue within an hour; the next run comes back
                to it.
            ConnectorError: as `verdicts.py` says.
        """
        try:
            yield days, self._report(params, days)
        except _TooLongError as error:
            if days.first == days.last:
                raise error from None
            middle = days.first + timedelta(days=(days.last - days.first).days // 2)
            yield from self.rows(params, Days(first=days.first, last=middle))
            after = middle + timedelta(days=1)
            yield from self.rows(params, Days(first=after, last=days.last))

    def _report(self, params: Mapping[str, object], days: Days) -> list[Row]:
        period = {"DateFrom": days.first.isoformat(), "DateTo": days.last.isoformat()}
        asked = {**params, "SelectionCriteria": period, "DateRangeType": "CUSTOM_DATE"}
        body = {"params": {**asked, "ReportName": self._pending.name(asked)}}
        columns = [str(name) for name in params["FieldNames"]]  # pyright: ignore
        request = Request(name=_METHOD, path=_PATH, json=body, headers=self._headers)
        ends = self._patience.clock() + _QUEUE_PATIENCE
        try:
            while True:
                answer = self._http.fetch(request, lambda answer: _read(answer, columns))
                if isinstance(answer, list):
                    break
                if self._patience.clock() + answer.wait > ends:
                    msg = "the report is still in the queue; the next run comes back to it"
                    raise Deferred(msg, source=SOURCE_NAME, method=_METHOD)
                self._patience.sleep(answer.wait)
        except Permanent:
            self._pending.done(asked)
            raise
        self._pending.done(asked)
        return answer


def _read(answer: Answer, columns: list[str]) -> list[Row] | _InQueue:
    if answer.status in _QUEUED:
        return _InQueue(_wait(answer.headers.get("retryIn")))
    if answer.status == _TOO_LONG:
        msg = "the period is too long to be built"
        raise _TooLongError(msg, source=SOURCE_NAME, method=_METHOD)
    if answer.status == _READY and "json" not in answer.headers.get("content-type", ""):
        return list(tsv.rows(answer.chunks(), columns))
    raise as_error(error_document(answer), answer.status, _METHOD, answer.headers.get("RequestId"))


def error_document(answer: Answer) -> Mapping[str, object]:
    """Return what stands under `error`; nothing where the answer is no such document."""
    try:
        for _, value in json_stream.values(answer.chunks(), "error".__eq__):
            return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]
    except json_stream.NotJson:
        pass
    return {}


def _wait(stated: str | None) -> float:
    try:
        seconds = float(stated or _USUAL_WAIT)
    except ValueError:
        seconds = _USUAL_WAIT
    return min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT)
