"""Reading all rows of a listing: complete, in order, in few requests, and never in circles."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import httpx
import pytest

from connectors.bitrix24 import SOURCE
from connectors.errors import ContractBroken, Unauthorized
from connectors.stream import Changes, Page
from tests.connectors.bitrix24.portal_double import PortalDouble, failing, keys_of, read, row


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 499, 500, 501, 3_000, 7_321])
def test_every_row_comes_once_and_in_order(count: int, tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, count + 1)])
    pages = read(portal.client(tmp_path))
    assert keys_of(pages) == list(range(1, count + 1))
    assert pages[0].served_at is not None


@pytest.mark.parametrize("gaps", ["sparse", "burst", "leap", "late start", "dense later"])
def test_gaps_in_the_ids_lose_nothing(gaps: str, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - it has to be the same each time
    ids = {
        "sparse": sorted(chance.sample(range(1, 60_000), 6_000)),
        "burst": [*range(1, 90_000, 300), *range(90_000, 96_000)],
        "leap": [*range(1, 3_001), *range(9_000_000_000_000_000_001, 9_000_000_000_000_003_001)],
        "late start": list(range(5_000_000, 5_006_000)),
        "dense later": [*range(1, 24_000, 4), *range(24_000, 36_000)],
    }[gaps]
    portal = PortalDouble([row(number) for number in ids])
    client = portal.client(tmp_path)
    assert keys_of(read(client)) == ids
    assert client.traffic.requests < 10 * (len(ids) / 2500 + 5)


def test_dense_ids_cost_hardly_more_than_the_fewest_requests(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 20_001)])
    client = portal.client(tmp_path)
    assert len(keys_of(read(client))) == 20_000
    assert client.traffic.requests <= 20_000 / 2500 + 3


def test_resume_keys_grow_with_the_pages(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 6_001)])
    pages = read(portal.client(tmp_path))
    for page in pages:
        if page.records:
            assert page.resume_key == page.records[-1].key
    cut = pages[2].resume_key
    assert cut is not None
    rest = read(portal.client(tmp_path), Changes(after_key=cut))
    assert keys_of(rest) == list(range(int(cut) + 1, 6_001))


def test_nineteen_digits_and_spelled_numbers_survive(tmp_path: Path) -> None:
    large = 9_223_372_036_854_775_807
    portal = PortalDouble([row(1, opportunity=0.1), row(large, UF_CRM_1="0012")])
    records = [record for page in read(portal.client(tmp_path)) for record in page.records]
    assert [record.key for record in records] == ["1", str(large)]
    assert json.loads(records[1].payload)["id"] == large
    assert b'"opportunity":0.1,' in records[0].payload
    assert b'"UF_CRM_1":"0012"' in records[1].payload


def test_a_portal_that_starts_over_is_noticed_at_once(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 301)])
    portal.filters_ids = False
    client = portal.client(tmp_path)
    with pytest.raises(ContractBroken, match="do not grow"):
        read(client)
    assert client.traffic.requests == 1


def test_what_follows_a_short_page_is_thrown_away(tmp_path: Path) -> None:
    """Without `halt` an unresolved reference makes the portal begin anew (b24phpsdk#53)."""
    full = [row(number) for number in range(1, 51)]
    parts = {
        "newest": {"items": [row(53)]},
        "p0": {"items": full},
        "p1": {"items": [row(51), row(52), row(53)]},
        "p2": {"items": full},
    }
    answer = {"result": {"result": parts, "result_error": []}, "time": {}}
    portal = PortalDouble([])
    portal.next_replies = [lambda _request: httpx.Response(200, json=answer)]
    assert keys_of(read(portal.client(tmp_path))) == list(range(1, 54))


def test_rows_that_come_go_and_change_meanwhile(tmp_path: Path) -> None:
    """E20: stable rows come once; what is new has a larger id and is read at the end."""
    portal = PortalDouble([row(number) for number in range(1, 9_001)])

    def change(batch: int) -> None:
        portal.rows.pop(batch * 2, None)  # behind the reading
        portal.rows.pop(8_000 + batch, None)  # before it
        portal.rows[9_000 + batch] = row(9_000 + batch)
        portal.rows[8_500] = row(8_500, title=f"changed {batch}")

    portal.on_batch = change
    keys = keys_of(read(portal.client(tmp_path)))
    assert len(keys) == len(set(keys))
    stable = set(range(100, 8_000)) | set(range(8_100, 9_001))
    assert stable <= set(keys)
    assert 9_001 in keys


def test_a_slow_portal_is_asked_for_less(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 1_501)])
    portal.seconds_per_page = 4.0
    assert len(keys_of(read(portal.client(tmp_path)))) == 1_500
    sizes = [len(commands) for commands in portal.commands]
    assert sizes[0] == 21  # twenty pages and the newest id
    assert all(size <= 4 for size in sizes[2:])


def test_a_portal_that_fails_is_asked_for_half(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 1_001)])
    portal.next_replies = [lambda _: httpx.Response(502, html="<html>Bad gateway</html>")] * 3
    assert len(keys_of(read(portal.client(tmp_path)))) == 1_000
    assert len(portal.commands[0]) == 3  # 20, 10, 5, 2 pages; and the newest id


def test_keys_are_listed_without_the_rows(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 7_001)])
    client = portal.client(tmp_path)
    keys = [key for page in client.keys(SOURCE.stream("deals")) for key in page]
    assert keys == [str(number) for number in range(1, 7_001)]
    pages = [text for commands in portal.commands for text in commands.values()]
    assert all("select%5B0%5D=id" in text for text in pages)
    assert client.traffic.requests <= 6


def test_only_an_empty_page_ends_the_calls(tmp_path: Path) -> None:
    portal = PortalDouble([row(n, CALL_START_DATE="2026-11-01T10:00:00+03:00") for n in (1, 2, 3)])
    client = portal.client(tmp_path)
    assert keys_of(read(client, stream="calls")) == [1, 2, 3]
    assert client.traffic.requests == 2


def test_what_lies_before_a_failure_is_handed_on_first(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 12_001)])

    def fail(batch: int) -> None:
        if batch == 4:
            portal.next_replies = [failing(401, "INVALID_CREDENTIALS")] * 9

    portal.on_batch = fail
    came: list[Page] = []
    with pytest.raises(Unauthorized):
        came.extend(portal.client(tmp_path).pages(SOURCE.stream("deals"), Changes()))
    keys = keys_of(came)
    assert len(keys) >= 500
    assert keys == list(range(1, len(keys) + 1))


def test_batches_that_overtake_each_other_come_in_order(tmp_path: Path) -> None:
    portal = PortalDouble([row(number) for number in range(1, 12_001)])
    portal.on_batch = lambda batch: time.sleep(0.2 if batch % 2 else 0.0)
    assert keys_of(read(portal.client(tmp_path))) == list(range(1, 12_001))


def test_a_row_lands_as_the_bytes_that_were_sent(tmp_path: Path) -> None:
    sent = (
        '{"id": "7","id":8, "x":1.10,"n":123456789012345678901,"t":"\\u0416Ж","updatedTime":false}'
    )
    page = f'{{"result":{{"result":{{"p0":{{"items":[{sent}]}}}},"result_error":[]}}}}'
    portal = PortalDouble([])
    portal.next_replies = [lambda _request: httpx.Response(200, content=page.encode())]
    (record,) = [record for page in read(portal.client(tmp_path)) for record in page.records]
    assert record.payload == sent.encode()
    assert (record.key, record.cursor, record.original) == ("8", None, None)
