"""An export with every trap that exports have, small enough to know each answer by heart."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.store import Store
from infra.sandbox.worlds import WorldFileError, build, describe
from infra.sandbox.worlds.files.definition import Table
from infra.sandbox.worlds.files.reading import Reader, Unparsable

DEALS = """\
Nr;Wer;Zu;Stand;Quelle;Betrag;Kunde;Kampagne;Angelegt
7104455000012345695;Anna Ott;;Gewonnen;Google Ads;€ 3.500,00;7;brand%20DE;01.07.2024 00:30
7104455000012345696;Anna Ott;30.06.2024;Gewonnen;Facebook Ads;1000;8;frühling;30.06.2024 23:59
7104455000012345697;;31.12.2023;Gewonnen;Facebook Ads;;8;;02.01.2024 09:00
7104455000012345698;Bo Ek;;Neu;Test;50;8;;03.01.2024 09:00
7104455000012345699;Bo Ek;05.01.2024;Verloren;;50;9;;04.01.2024 09:00
;Bo Ek;;Neu;Test;;;;04.01.2024 09:00
7104455000012345699;Bo Ek;;Neu;Test;;;;04.01.2024 09:00
7104455000012345700;Bo Ek;;Neu;Test;zwölf;;;04.01.2024 09:00
7104455000012345701;Bo Ek;;Neu;Test;1;;;2024-01-04
"""
SPEND = """\
day,src,camp,imp,cost,cl
2024-01-01,Google Ads,Brand DE,10,1.10,1
2024-01-01,Google Ads,Brand DE,5,2.20,0
2024-01-01,Google Ads,Brand DE,5,2.20,0
2024-01-01,Google Ads,,0,0.0,0
2024-01-02,Google Ads,,3,0.5,0
2024-01-01,Facebook Ads,Frühling,7,3.333,2
2024-01-01,Test,,1,0.01,0
2024-13-01,Test,,1,0.01,0
"""
CALLS = """\
id,when,who,kind,outcome,sec,contact
11,2024-01-01 10:00:00,Bo Ek,Out,ok,65.0,7
12,2024-03-31 12:00:00,Cy Day,In,missed,0,
13,2024-01-01 10:00:00,Bo Ek,Out,planned,0,
"""
WORLD: dict[str, Any] = {
    "name": "tiny_export",
    "title": "Tiny export",
    "data": "data",
    "portal": "simple",
    "as_of": "2024-07-01",
    "first_day": "2024-01-01",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "stages": [
        {"name": "Neu", "id": "NEW", "semantics": "open"},
        {"name": "Gewonnen", "id": "WON", "semantics": "won"},
        {"name": "Verloren", "id": "LOSE", "semantics": "lost"},
    ],
    "sources": {
        "Google Ads": {"code": "GOOGLE", "channel": "google_ads", "spend": "google_ads"},
        "Facebook Ads": {"code": "FACEBOOK", "channel": "meta_ads"},
        "Test": {"code": "TEST", "spend_channel": "other_paid"},
    },
    "google_ads": {
        "customer_id": "1234567890",
        "manager_id": "1234567891",
        "first_campaign_id": 900,
    },
    "deals": {
        "file": "deals.csv",
        "encoding": "utf-8-sig",
        "delimiter": ";",
        "datetimes": "%d.%m.%Y %H:%M",
        "dates": "%d.%m.%Y",
        "amounts": ["plain", "european"],
        "columns": {
            "id": "Nr",
            "owner": "Wer",
            "created": "Angelegt",
            "closed": "Zu",
            "stage": "Stand",
            "amount": "Betrag",
            "contact": "Kunde",
            "source": "Quelle",
            "utm_campaign": "Kampagne",
        },
        "custom_fields": {"UF_CRM_STATE": "Stand"},
    },
    "spend": {
        "file": "spend.csv",
        "account": "main",
        "columns": {
            "day": "day",
            "source": "src",
            "campaign": "camp",
            "impressions": "imp",
            "clicks": "cl",
            "spend": "cost",
        },
    },
    "calls": {
        "file": "calls.csv.gz",
        "columns": {
            "id": "id",
            "started": "when",
            "owner": "who",
            "kind": "kind",
            "outcome": "outcome",
            "seconds": "sec",
            "contact": "contact",
        },
        "kinds": {"Out": "1", "In": "2"},
        "outcomes": {"ok": "200", "missed": "304", "planned": None},
    },
}


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., Path]:
    """Writes the export and a world file with changes; gives the world file."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "deals.csv").write_text(DEALS, encoding="utf-8-sig")
    (data / "spend.csv").write_text(SPEND, encoding="utf-8")
    (data / "calls.csv.gz").write_bytes(gzip.compress(CALLS.encode()))

    def write(**changed: object) -> Path:
        path = tmp_path / "tiny.yml"
        path.write_text(yaml.safe_dump(WORLD | changed, sort_keys=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def built(world: Callable[..., Path], tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    build(world(), folder)
    return folder


def _ledger(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "ledger.json").read_text(encoding="utf-8"))


def _deals(folder: Path) -> dict[str, dict[str, Any]]:
    with Store.open(folder / "store.sqlite") as store:
        rows = store.query("select payload from item where entity_type_id = 2")
    deals = [json.loads(text, parse_float=Decimal) for (text,) in rows]
    return {str(deal["id"])[-3:]: deal for deal in deals}


def test_what_is_left_out_has_a_reason(built: Path) -> None:
    reasons = {(r["entity"], r["reason"]): r["count"] for r in _ledger(built)["not_loadable"]}
    assert reasons == {
        ("deal", "no_id"): 1,
        ("deal", "repeated_id"): 1,
        ("deal", "unparsable"): 2,
        ("spend", "exact_duplicate"): 1,
        ("spend", "unparsable"): 1,
        ("spend", "nothing_happened"): 1,
        ("call", "never_made"): 1,
    }


def test_totals(built: Path) -> None:
    totals = _ledger(built)["totals"]
    assert (totals["deals"], totals["inquiries"], totals["won_deals"]) == (5, 5, 3)
    assert totals["revenue_reporting"] == "4500.00"
    assert totals["spend_reporting"] == "7.14"  # 3.30 + 0.50 + 3.33 (a day is rounded) + 0.01


def test_ids_of_19_digits_are_exact(built: Path) -> None:
    ids = {deal["id"] for deal in _deals(built).values()}
    assert ids == set(range(7104455000012345695, 7104455000012345700))


def test_amounts_and_missing_ones(built: Path) -> None:
    amounts = {number: deal["opportunity"] for number, deal in _deals(built).items()}
    assert amounts == {"695": Decimal("3500.00"), "696": 1000, "697": 0, "698": 50, "699": 50}


def test_instants_are_read_in_the_companys_zone(built: Path) -> None:
    deals = _deals(built)
    assert deals["695"]["createdTime"] == "2024-06-30T22:30:00+00:00"
    assert deals["697"]["createdTime"] == "2024-01-02T08:00:00+00:00"
    with Store.open(built / "store.sqlite") as store:
        started = [text for (text,) in store.query("select started_at from call order by id")]
        assert store.meta("now") == "2024-07-02T02:00:00+00:00"
        assert store.meta("portal_mode") == "2"
    assert started == ["2024-01-01T09:00:00+00:00", "2024-03-31T10:00:00+00:00"]


def test_wins_by_month(built: Path) -> None:
    months = {r["month"]: r["won_deals"] for r in _ledger(built)["won_revenue_by_month_pipeline"]}
    assert months == {"unknown": 1, "2024-06": 1, "2023-12": 1}


def test_managers_and_nobody(built: Path) -> None:
    managers = {r["name"]: (r["deals"], r["won_deals"]) for r in _ledger(built)["managers"]}
    assert managers == {"Anna Ott": (2, 2), "Bo Ek": (2, 0), None: (1, 1)}
    assert _deals(built)["697"]["assignedById"] is None


def test_channels_and_known_customers(built: Path) -> None:
    channels = {r["channel_code"]: r["deals"] for r in _ledger(built)["channels"]}
    # The deal of source Test belongs to a contact who had bought before.
    assert channels == {
        "google_ads": 1,
        "meta_ads": 2,
        "existing_base": 1,
        "unknown": 1,
        "other_paid": 0,
    }
    rules = (built / "company" / "channel_rules.csv").read_text(encoding="utf-8")
    assert "company GOOGLE,1,,,,,,GOOGLE,,google_ads,," in rules
    assert "TEST" not in rules


def test_campaigns_are_found_by_name(built: Path) -> None:
    campaigns = {
        (r["platform"], r["campaign_id"]): (r["deals"], r["spend_reporting"])
        for r in _ledger(built)["campaigns"]
    }
    assert campaigns == {
        ("google_ads", "901"): (1, "3.30"),
        ("google_ads", "900"): (0, "0.50"),
        ("Facebook Ads", "Frühling"): (1, "3.33"),
        ("Test", "(no campaign)"): (0, "0.01"),
    }


def test_spend_goes_through_its_protocol(built: Path) -> None:
    with Store.open(built / "store.sqlite") as store:
        days = store.query("select campaign_id, day, cost_micros from google_campaign_day")
    assert sorted(days) == [("900", "2024-01-02", 500_000), ("901", "2024-01-01", 3_300_000)]
    facebook = (built / "csv_spend" / "facebook.csv").read_text(encoding="utf-8").splitlines()
    assert facebook[1] == ("2024-01-01,Facebook Ads,main,Frühling,,,7,2,3.333,EUR,yes,meta_ads")
    assert {p.name for p in (built / "csv_spend").iterdir()} == {"facebook.csv", "test.csv"}


def test_custom_fields(built: Path) -> None:
    assert _deals(built)["699"]["UF_CRM_STATE"] == "Verloren"


def test_describing_reads_no_data(world: Callable[..., Path]) -> None:
    info = describe(world(data="nowhere"))
    assert (info.name, info.reporting_currency) == ("tiny_export", "EUR")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"colour": "red"}, "colour"),
        ({"timezone": "Europe/Atlantis"}, "Atlantis"),
        ({"data": "nowhere"}, "No such file"),
        ({"stages": WORLD["stages"][:2]}, "stage 'Verloren'"),
        ({"sources": {}}, "source 'Google Ads'"),
        ({"name": "Tiny Export"}, "name"),
        ({"deals": WORLD["deals"] | {"columns": {"id": "Nr"}}}, "deals.columns.created"),
        ({"deals": WORLD["deals"] | {"delimiter": ","}}, "no column"),
        ({"google_ads": None}, "google_ads"),
    ],
)
def test_a_wrong_world_file_is_told(
    world: Callable[..., Path], tmp_path: Path, changed: dict[str, Any], told: str
) -> None:
    folder = tmp_path / "built"
    with pytest.raises(WorldFileError, match=told):
        build(world(**changed), folder)
    assert not (folder / "ledger.json").exists()


def test_a_failed_build_leaves_the_old_world(
    world: Callable[..., Path], built: Path, digests: Callable[[Path], dict[str, str]]
) -> None:
    before = digests(built)
    with pytest.raises(WorldFileError):
        build(world(sources={}), built)
    assert digests(built) == before


READER = Reader(Path(), Table(file="x", amounts=("plain", "european")), "Europe/Berlin")


@given(st.decimals(0, 10**9, places=2))
def test_amounts_are_read_as_written(amount: Decimal) -> None:
    european = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert READER.amount(f"€ {european}") == READER.amount(f"{amount:f}") == amount


@pytest.mark.parametrize("text", ["1,5", "3.500,0", "1 000", "1e3", "12..5", "€", "#REF!"])
def test_amounts_that_are_none(text: str) -> None:
    with pytest.raises(Unparsable):
        READER.amount(text)
