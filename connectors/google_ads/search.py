"""`googleAds:searchStream` of one customer: a query out, checked rows in, as they arrive.

The answer is a list of chunks, each with some rows
(developers.google.com/google-ads/api/rest/common/search). An answer is read whole before its rows
are given out, so callers ask for a month at a time at most.

Not here: which customers there are and which days are asked for (`client.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, cast

import msgspec

from connectors import json_stream
from connectors.errors import ContractBroken, Deferred, Unauthorized
from connectors.google_ads.credentials import Credentials
from connectors.google_ads.queries import Query
from connectors.google_ads.quota import Quota
from connectors.google_ads.rows import Row
from connectors.google_ads.verdicts import METHOD, SOURCE_NAME, STALE_TOKEN, not_json, refusal
from connectors.google_ads.version import VERSION
from connectors.http import Answer, HttpClient, Request
from connectors.stream import Days

_OK = 200
_ROW = "item.results.item"
_ERRORS = ("item.error", "error")
_WANTED = frozenset({_ROW, *_ERRORS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One row of an answer.

    Args:
        key: its identity.
        row: what of it was checked.
        json: the row as it came.
        day: the day that it reports, if it is about a day.
    """

    key: str
    row: Row
    json: json_stream.RecordJson
    day: date | None


class Search:
    """Asks queries.

    Args:
        http: a client of the API's base URL.
        credentials: of the account.
        headers: what else every request carries.
        quota: what is left to ask at all.
    """

    def __init__(
        self,
        http: HttpClient,
        credentials: Credentials,
        headers: Mapping[str, str],
        quota: Quota,
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._headers = dict(headers)
        self._quota = quota

    def go_through(self, manager: str) -> None:
        """Name the manager through which customers are reached, where none was configured."""
        self._headers.setdefault("login-customer-id", manager)

    def rows(self, customer: str, query: Query, days: Days | None = None) -> list[Found]:
        """Return the rows of a query for one customer; a refused token is renewed once.

        Raises:
            ContractBroken: a row lacks what was asked for, comes twice, or is of another day.
            Deferred: the quota is used up, as this answer says or an earlier one said.
            ConnectorError: see `verdicts.py`.
        """
        self._quota.check()
        try:
            return self._renewing(customer, query, days)
        except Deferred as error:
            self._quota.close(error)
            raise

    def _renewing(self, customer: str, query: Query, days: Days | None) -> list[Found]:
        try:
            return self._asked(customer, query, days)
        except Unauthorized as error:
            if error.code not in STALE_TOKEN:
                raise
        self._credentials.forget()
        return self._asked(customer, query, days)

    def _asked(self, customer: str, query: Query, days: Days | None) -> list[Found]:
        request = Request(
            name=METHOD,
            path=f"{VERSION}/customers/{customer}/googleAds:searchStream",
            json={"query": query.gaql(days)},
            headers={**self._headers, "Authorization": self._credentials.header()},
        )
        return self._http.fetch(request, _reader(query, days))


def _reader(query: Query, days: Days | None) -> Callable[[Answer], list[Found]]:
    def read(answer: Answer) -> list[Found]:
        found = [_checked(row, query, days) for row in _values(answer)]
        if len({row.key for row in found}) < len(found):
            msg = "the answer holds a row twice"
            raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
        if query.is_single and len(found) != 1:
            msg = "the customer's own record is not in the answer"
            raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
        return found

    return read


def _values(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of an answer, or raise its error wherever it stands."""
    chunks = answer.chunks()
    first = next((chunk for chunk in chunks if chunk.strip()), b"")
    try:
        for path, value in json_stream.values(chain((first,), chunks), _WANTED.__contains__):
            if path in _ERRORS:
                raise refusal(value, answer.status).as_error()
            yield cast("Mapping[str, Any]", value)
    except json_stream.NotJson:
        failure = not_json(answer.status, is_page=first.lstrip()[:1] not in (b"[", b"{", b""))
    else:
        if answer.status != _OK:
            raise refusal({}, answer.status).as_error()
        if not first.lstrip().startswith(b"["):
            msg = "the answer is no list of chunks"
            raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
        return
    raise failure


def _checked(value: Mapping[str, Any], query: Query, days: Days | None) -> Found:
    """Hold a row against its shape; msgspec's text names a field and its type, never a value."""
    try:
        row = msgspec.convert(value, query.shape)
    except msgspec.ValidationError as error:
        msg = f"a row is not as the API describes it: {error}"
    else:
        day = row.day
        if days is None or (day is not None and days.first <= day <= days.last):
            return Found(key=row.key, row=row, json=json_stream.record_json(value), day=day)
        msg = "a row is of another day than was asked for"
    raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
