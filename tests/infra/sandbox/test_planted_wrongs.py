"""The judges can fail: each wrong planted in the sandbox turns the judge that it is meant for red.

A wrong is one function of the sandbox replaced, in the running server, by a slightly false one.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from infra.sandbox.bitrix24 import answer, batch, classic, items, portal, rows
from infra.sandbox.bitrix24.filters import Clause, FilterReader
from infra.sandbox.google_ads import report
from infra.sandbox.yandex_direct import reports
from tests.infra.sandbox import judges
from tests.infra.sandbox.judges import Judge
from tests.infra.sandbox.serving import Served

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One falsehood.

    Args:
        name: what is wrong.
        plant: puts it into the sandbox.
        judge: who must notice.
    """

    name: str
    plant: Plant
    judge: Judge


def _ids_as_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    def raw(text: str) -> msgspec.Raw:
        return msgspec.Raw(re.sub(r'"id":(\d+)', r'"id":"\1"', text, count=1).encode())

    monkeypatch.setattr(items, "raw", raw)


def _total_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def page_answer(result: object, **paging: Any) -> answer.Answer:
        return dataclasses.replace(answer.page_answer(result, **paging), total=None)

    monkeypatch.setattr(items, "page_answer", page_answer)
    monkeypatch.setattr(classic, "page_answer", page_answer)


def _next_one_too_far(monkeypatch: pytest.MonkeyPatch) -> None:
    def page_answer(result: object, **paging: Any) -> answer.Answer:
        right = answer.page_answer(result, **paging)
        return dataclasses.replace(right, next=right.next and right.next + 1)

    monkeypatch.setattr(items, "page_answer", page_answer)


def _counting_in_spite_of_minus_one(monkeypatch: pytest.MonkeyPatch) -> None:
    right = rows.read_page

    def read_page(store: Any, table: str, where: Clause, order: str, start: object) -> rows.Page:
        page = right(store, table, where, order, start)
        return page if page.total is not None else dataclasses.replace(page, total=0)

    monkeypatch.setattr(items, "read_page", read_page)


def _references_handled_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    right = batch._walk

    def walk(results: Any, path: list[str]) -> Any:
        reached = right(results, path)
        return 10**9 if isinstance(reached, list | dict) else reached

    monkeypatch.setattr(batch, "_walk", walk)


def _micros_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    right = report._spelled

    def spelled(name: str, value: Any) -> object:
        return int(value) if name == "metrics.cost_micros" else right(name, value)

    monkeypatch.setattr(report, "_spelled", spelled)


def _empty_maps_as_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "php_map", lambda values: values)


def _pages_of_forty_nine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PAGE_SIZE", 49)


def _greater_as_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    right = FilterReader._comparison

    def comparison(self: FilterReader, name: str, column: Any, operator: str, value: object) -> Any:
        return right(self, name, column, operator.rstrip("=") + "=", value)

    monkeypatch.setattr(FilterReader, "_comparison", comparison)


def _offset_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "raw", lambda text: msgspec.Raw(text.replace("+03:00", "").encode()))


def _zero_rows_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_metrics(base: Any, days: Any, metrics: Any, *, by_day: bool) -> Any:
        return (base | day for day in days)

    monkeypatch.setattr(report, "_with_metrics", with_metrics)


def _unknown_filters_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(self: portal.Portal, resolve: Any, *, strict: bool) -> FilterReader:
        return FilterReader(resolve=resolve, zone=self.now().tzinfo, strict=False)

    monkeypatch.setattr(portal.Portal, "filters", lenient)


def _numbers_in_the_old_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classic, "_as_text", lambda value: value)


def _money_rounded_to_roubles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        classic, "_as_money", lambda value: b'"' + value.partition(b".")[0] + b'.00"'
    )


def _deleted_deals_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(entity: Any, where: Clause) -> Clause:
        return Clause(
            sql=f"entity_type_id = ? AND {where.sql}", values=(entity.type_id, *where.values)
        )

    monkeypatch.setattr(classic, "_living", everything)


def _instants_compared_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FilterReader, "_moment", lambda _self, _name, text: text)


def _halt_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "truthy", lambda _value: False)


def _vat_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_without_vat", lambda cost, _vat: cost)


WRONGS = (
    Wrong(name="ids as strings", plant=_ids_as_strings, judge=judges.items_are_typed),
    Wrong(name="total missing", plant=_total_missing, judge=judges.fast_bitrix24_reads_items),
    Wrong(name="next too far", plant=_next_one_too_far, judge=judges.pages_are_of_fifty),
    Wrong(
        name="start=-1 counts",
        plant=_counting_in_spite_of_minus_one,
        judge=judges.uncounted_pages_have_no_total,
    ),
    Wrong(
        name="unresolved references handled kindly",
        plant=_references_handled_kindly,
        judge=judges.references_resolve_halfway,
    ),
    Wrong(name="micros as numbers", plant=_micros_as_numbers, judge=judges.google_spells_its_types),
    Wrong(name="{} for []", plant=_empty_maps_as_objects, judge=judges.empty_maps_are_lists),
    Wrong(
        name="pages of 49", plant=_pages_of_forty_nine, judge=judges.b24pysdk_reads_classic_deals
    ),
    Wrong(name="> as >=", plant=_greater_as_at_least, judge=judges.comparisons_are_exact),
    Wrong(name="offset dropped", plant=_offset_dropped, judge=judges.instants_keep_the_offset),
    Wrong(name="zero rows served", plant=_zero_rows_served, judge=judges.google_drops_zero_rows),
    Wrong(
        name="unknown filters forgiven",
        plant=_unknown_filters_forgiven,
        judge=judges.unknown_filters_are_told_apart,
    ),
    Wrong(
        name="numbers in the old lists",
        plant=_numbers_in_the_old_lists,
        judge=judges.fast_bitrix24_reads_classic_deals,
    ),
    Wrong(
        name="money without kopecks",
        plant=_money_rounded_to_roubles,
        judge=judges.b24pysdk_reads_classic_deals,
    ),
    Wrong(
        name="deleted deals served",
        plant=_deleted_deals_served,
        judge=judges.b24pysdk_reads_classic_deals,
    ),
    Wrong(
        name="instants compared as text",
        plant=_instants_compared_as_text,
        judge=judges.comparisons_are_exact,
    ),
    Wrong(name="halt ignored", plant=_halt_ignored, judge=judges.halt_ends_the_batch),
    Wrong(
        name="VAT forgotten",
        plant=_vat_forgotten,
        judge=judges.direct_states_cost_with_and_without_vat,
    ),
)


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.name)
def test_a_planted_wrong_is_noticed(
    tiny: Served, monkeypatch: pytest.MonkeyPatch, wrong: Wrong
) -> None:
    wrong.judge(tiny)
    wrong.plant(monkeypatch)
    with pytest.raises(AssertionError):
        wrong.judge(tiny)
