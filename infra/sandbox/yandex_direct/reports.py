"""A report's definition, checked, and the report itself as TSV.

Served are days of campaigns, ad groups, ads and criteria; with `Goals` conversions and revenue come
once per goal and attribution model. Not here: the rows behind a report (`facts.py`).
Source: yandex.com/dev/direct/doc/en/spec and /report-format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from infra.sandbox.store import Store
from infra.sandbox.yandex_direct.answer import DirectError
from infra.sandbox.yandex_direct.facts import METRICS, OF_GOALS, SEGMENTS, Fact, facts

_REQUIRED = (
    *("SelectionCriteria", "FieldNames", "ReportName", "ReportType", "DateRangeType"),
    *("Format", "IncludeVAT"),
)
_ENUMERATIONS = {
    "ReportType": (
        *("ACCOUNT_PERFORMANCE_REPORT", "CAMPAIGN_PERFORMANCE_REPORT", "CUSTOM_REPORT"),
        *("ADGROUP_PERFORMANCE_REPORT", "AD_PERFORMANCE_REPORT", "CRITERIA_PERFORMANCE_REPORT"),
    ),
    "Format": ("TSV",),
    "IncludeVAT": ("YES", "NO"),
}
_MODELS = ("AUTO", "FC", "FCCD", "LC", "LSC", "LSCCD", "LYDC", "LYDCCD")
_MOST_GOALS = 10
_MICROS = Decimal(1_000_000)
_LAST_DAYS = re.compile(r"LAST_(\d+)_DAYS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the request's headers say about the text of a report."""

    in_micros: bool
    header: bool
    columns: bool
    summary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A report that was asked for, with its period worked out.

    Args:
        name: under which it is queued.
        fields: its columns, in their order.
        first: the first reported day.
        last: the last one.
        campaigns: the campaigns to keep; None keeps all.
        with_vat: whether the cost includes VAT.
        goals: goals to be told apart, each with an attribution model.
    """

    name: str
    fields: tuple[str, ...]
    first: date
    last: date
    campaigns: frozenset[int] | None
    with_vat: bool
    goals: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the text."""
        names: list[str] = []
        for name in self.fields:
            if self.goals and name in OF_GOALS:
                names += [f"{name}_{goal}_{model}" for goal, model in self.goals]
            else:
                names.append(name)
        return tuple(names)


def read_definition(params: object, today: date) -> Definition:
    """Check the `params` of a report.

    Raises:
        DirectError: 8000 for what is missing or malformed, 4000 for what does not go together.
    """
    if not isinstance(params, dict):
        raise _malformed(detail="The params structure is missing")
    _check_elements(params)
    criteria = params["SelectionCriteria"]
    fields = tuple(params["FieldNames"])
    first, last = _period(params["DateRangeType"], criteria, today)
    return Definition(
        name=str(params["ReportName"]),
        fields=fields,
        first=first,
        last=last,
        campaigns=_campaigns(criteria),
        with_vat=params["IncludeVAT"] == "YES",
        goals=_goals(params),
    )


def _check_elements(params: Mapping[str, Any]) -> None:
    for name in _REQUIRED:
        if name not in params:
            raise _malformed(detail=f"Required element {name} is missing")
    for name, allowed in _ENUMERATIONS.items():
        if params[name] not in allowed:
            raise _malformed(detail=f"Element {name} contains an invalid enumeration value")
    if not isinstance(params["SelectionCriteria"], dict):
        raise _malformed(detail="Element SelectionCriteria is no structure")
    names = params["FieldNames"]
    if not isinstance(names, list) or not names:
        raise _malformed(detail="Element FieldNames is no array of names")
    unknown = [name for name in names if name not in SEGMENTS and name not in METRICS]
    if unknown:
        raise _malformed(detail=f"Element FieldNames contains an invalid value {unknown[0]}")


def build(store: Store, login: str, definition: Definition, layout: Layout) -> str:
    """Return a report's text: header, columns, rows and summary, as the layout asks for them.

    An empty period has no rows and is a report all the same.
    """
    rows = _rows(store, login, definition, layout)
    lines: list[str] = []
    if layout.header:
        lines.append(f'"{definition.name} ({definition.first} - {definition.last})"')
    if layout.columns:
        lines.append("\t".join(definition.columns))
    lines += ["\t".join(row) for row in rows]
    if layout.summary:
        lines.append(f"Total rows: {len(rows)}")
    return "".join(f"{line}\n" for line in lines)


def _rows(
    store: Store, login: str, definition: Definition, layout: Layout
) -> list[tuple[str, ...]]:
    """Group the facts by the columns that are no metrics."""
    groups: dict[tuple[str, ...], dict[str, Decimal]] = {}
    shown: set[tuple[str, ...]] = set()
    for fact in facts(store, login, definition.fields, definition.first, definition.last):
        if definition.campaigns is not None and fact.campaign not in definition.campaigns:
            continue
        key = tuple(fact.segments[field] for field in definition.fields if field in SEGMENTS)
        sums = groups.setdefault(key, {})
        for name, value in _figures(fact, definition):
            sums[name] = sums.get(name, Decimal(0)) + value
        if any(fact.metrics.values()):
            shown.add(key)
    return [_row(definition, key, groups[key], layout) for key in groups if key in shown]


def _figures(fact: Fact, definition: Definition) -> Iterator[tuple[str, Decimal]]:
    for name in METRICS:
        value = fact.metrics[name]
        if name == "Cost" and not definition.with_vat:
            value = _without_vat(value, fact.vat_percent)
        yield name, value
    for goal in definition.goals:
        for name in OF_GOALS:
            value = fact.goals.get(goal, {}).get(name, Decimal(0))
            yield f"{name}_{goal[0]}_{goal[1]}", value


def _row(
    definition: Definition, key: Sequence[str], sums: Mapping[str, Decimal], layout: Layout
) -> tuple[str, ...]:
    money = _micros if layout.in_micros else _amount
    spell: dict[str, Callable[[Decimal], str]] = {
        "Cost": money,
        "Conversions": _or_nothing,
        "Revenue": lambda value: money(value) if value else "--",
    }
    segments = iter(key)
    return tuple(
        next(segments)
        if name in SEGMENTS
        else spell.get(name.partition("_")[0], _whole)(sums.get(name, Decimal(0)))
        for name in definition.columns
    )


def _without_vat(cost_micros: Decimal, vat_percent: str) -> Decimal:
    return cost_micros * 100 / (100 + Decimal(vat_percent))


def _micros(value: Decimal) -> str:
    return str(value.quantize(Decimal(1), ROUND_HALF_UP))


def _amount(value: Decimal) -> str:
    return f"{(value / _MICROS).quantize(Decimal('0.01'), ROUND_HALF_UP):f}"


def _whole(value: Decimal) -> str:
    return str(int(value))


def _or_nothing(value: Decimal) -> str:
    """Spell conversions, of which a campaign without any shows none rather than zero."""
    return _whole(value) if value else "--"


def _period(kind: object, criteria: Mapping[str, Any], today: date) -> tuple[date, date]:
    given = [criteria.get("DateFrom"), criteria.get("DateTo")]
    if kind == "CUSTOM_DATE":
        try:
            first, last = (date.fromisoformat(str(text)) for text in given)
        except ValueError:
            raise _malformed(detail="Element DateFrom or DateTo is missing or no date") from None
        if last < first:
            raise _conflict(detail="DateFrom is later than DateTo")
        return first, last
    if any(given):
        raise _conflict(
            detail="DateFrom and DateTo are allowed only with DateRangeType CUSTOM_DATE"
        )
    yesterday = today - timedelta(days=1)
    if kind == "TODAY":
        return today, today
    if kind == "YESTERDAY":
        return yesterday, yesterday
    if kind == "ALL_TIME":
        return today.replace(year=today.year - 3, day=1), today
    if found := _LAST_DAYS.fullmatch(str(kind)):
        return today - timedelta(days=int(found[1])), yesterday
    raise _malformed(detail="Element DateRangeType contains an invalid enumeration value")


def _goals(params: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    goals = params.get("Goals", [])
    models = params.get("AttributionModels", ["AUTO"])
    if len(goals) > _MOST_GOALS:
        raise _conflict(detail="Element Goals holds more than 10 numbers")
    if any(model not in _MODELS for model in models):
        raise _malformed(detail="Element AttributionModels has an invalid enumeration value")
    return tuple((str(goal), model) for goal in goals for model in models)


def _campaigns(criteria: Mapping[str, Any]) -> frozenset[int] | None:
    for condition in criteria.get("Filter", []):
        if condition.get("Field") != "CampaignId" or condition.get("Operator") not in {
            "IN",
            "EQUALS",
        }:
            raise _conflict(detail="The filter is not served")
        return frozenset(int(value) for value in condition["Values"])
    return None


def _malformed(*, detail: str) -> DirectError:
    return DirectError(code=8000, text="Invalid request", detail=detail)


def _conflict(*, detail: str) -> DirectError:
    return DirectError(code=4000, text="Invalid combination of request parameters", detail=detail)
