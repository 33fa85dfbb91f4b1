"""The rows of a level's days, each with its cost as charged and, beside it, without VAT.

A report states one of the two, so two are asked for, of the same columns and days, and joined row
by row. Direct's own figure is taken rather than a rate applied: an advertiser abroad has another
rate, and what Direct rounds is what its acts say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from connectors.errors import Unavailable
from connectors.stream import Days
from connectors.yandex_direct.levels import Report
from connectors.yandex_direct.reports import Found, Reports
from connectors.yandex_direct.verdicts import METHOD, SOURCE_NAME

WITHOUT_VAT = "CostWithoutVat"
"""The name of the second cost in a landed row; Direct has none for it."""

_ATTEMPTS = 2


def rows(reports: Reports, report: Report, days: Days) -> list[Found]:
    """Return the rows of a period; those with a cost also have it without VAT.

    Raises:
        Unavailable: the days were restated between the two reports, twice.
        ConnectorError: see `reports.py`.
    """
    if "Cost" not in report.fields:
        return _read(reports, report, days)
    for _ in range(_ATTEMPTS):
        charged = _read(reports, report, days)
        bare = {row.about(report): row.cells for row in _read(reports, _net(report), days)}
        if {row.about(report) for row in charged} == bare.keys():
            return [_joined(row, bare[row.about(report)]) for row in charged]
    msg = "the reports with and without VAT hold different rows: the days are being restated"
    raise Unavailable(msg, source=SOURCE_NAME, method=METHOD)


def _read(reports: Reports, report: Report, days: Days) -> list[Found]:
    return list(chain.from_iterable(reports.rows(report, days)))


def _net(report: Report) -> Report:
    return replace(report, with_vat=False)


def _joined(row: Found, bare: Mapping[str, str | None]) -> Found:
    return replace(row, cells={**row.cells, WITHOUT_VAT: bare["Cost"]})
