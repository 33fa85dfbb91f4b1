"""The other streams of a portal: papers, mails, rates, and counting them all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from connectors.errors import ContractBroken
from connectors.findings import Checkup
from connectors.stream import Changes, Counting, Foresight, KeySpan
from infra.sandbox.changes import delete_item
from infra.sandbox.store import DEAL, QUOTE
from tests.connectors.bitrix24 import wide_world as wide
from tests.connectors.bitrix24.portal_double import PortalDouble, failing, row
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import DEALS

DEALS_STREAM = SOURCE.stream("deals")
COUNTED = {
    "deals": DEALS,
    "quotes": 3,
    "smart_invoices": 60,
    "invoices": 3,
    "activities": 70,
    "deal_stage_history": DEALS,
    "smart_invoice_stage_history": 1,
}


@pytest.fixture(scope="module")
def still_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a world that no test changes."""
    with wide.portal(tmp_path_factory.mktemp("still")) as one:
        yield one


@pytest.fixture
def reader(still_world: Served, tmp_path: Path) -> Iterator[Bitrix24]:
    with wide.client_of(still_world, tmp_path) as one:
        yield one


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with wide.portal(tmp_path) as one:
        yield one


@pytest.fixture
def client(world: Served, tmp_path: Path) -> Iterator[Bitrix24]:
    with wide.client_of(world, tmp_path) as one:
        yield one


def test_the_client_can_what_the_core_asks_for(reader: Bitrix24) -> None:
    assert isinstance(reader, Counting)
    assert isinstance(reader, Checkup)
    assert isinstance(reader, Foresight)


def test_nothing_is_off_and_all_is_asked_in_one_request(reader: Bitrix24) -> None:
    assert reader.unavailable() == {}
    assert reader.traffic.requests == 1


def test_activities_land_without_what_was_written(reader: Bitrix24) -> None:
    found = wide.records(wide.read(reader, "activities"))
    assert [record.key for record in found] == [str(number) for number in range(1, 71)]
    payload = json.loads(found[0].payload)
    assert payload["SUBJECT"] == "Счёт"
    assert not {"DESCRIPTION", "SETTINGS", "PROVIDER_PARAMS", "COMMUNICATIONS"} & set(payload)
    assert found[0].cursor == datetime(2026, 11, 2, 9, 1, tzinfo=UTC)


def test_a_paper_changes_and_a_new_one_comes(client: Bitrix24, world: Served) -> None:
    late = world.store.meta("now")
    with world.store.changing() as connection:
        connection.execute(
            "update activity set updated = ?,"
            " payload = json_set(payload, '$.LAST_UPDATED', ?) where id = 9",
            (late, late),
        )
    world.store.add_activities([wide.activity(500, CREATED=wide.OLD, LAST_UPDATED=wide.OLD)])
    world.store.add_items(QUOTE, [wide.thing(QUOTE, 80)])
    since = datetime.fromisoformat(late) - timedelta(minutes=15)
    window = Changes(since=since, newest_keys={"": "70"})
    assert set(wide.keys(wide.read(client, "activities", window))) == {"9", "500"}
    assert wide.keys(wide.read(client, "quotes", window)) == ["80"]


def test_old_invoices_are_off_where_the_portal_has_none(world: Served, tmp_path: Path) -> None:
    with wide.client_of(world, tmp_path) as client:
        assert wide.keys(wide.read(client, "invoices")) == ["1", "2", "3"]
        assert wide.records(wide.read(client, "invoices"))[0].cursor is not None


def test_rates_are_of_the_portals_day(client: Bitrix24, world: Served) -> None:
    world.store.set_meta({"now": "2026-11-24T00:30:00+03:00"})  # still the 23rd in UTC
    found = wide.records(wide.read(client, "currency_rates"))
    assert [record.key for record in found] == ["2026-11-24:RUB", "2026-11-24:USD"]
    assert {record.cursor for record in found} == {datetime(2026, 11, 24, tzinfo=UTC)}
    assert json.loads(found[1].payload)["AMOUNT"] == "90.5000"


@pytest.mark.parametrize("name", COUNTED)
def test_each_listing_is_counted_by_spans(name: str, reader: Bitrix24) -> None:
    spans = [KeySpan(after=0, upto=2), KeySpan(after=2, upto=10_000)]
    counted = reader.counts(SOURCE.stream(name), spans, created_from=None)
    assert counted is not None
    assert sum(counted) == COUNTED[name]
    listed = {
        key
        for some in reader.keys_in(SOURCE.stream(name), spans, created_from=None)
        for key in some
    }
    assert len(listed) == COUNTED[name]


def test_many_spans_are_counted_in_few_requests(client: Bitrix24, world: Served) -> None:
    client.unavailable()
    delete_item(world.store, DEAL, 77)
    spans = [KeySpan(after=number, upto=number + 2) for number in range(0, DEALS, 2)]
    before = client.traffic.requests
    counted = client.counts(DEALS_STREAM, spans, created_from=None)
    assert counted == tuple(
        sum(n <= DEALS and n != 77 for n in (span.after + 1, span.upto)) for span in spans
    )
    assert client.traffic.requests - before == 3
    (keys,) = client.keys_in(DEALS_STREAM, spans[38:39], created_from=None)
    assert keys == ("78",)


def test_a_first_day_holds_for_counts_and_keys(reader: Bitrix24) -> None:
    everything = [KeySpan(after=0, upto=DEALS)]
    first_day = date(2026, 11, 15)
    read = wide.keys(wide.read(reader, "deals", Changes(created_from=first_day)))
    assert reader.counts(DEALS_STREAM, everything, created_from=first_day) == (len(read),)
    (keys,) = reader.keys_in(DEALS_STREAM, everything, created_from=first_day)
    assert list(keys) == read


def test_records_are_read_by_their_keys(reader: Bitrix24) -> None:
    wanted = [str(number) for number in (*range(1, 121), 9_999)]
    before = reader.traffic.requests
    pages = list(reader.records_of(DEALS_STREAM, wanted))
    assert wide.keys(pages) == [str(number) for number in range(1, 121)]
    assert reader.traffic.requests - before == 1
    assert json.loads(wide.records(pages)[0].payload)["title"].startswith("Сделка")
    for name in ("activities", "invoices", "deal_stage_history"):
        found = wide.keys(list(reader.records_of(SOURCE.stream(name), ["3", "2"])))
        assert found == ["2", "3"]


def test_a_portal_that_tells_no_total_does_not_count(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 200)])
    spans = [KeySpan(after=0, upto=100), KeySpan(after=100, upto=200)]
    client = portal.client(tmp_path)
    assert client.counts(DEALS_STREAM, spans, created_from=None) == (50, 50)  # a lie it tells
    portal.tells_totals = False
    assert client.counts(DEALS_STREAM, spans, created_from=None) is None


def test_a_filter_by_ids_without_effect_is_an_error(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 200)])
    portal.filters_ids = False
    client = portal.client(tmp_path)
    with pytest.raises(ContractBroken):
        list(client.keys_in(DEALS_STREAM, [KeySpan(after=60, upto=70)], created_from=None))
    with pytest.raises(ContractBroken, match="filter by ids"):
        list(client.records_of(DEALS_STREAM, ["3"]))
    with pytest.raises(ContractBroken, match="filter by id"):
        wide.read(client, "deals", Changes(since=datetime(2026, 11, 22, tzinfo=UTC)))


def test_rows_without_ids_are_not_compared(reader: Bitrix24) -> None:
    for name in ("deal_product_rows", "currency_rates"):
        stream = SOURCE.stream(name)
        assert not stream.reconcile
        with pytest.raises(TypeError):
            reader.counts(stream, [], created_from=None)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("smart_process_items", "122 rows, 4 requests, less than a minute"),
        ("deal_product_rows", "product rows of 231 items, at most 9 requests, less than a minute"),
        ("fields", "a few requests"),
        ("currency_rates", "one request"),
    ],
)
def test_it_says_beforehand_what_a_load_will_take(name: str, told: str, reader: Bitrix24) -> None:
    assert reader.estimate(SOURCE.stream(name), Changes()) == told


def test_a_portal_that_fails_at_many_counts_is_asked_for_fewer(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 50)])
    portal.next_replies = [failing(500, "INTERNAL_SERVER_ERROR")] * 2
    spans = [KeySpan(after=number, upto=number + 1) for number in range(40)]
    counted = portal.client(tmp_path).counts(DEALS_STREAM, spans, created_from=None)
    assert counted == (50,) * 40
    assert [len(commands) for commands in portal.commands] == [10, 30]
