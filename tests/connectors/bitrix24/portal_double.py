"""A portal made of a function: it pages, filters and batches as documented, until told not to.

It knows one kind of row, whatever method or entity is asked for, so a test sees nothing but how
rows are read. The sandbox (`infra/sandbox`) plays a whole portal.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from connectors.stream import Account, Changes, Page, Window
from tests.connectors.clock import Clock

SECRET = "canary0secret1in2path"
WEBHOOK = f"https://portal.example/rest/1/{SECRET}/"
SERVED_AT = "2026-11-23T04:00:00+03:00"
_ABOVE = ("filter[>id]",)
ITEMS = ("crm.item.list", "crm.stagehistory.list")

Row = dict[str, Any]
Reply = Callable[[httpx.Request], httpx.Response]


def row(number: int, **fields: Any) -> Row:
    """Return a deal as `crm.item.list` gives it."""
    return {
        "id": number,
        "title": f"Deal {number}",
        "opportunity": 100.5,
        "createdTime": "2026-11-01T10:00:00+03:00",
        "updatedTime": "2026-11-20T10:00:00+03:00",
        **fields,
    }


def failing(status: int, error: Any, **more: Any) -> Reply:
    """Return a reply in the API's own words."""
    return lambda _request: httpx.Response(status, json={"error": error, **more})


def page_for_people(status: int) -> Reply:
    """Return a reply that a proxy would give."""
    return lambda _request: httpx.Response(
        status, html=f"<html><title>{status}</title>{SECRET}</html>"
    )


class PortalDouble:
    """Answers requests; what is put into `next_replies` goes before the true answers."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = {item["id"]: item for item in rows}
        self.clock = Clock()
        self.next_replies: list[Reply] = []
        self.on_batch: Callable[[int], None] = lambda _number: None
        self.commands: list[dict[str, str]] = []
        self.dates = "iso"  # or "plain", or "ignored"
        self.filters_ids = True
        self.seconds_per_page = 0.01
        self.time: dict[str, Any] = {}
        self.part_errors: dict[str, Any] = {}
        self.scopes = ["crm", "user", "department", "telephony"]
        self.mode = 1
        self.types: list[Row] = []
        self.lines: dict[int, list[int]] = {}
        self.tells_totals = True
        self.several_owners = "all"  # or "first": the others are passed over

    def client(self, shared: Path, **options: Any) -> Bitrix24:
        """Open the product's client on this portal, in a time of its own."""
        settings = SOURCE.settings(webhook_url=WEBHOOK, plan="enterprise")
        account = Account(name="main", settings=settings, shared=str(shared))
        patience = self.clock.patience(**options)
        return Bitrix24(
            account, transport=httpx.MockTransport(self), patience=patience, in_flight=2
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.next_replies:
            return self.next_replies.pop(0)(request)
        body = json.loads(request.content)
        method = request.url.path.rsplit("/", 1)[-1]
        if method != "batch":
            return httpx.Response(200, json=self._timed({"result": self._call(method, body)}))
        self.commands.append(body["cmd"])
        self.on_batch(len(self.commands))
        return httpx.Response(200, json=self._batch(body["cmd"], halt=bool(body["halt"])))

    def _batch(self, commands: Mapping[str, str], *, halt: bool) -> Row:
        results: Row = {}
        errors: Row = {}
        totals: Row = {}
        for name, text in commands.items():
            method, _, query = text.partition("?")
            params = {key: _resolved(value, results) for key, value in parse_qsl(query)}
            if name in self.part_errors:
                errors[name] = {"error": self.part_errors[name], "error_description": ""}
            elif any(isinstance(value, list | dict) for value in params.values()):
                errors[name] = {"error": "INVALID_ARG_VALUE", "error_description": "filter"}
            elif (refused := self._refused(method, params)) is not None:
                errors[name] = {"error": refused, "error_description": ""}
            else:
                results[name] = self._call(method, params)
                if str(params.get("start")) == "0" and self.tells_totals:
                    totals[name] = 50  # a lie
            if halt and errors:
                break
        times = {name: self._timed({})["time"] for name in results}
        seconds = self.seconds_per_page * len(results)
        parts = {
            "result": results or [],
            "result_error": errors or [],
            "result_total": totals or [],
            "result_next": [],
            "result_time": times or [],
        }
        return self._timed({"result": parts}, seconds=seconds)

    def _timed(self, answer: Row, seconds: float = 0.0) -> Row:
        block = {"finish": self.clock.now, "duration": seconds, "date_start": SERVED_AT}
        return {**answer, "time": {**block, **self.time}}

    def _call(self, method: str, params: Mapping[str, Any]) -> Any:
        if method == "scope":
            return self.scopes
        if method == "crm.settings.mode.get":
            return self.mode
        if method == "crm.type.list":
            return {"types": self.types}
        if method == "crm.item.productrow.list":
            return {"productRows": list(islice(self._lines(params), 50))}
        if method == "server.time":
            return SERVED_AT
        if method == "profile":
            return {"ID": "1", "ADMIN": True}
        descending = "DESC" in (
            params.get("ORDER"),
            params.get("order[id]"),
            params.get("order[ID]"),
        )
        page = list(islice(self._found(params, descending=descending), 50))
        upper = method != "crm.item.list"
        shown = [{**item, "ID": str(item["id"])} if upper else item for item in page]
        return {"items": shown} if method in ITEMS else shown

    def _owners(self, params: Mapping[str, Any]) -> list[int]:
        named = [int(value) for name, value in params.items() if "=ownerId" in name]
        return named[:1] if self.several_owners == "first" else named

    def _refused(self, method: str, params: Mapping[str, Any]) -> str | None:
        """Refuse owners that are not there, as the portal does."""
        is_asked = method == "crm.item.productrow.list"
        gone = is_asked and not set(self._owners(params)) <= self.rows.keys()
        return "ACCESS_DENIED" if gone else None

    def _lines(self, params: Mapping[str, Any]) -> Iterator[Row]:
        after = int(params["filter[>id]"])
        owned = {line: o for o in self._owners(params) for line in self.lines.get(o, ())}
        for number in sorted(line for line in owned if line > after):
            yield {"id": number, "ownerId": owned[number], "ownerType": "D"}

    def _found(self, params: Mapping[str, Any], *, descending: bool) -> Iterator[Row]:
        numbers = sorted(self.rows)
        after = next((value for name, value in params.items() if name.lower() in _ABOVE), None)
        if after is not None and self.filters_ids:
            numbers = numbers[bisect_right(numbers, int(after)) :]
        for number in reversed(numbers) if descending else numbers:
            if self._admits(params, self.rows[number]):
                yield self.rows[number]

    def _admits(self, params: Mapping[str, Any], item: Row) -> bool:
        named = {int(v) for name, v in params.items() if name.lower().startswith("filter[@id]")}
        if named and self.filters_ids and item["id"] not in named:
            return False
        for name, value in params.items():
            found = re.fullmatch(r"(?i:filter)\[(>=|<=|>)(\w+)\]", name)
            if found is None:
                continue
            operator, field = found.groups()
            if field.lower() == "id":
                if not self.filters_ids and operator == ">":
                    continue
                bound, have = int(value), item["id"]
            elif self._ignores(value):
                continue
            else:
                known = "createdTime" if "reat" in field.lower() else "updatedTime"
                bound, have = _comparable(value), _comparable(item[known])
            if not {">": have > bound, ">=": have >= bound, "<=": have <= bound}[operator]:
                return False
        return True

    def _ignores(self, value: str) -> bool:
        return self.dates == "ignored" or (self.dates == "plain" and "T" in value)


def _resolved(value: str, results: Row) -> Any:
    """Follow a reference as far as it goes: past the end of a page it is the page itself."""
    if not value.startswith("$result"):
        return value
    reached: Any = results
    for step in re.findall(r"\[(\w+)\]", value):
        if isinstance(reached, dict) and step in reached:
            reached = reached[step]
        elif isinstance(reached, list) and step.isdigit() and int(step) < len(reached):
            reached = reached[int(step)]
        else:
            break
    return reached


def _comparable(moment: str) -> str:
    return moment[:19].replace("T", " ")


def read(client: Bitrix24, window: Window | None = None, stream: str = "deals") -> list[Page]:
    """Read a window to its end."""
    return list(client.pages(SOURCE.stream(stream), window or Changes()))


def keys_of(pages: list[Page]) -> list[int]:
    """Return the ids of the records, in the order in which they came."""
    return [int(record.key) for page in pages for record in page.records]
