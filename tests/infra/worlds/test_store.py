"""What goes into a store comes out of it, and a change leaves the traces that a portal leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.changes import change_item, delete_item, set_spend_day
from infra.sandbox.payload_text import decode, encode
from infra.sandbox.store import DEAL, LEAD, GoogleDay, Store
from infra.sandbox.worlds import payloads

NOW = "2026-11-01T04:00:00+03:00"
BEFORE = "2026-10-01T10:00:00+03:00"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "store.sqlite"
    with Store.create(path) as filling:
        filling.set_meta({"now": NOW})
        fields = {"createdTime": BEFORE, "updatedTime": BEFORE, "movedTime": BEFORE}
        filling.add_items(
            DEAL, [payloads.record(payloads.DEAL_FIELDS, fields | {"id": n}) for n in (1, 2)]
        )
        filling.add_items(LEAD, [payloads.record(payloads.LEAD_FIELDS, fields | {"id": 1})])
        filling.add_stage_history(
            DEAL,
            [
                payloads.deal_entry(
                    row_id=n, type_id=1, deal_id=n, moment=BEFORE, pipeline=0, stage=("NEW", "P")
                )
                for n in (1, 2)
            ],
        )
        stages = (("DEAL_STAGE", "WON", "S"), ("STATUS", "JUNK", "F"))
        filling.add_dictionary(
            "status",
            [
                (
                    status,
                    payloads.status(
                        row_id=n,
                        entity=entity,
                        status_id=status,
                        name=status,
                        sort=n,
                        semantics=semantics,
                    ),
                )
                for n, (entity, status, semantics) in enumerate(stages)
            ],
        )
        filling.add_google(
            days=[
                GoogleDay(
                    customer_id="1",
                    campaign_id="2",
                    day="2026-10-01",
                    cost_micros=1,
                    impressions=1,
                    clicks=1,
                    interactions=1,
                    conversions="0.0",
                    conversions_value="0.0",
                )
            ]
        )
    with Store.open(path) as opened:
        yield opened


TEXTS = st.text(st.characters(), max_size=20)
MONEY = st.decimals(0, 10**12, places=2)


@given(text=TEXTS, lone=st.integers(0xD800, 0xDFFF), amount=MONEY, number=st.integers(0, 2**62))
def test_a_record_survives_as_text(text: str, lone: int, amount: Decimal, number: int) -> None:
    for title in (text, text + chr(lone) + " "):
        record = {"id": number, "title": title, "opportunity": amount, "fm": [{"value": title}]}
        written = encode(record)
        assert decode(written) == record
        assert written.encode("utf-8")
        assert json.loads(written, parse_float=str, parse_int=str)["opportunity"] == f"{amount:f}"


def test_a_field_that_the_api_lacks_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        payloads.record(payloads.DEAL_FIELDS, {"colour": "red"})


def test_a_missing_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Store.open(tmp_path / "store.sqlite")


def test_changing_a_field_stamps_the_record_with_a_later_clock(store: Store) -> None:
    moment = change_item(store, DEAL, 1, opportunity=Decimal("12.30"))
    changed = store.item(DEAL, 1)
    assert changed is not None
    assert changed["opportunity"] == Decimal("12.30")
    assert changed["updatedTime"] == moment == "2026-11-01T04:00:01+03:00"
    assert changed["movedTime"] == BEFORE
    assert store.query("select updated_time from item where entity_type_id = 2 and id = 1") == [
        (moment,)
    ]
    assert change_item(store, DEAL, 1, title="x") == "2026-11-01T04:00:02+03:00"
    assert store.item(DEAL, 2)["updatedTime"] == BEFORE


def test_winning_a_deal_writes_its_history(store: Store) -> None:
    moment = change_item(store, DEAL, 1, stageId="WON")
    deal = store.item(DEAL, 1)
    assert (deal["stageSemanticId"], deal["closed"], deal["movedTime"]) == ("S", "Y", moment)
    rows = store.query("select id, payload from stage_history where owner_id = 1 order by id")
    assert [number for number, _ in rows] == [1, 3]
    assert decode(rows[-1][1]) == {
        "ID": 3,
        "TYPE_ID": 3,
        "OWNER_ID": 1,
        "CREATED_TIME": moment,
        "CATEGORY_ID": 0,
        "STAGE_SEMANTIC_ID": "S",
        "STAGE_ID": "WON",
    }


def test_losing_a_lead_writes_its_history(store: Store) -> None:
    change_item(store, LEAD, 1, stageId="JUNK")
    assert store.item(LEAD, 1)["stageSemanticId"] == "F"
    ((text,),) = store.query("select payload from stage_history where entity_type_id = 1")
    assert decode(text)["STATUS_ID"] == "JUNK"


@pytest.mark.parametrize("fields", [{"colour": "red"}, {"stageId": "NO_SUCH_STAGE"}])
def test_a_refused_change_leaves_no_trace(store: Store, fields: dict[str, str]) -> None:
    before = store.query("select * from item") + store.query("select * from stage_history")
    with pytest.raises(KeyError):
        change_item(store, DEAL, 1, **fields)
    after = store.query("select * from item") + store.query("select * from stage_history")
    assert after == before
    assert store.meta("now") == NOW


def test_deleting_takes_the_history_along(store: Store) -> None:
    delete_item(store, DEAL, 1)
    assert store.item(DEAL, 1) is None
    assert store.query("select owner_id from stage_history") == [(2,)]
    with pytest.raises(KeyError):
        delete_item(store, DEAL, 1)
    with pytest.raises(KeyError):
        change_item(store, DEAL, 1, title="x")


def test_restating_spend(store: Store) -> None:
    day = {"platform": "google_ads", "account": "1", "campaign_id": "2"}
    set_spend_day(store, **day, day="2026-10-01", spend=Decimal("3.456789"))
    assert store.query("select cost_micros from google_campaign_day") == [(3_456_789,)]
    with pytest.raises(KeyError):
        set_spend_day(store, **day, day="2026-10-02", spend=Decimal(1))
