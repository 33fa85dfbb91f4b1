"""A report of the Data API: its window, its fields, its pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from infra.sandbox import tracker_records
from infra.sandbox.comagic.errors import DataApiError
from infra.sandbox.comagic.fields import FIELDS
from infra.sandbox.store import Store

TRACKER = "comagic"
METHODS = {f"get.{kind}_report": kind for kind in FIELDS}
LONGEST = timedelta(days=92)

_DEFAULT_LIMIT, _MOST, _LAST_OFFSET = 1000, 10_000, 100_000
_KNOWN = frozenset(
    {"access_token", "user_id", "offset", "limit", "date_from", "date_till", "filter", "sort"}
    | {"fields"}
)
_DEFAULTS = ("id",)
"""What comes without a list of fields; the real defaults vary."""


def serve(store: Store, kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a report.

    Raises:
        DataApiError: the parameters are not as documented.
    """
    unknown = sorted(set(params) - _KNOWN)
    if unknown:
        raise DataApiError(mnemonic="unexpected_parameters", field=unknown[0])
    first, last = _moment(params, "date_from"), _moment(params, "date_till")
    if last - first > LONGEST:
        raise DataApiError(mnemonic="date_interval_limit_reached", field="date_till")
    limit = _number(params, "limit", _DEFAULT_LIMIT, _MOST)
    offset = _number(params, "offset", 0, _LAST_OFFSET)
    fields = params.get("fields", _DEFAULTS)
    for name in fields:
        if name not in FIELDS[kind]:
            raise DataApiError(mnemonic="unexpected_parameters", field=f"fields.{name}")
    rows = tracker_records.of_days(store, TRACKER, kind, f"{first.date()}", f"{last.date()}")
    shown = [{name: row.get(name) for name in fields} for row in rows[offset : offset + limit]]
    return {"data": shown, "metadata": {"total_items": len(rows), "limits": limits()}}


def limits(**changed: int) -> dict[str, int]:
    """Return what is left of the points."""
    return {
        "day_limit": 3000,
        "day_remaining": 2999,
        "day_reset": 36_000,
        "minute_limit": 60,
        "minute_remaining": 59,
        "minute_reset": 30,
    } | changed


def _moment(params: Mapping[str, Any], name: str) -> datetime:
    if name not in params:
        raise DataApiError(mnemonic="required_parameter_missed", field=name)
    try:
        return datetime.strptime(params[name], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - of the account
    except (TypeError, ValueError):
        raise DataApiError(mnemonic="invalid_parameter_value", field=name) from None


def _number(params: Mapping[str, Any], name: str, default: int, most: int) -> int:
    given = params.get(name, default)
    if not isinstance(given, int) or isinstance(given, bool):
        raise DataApiError(mnemonic="data_type_error", field=name)
    if not 0 <= given <= most:
        raise DataApiError(mnemonic="invalid_parameter_value", field=name)
    return given
