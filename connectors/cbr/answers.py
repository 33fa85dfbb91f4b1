"""The bank's two documents, read strictly from their bytes.

Both are XML in windows-1251, and say so in their first line, so the parser is given bytes and never
text. Numbers have a decimal comma. Days are written dd.mm.yyyy in answers, dd/mm/yyyy in questions.

`XML_daily.asp` answers with the rates that hold on the asked day; its attribute `Date` is the day
for which they were set, which on a holiday is an earlier one. `XML_dynamic.asp` answers with the
rates of one currency that were set for the days of a range.
Source: cbr.ru/development/SXML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors import json_stream
from connectors.errors import ConnectorError, ContractBroken, Rejected, Unavailable
from connectors.http import Answer
from connectors.stream import Days

SOURCE_NAME = "cbr"
DAILY, RANGE = "XML_daily", "XML_dynamic"

_OK, _FORBIDDEN, _TOO_MANY, _SERVER_FAILED = 200, 403, 429, 500
_VALUE = re.compile(r"[0-9]{1,12}(?:,[0-9]{1,8})?")
_NOMINAL = re.compile(r"[1-9][0-9]{0,8}")
_DAY = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_ID = re.compile(r"R[0-9]{5}[A-Z]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A currency on a daily list: the bank's own id of it, and its rate as written."""

    valute_id: str
    nominal: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyList:
    """The rates that hold on a day.

    Args:
        set_for: the day for which they were set, the asked one or an earlier one.
        quotes: by ISO 4217 code.
    """

    set_for: date
    quotes: Mapping[str, Quote]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRate:
    """One rate of a range: its day, nominal and value as written, and the record as JSON."""

    day: date
    nominal: str
    value: str
    json: json_stream.RecordJson


def daily(answer: Answer, asked: date) -> DailyList:
    """Read a daily list.

    Raises:
        Unavailable: it broke off.
        ContractBroken: it is not as documented, or was set for a later day than the asked one.
    """
    root = _root(answer, DAILY)
    set_for = _day(root.get("Date", ""), DAILY)
    if set_for > asked:
        raise _broken(DAILY, "the list is of a later day than the one that was asked for")
    quotes: dict[str, Quote] = {}
    for found in root.iterfind("Valute"):
        code, valute_id = _text(found, "CharCode"), found.get("ID", "")
        if not _ID.fullmatch(valute_id) or code in quotes:
            raise _broken(DAILY, "a currency stands there twice, or without its id")
        quotes[code] = Quote(valute_id=valute_id, **_figures(found, DAILY))
    if not quotes:
        raise _broken(DAILY, "the list holds no currency")
    return DailyList(set_for=set_for, quotes=quotes)


def rates(answer: Answer, valute_id: str, days: Days) -> tuple[SetRate, ...]:
    """Read a range of one currency, in the order of its days; a range may hold none.

    Raises:
        Unavailable: it broke off.
        ContractBroken: it is not as documented, or not of that currency and those days.
    """
    root = _root(answer, RANGE)
    if root.get("ID") != valute_id:
        raise _broken(RANGE, "the range is of another currency than the one that was asked for")
    found: dict[date, SetRate] = {}
    for record in root.iterfind("Record"):
        day = _day(record.get("Date", ""), RANGE)
        if not days.first <= day <= days.last or day in found:
            raise _broken(RANGE, "a rate stands there twice, or outside of the range")
        figures = _figures(record, RANGE)
        cells = record.attrib | {part.tag: part.text or "" for part in record}
        found[day] = SetRate(day=day, json=json_stream.record_json(cells), **figures)
    return tuple(found[day] for day in sorted(found))


def _root(answer: Answer, method: str) -> Element:
    if answer.status != _OK:
        raise _refusal(answer.status, method)
    body = answer.body().strip()
    if not body.startswith((b"<?xml", b"<ValCurs")):
        said = "something else than the bank's XML: a page for people, or a proxy's"
        raise _broken(method, said)
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        failure = _broken(method, "the document declares entities, which the bank's never do")
    except (ParseError, LookupError, ValueError):
        msg = "the answer ended before it was complete"
        failure = Unavailable(msg, source=SOURCE_NAME, method=method)
    else:
        if root.tag == "ValCurs" and "Error" not in (root.text or ""):
            return root
        failure = _broken(method, "the bank did not take the question, or answered another")
    raise failure


def _refusal(status: int, method: str) -> ConnectorError:
    code = str(status)
    if status >= _SERVER_FAILED or status == _TOO_MANY:
        msg = f"the bank's site failed (HTTP {status})"
        return Unavailable(msg, source=SOURCE_NAME, method=method, code=code)
    said = f"the bank's site refused the request (HTTP {status})"
    if status == _FORBIDDEN:
        said += (
            ": it turns away addresses that it takes for robots; a proxy may have cut User-Agent"
        )
    return Rejected(said, source=SOURCE_NAME, method=method, code=code)


def _figures(found: Element, method: str) -> dict[str, str]:
    figures = {"nominal": _text(found, "Nominal"), "value": _text(found, "Value")}
    is_rate = _NOMINAL.fullmatch(figures["nominal"]) and _VALUE.fullmatch(figures["value"])
    if not is_rate or not figures["value"].strip("0,"):
        raise _broken(method, "a rate is no number above zero for a whole number of units")
    return figures


def _day(written: str, method: str) -> date:
    try:
        if _DAY.fullmatch(written):
            return datetime.strptime(written, "%d.%m.%Y").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        pass
    raise _broken(method, "a day is not written dd.mm.yyyy")


def _text(found: Element, name: str) -> str:
    return (found.findtext(name) or "").strip()


def _broken(method: str, said: str) -> ContractBroken:
    return ContractBroken(said, source=SOURCE_NAME, method=method)
