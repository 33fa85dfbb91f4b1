"""What must hold of a served world, each judgement as a function that raises AssertionError.

The first four let public clients, unpatched, read every deal; the others look at the protocol where
a client that is too kind would not notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from infra.sandbox.store import DEAL
from tests.infra.sandbox.asking import (
    direct_report,
    google_days,
    read_with_b24pysdk,
    read_with_fast_bitrix24,
    stored_deals,
    stored_ids,
)
from tests.infra.sandbox.mapping import as_classic, as_item, expected_classic
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import CUSTOMER

Judge = Callable[[Served], None]

EVERYTHING = {"entityTypeId": DEAL, "select": ["*"], "useOriginalUfNames": "Y"}


def fast_bitrix24_reads_classic_deals(world: Served) -> None:
    """fast_bitrix24 counts first, then asks for pages by offset in one batch."""
    rows = read_with_fast_bitrix24(world, "crm.deal.list", {"select": ["*", "UF_*"]})
    _same_classic(world, rows)


def fast_bitrix24_reads_items(world: Served) -> None:
    """The same over `crm.item.list`, whose result is wrapped in `items`."""
    _same_items(world, read_with_fast_bitrix24(world, "crm.item.list", EVERYTHING))


def b24pysdk_reads_classic_deals(world: Served) -> None:
    """b24pysdk speaks HTTPS and chains pages by `$result` references."""
    _same_classic(world, read_with_b24pysdk(world, "crm.deal.list", {"select": ["*", "UF_*"]}))


def b24pysdk_reads_items(world: Served) -> None:
    """The same over `crm.item.list`."""
    _same_items(world, read_with_b24pysdk(world, "crm.item.list", EVERYTHING))


def items_are_typed(world: Served) -> None:
    """Numbers are numbers in the new family, and every value is text in the old one."""
    item = _item(world, 7)["result"]["item"]
    assert type(item["id"]) is int
    assert type(item["opportunity"]) is float
    assert type(item["contactIds"]) is list
    classic = world.rest("crm.deal.get", id=7)["result"]
    assert classic["ID"] == "7"
    assert classic["OPPORTUNITY"] == "700.10"


def pages_are_of_fifty(world: Served) -> None:
    """A page holds 50 rows, `next` is where the following starts, `total` counts all."""
    read: list[int] = []
    start = 0
    expected = stored_ids(world)
    while True:
        page = world.rest(
            "crm.item.list", entityTypeId=DEAL, select=["id"], order={"id": "ASC"}, start=start
        )
        assert page["total"] == len(expected)
        read += [row["id"] for row in page["result"]["items"]]
        if "next" not in page:
            break
        assert page["next"] == start + 50
        assert len(page["result"]["items"]) == 50
        start = page["next"]
    assert read == expected


def uncounted_pages_have_no_total(world: Served) -> None:
    """`start=-1` switches the count off: neither `total` nor `next`."""
    for method, params in (
        ("crm.item.list", {"entityTypeId": DEAL}),
        ("crm.deal.list", {}),
        ("crm.stagehistory.list", {"entityTypeId": DEAL}),
    ):
        page = world.rest(method, **params, start=-1)
        assert not {"total", "next"} & set(page), method


def references_resolve_halfway(world: Served) -> None:
    """A reference past the end of a page yields the page, not nothing: the old list starts over."""
    last = stored_ids(world)[-1]
    answer = world.rest(
        "batch",
        cmd={
            "short": f"crm.deal.list?start=-1&select[]=ID&order[ID]=ASC&filter[>ID]={last - 3}",
            "again": "crm.deal.list?start=-1&select[]=ID&order[ID]=ASC"
            "&filter[>ID]=$result[short][49][ID]",
            "items": f"crm.item.list?entityTypeId={DEAL}&start=-1"
            "&filter[>id]=$result[short][49][ID]",
        },
    )["result"]
    assert [row["ID"] for row in answer["result"]["short"]] == [
        str(number) for number in (last - 2, last - 1, last)
    ]
    assert [row["ID"] for row in answer["result"]["again"][:1]] == ["2"]
    assert answer["result_error"]["items"]["error"] == "INVALID_ARG_VALUE"


def empty_maps_are_lists(world: Served) -> None:
    """PHP prints an empty map as a list, in every part of a batch."""
    answer = world.rest("batch", cmd={"a": "server.time"})["result"]
    assert [answer[part] for part in ("result_error", "result_total", "result_next")] == [[]] * 3
    failed = world.rest("batch", cmd={"a": "no.such.method"})["result"]
    assert failed["result"] == []
    assert failed["result_time"] == []


def halt_ends_the_batch(world: Served) -> None:
    """With `halt` the first failure is the last command."""
    commands = {"a": "server.time", "b": "no.such.method", "c": "server.time"}
    halted = world.rest("batch", halt=1, cmd=commands)["result"]
    assert list(halted["result"]) == ["a"]
    going_on = world.rest("batch", halt=0, cmd=commands)["result"]
    assert list(going_on["result"]) == ["a", "c"]


def comparisons_are_exact(world: Served) -> None:
    """`>` leaves the bound out, `>=` takes it in, for ids and for instants of any offset."""
    moment = _item(world, 100)["result"]["item"]["updatedTime"]
    elsewhere = datetime.fromisoformat(moment).astimezone(tz=None).isoformat()
    for name, bound in (("id", 100), ("updatedTime", moment), ("updatedTime", elsewhere)):
        beyond = _ids(world, {f">{name}": bound})
        from_there = _ids(world, {f">={name}": bound})
        assert 100 not in beyond
        assert 100 in from_there
        assert beyond < from_there


def unknown_filters_are_told_apart(world: Served) -> None:
    """The new family refuses an unknown field, the old one leaves it out and serves everything."""
    refused = world.rest_response("crm.item.list", entityTypeId=DEAL, filter={"NO_FIELD": 1})
    assert refused.status_code == 400
    assert refused.json()["error"] == "INVALID_ARG_VALUE"
    ignored = world.rest("crm.deal.list", filter={"createdTime": "2030-01-01"}, select=["ID"])
    assert ignored["total"] == len(stored_ids(world))


def instants_keep_the_offset(world: Served) -> None:
    """Every instant carries the portal's offset, in both families and in the time block."""
    answer = _item(world, 8)
    item, time = answer["result"]["item"], answer["time"]
    classic = world.rest("crm.deal.get", id=8)["result"]
    for text in (
        *(item["createdTime"], item["updatedTime"], item["begindate"]),
        *(classic["DATE_CREATE"], classic["BEGINDATE"]),
        *(time["date_start"], time["date_finish"]),
    ):
        assert text.endswith("+03:00")
    assert classic["CLOSEDATE"] == ""


def batches_tell_operating_time(world: Served) -> None:
    """Each command of a batch has its own time, with what the method has used up."""
    times = world.rest("batch", cmd={"a": "crm.deal.list?start=-1", "b": "crm.lead.list"})[
        "result"
    ]["result_time"]
    for time in times.values():
        assert time["operating"] > 0
        assert time["operating_reset_at"] > time["start"]


def google_spells_its_types(world: Served) -> None:
    """int64 is a string, double a number, and the selected resources are named."""
    rows = google_days(world)
    metrics = rows[0]["metrics"]
    assert type(metrics["costMicros"]) is str
    assert type(metrics["impressions"]) is str
    assert type(metrics["conversions"]) is float
    assert rows[0]["campaign"]["resourceName"] == f"customers/{CUSTOMER}/campaigns/111"


def google_drops_zero_rows(world: Served) -> None:
    """A day without any figure has no row; all others are there, to the micro."""
    rows = google_days(world)
    served = {
        (row["campaign"]["id"], row["segments"]["date"]): int(row["metrics"]["costMicros"])
        for row in rows
    }
    stored = {
        (campaign, day): cost
        for campaign, day, cost in world.store.query(
            "SELECT campaign_id, day, cost_micros FROM google_campaign_day"
            " WHERE impressions > 0 AND day BETWEEN '2026-11-02' AND '2026-11-15'"
        )
    }
    assert served == stored


def direct_states_cost_with_and_without_vat(world: Served) -> None:
    """`IncludeVAT` decides whether the cost is what is paid or what is earned."""
    with_vat = direct_report(world, IncludeVAT="YES")
    without = direct_report(world, IncludeVAT="NO")
    assert with_vat[1].split("\t")[3] == "1220.00"
    assert without[1].split("\t")[3] == "1000.00"
    assert with_vat[-1] == f"Total rows: {len(with_vat) - 2}"


JUDGES: tuple[Judge, ...] = (
    fast_bitrix24_reads_classic_deals,
    fast_bitrix24_reads_items,
    b24pysdk_reads_classic_deals,
    b24pysdk_reads_items,
    items_are_typed,
    pages_are_of_fifty,
    uncounted_pages_have_no_total,
    references_resolve_halfway,
    empty_maps_are_lists,
    halt_ends_the_batch,
    comparisons_are_exact,
    unknown_filters_are_told_apart,
    instants_keep_the_offset,
    batches_tell_operating_time,
    google_spells_its_types,
    google_drops_zero_rows,
    direct_states_cost_with_and_without_vat,
)


def _item(world: Served, number: int) -> dict[str, Any]:
    return world.rest("crm.item.get", entityTypeId=DEAL, id=number, useOriginalUfNames="Y")


def _same_items(world: Served, rows: Iterable[Mapping[str, Any]]) -> None:
    expected = {number: as_item(deal) for number, deal in stored_deals(world).items()}
    _same({row["id"]: as_item(row) for row in rows}, expected)


def _same_classic(world: Served, rows: Iterable[Mapping[str, Any]]) -> None:
    expected = {str(number): expected_classic(deal) for number, deal in stored_deals(world).items()}
    _same({row["ID"]: as_classic(row) for row in rows}, expected)


def _same(read: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
    assert sorted(read) == sorted(expected)
    for number, row in expected.items():
        assert read[number] == row


def _ids(world: Served, conditions: Mapping[str, Any]) -> set[int]:
    found: set[int] = set()
    start = 0
    while True:
        page = world.rest(
            "crm.item.list",
            entityTypeId=DEAL,
            select=["id"],
            filter=dict(conditions),
            order={"id": "ASC"},
            start=start,
        )
        found |= {row["id"] for row in page["result"]["items"]}
        if not page["result"]["items"] or "next" not in page:
            return found
        start += 50
