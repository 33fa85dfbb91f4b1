"""Google's own message classes read what the sandbox serves.

The classes (google-ads 34, its lock beside this file) live in an environment of their own: the
product needs neither gRPC nor 100 MB of messages.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.google_ads import queries
from connectors.google_ads.version import VERSION
from connectors.stream import Days
from infra.sandbox import faults
from infra.sandbox.faults import FaultKind
from infra.sandbox.google_ads.answer import GoogleError
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import GoogleDay, Store
from infra.sandbox.worlds.advertising import google_campaign, google_customer
from infra.sandbox.worlds.demo import company, google_details, marketing
from tests.infra.sandbox.asking import google_search, google_token
from tests.infra.sandbox.google_levels import CLICK_DAYS
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import CUSTOMER, MANAGER, META
from tests.judging import interpreter

HERE = Path(__file__).parent
LOCK, JUDGE = HERE / "requirements.lock", HERE / "judge.py"
SAMPLE = HERE.parent / "samples" / "google_ads" / "constructed_stream_chunk.json"

NOVEMBER = "2026-11-01", "2026-11-30"
QUERIES = {name: found for name, found in vars(queries).items() if isinstance(found, queries.Query)}
REFUSED = {
    "unknown field": "SELECT campaign.start_date FROM campaign",
    "wrong resource": "SELECT customer_client.id FROM campaign",
    "several days": "SELECT click_view.gclid FROM click_view",
    "too old": "SELECT click_view.gclid FROM click_view WHERE segments.date = '2026-01-01'",
    "cost of an action": "SELECT segments.conversion_action, metrics.clicks FROM campaign",
    "no grammar": "SELECT",
}

SPOKEN = [
    *(FaultKind.UNAVAILABLE, FaultKind.BROKEN),
    *(FaultKind.UNAUTHORIZED, FaultKind.DENIED, FaultKind.EXHAUSTED),
]
"""Faults that are told in Google's words."""

FOREIGN = {
    "an unknown field": {"metrics": {"costMicro": "1"}},
    "an int64 as a number": {"metrics": {"costMicros": 1}},
    "an unknown enum": {"campaign": {"status": "RUNNING"}},
    "a date as a number": {"segments": {"date": 20261101}},
}
"""Rows that a judge has to refuse."""

Case = tuple[str, str, dict[str, Any]]
Company = tuple[str, str, tuple[str, str], Sequence[str]]
"""Manager, customer, a period and days of clicks that hold rows."""

DEMO_DAYS = (f"{company.AS_OF - timedelta(days=1)}", f"{company.AS_OF}")
TINY: Company = MANAGER, CUSTOMER, NOVEMBER, CLICK_DAYS
DEMO: Company = marketing.GOOGLE_MANAGER, marketing.GOOGLE_CUSTOMER, DEMO_DAYS, DEMO_DAYS


@pytest.fixture(scope="module")
def python() -> Path:
    """Return the interpreter of Google's environment."""
    return interpreter(LOCK, "google-protobufs")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demo company's Google of its last two days."""
    directory = tmp_path_factory.mktemp("demo-google")
    account, manager = marketing.GOOGLE_CUSTOMER, marketing.GOOGLE_MANAGER
    campaigns = [one for one in marketing.CAMPAIGNS if one.platform == "google_ads"]
    with Store.create(directory / STORE_NAME) as store:
        meta = {"as_of": f"{company.AS_OF}", "now": f"{company.AS_OF}T23:00:00+00:00"}
        store.set_meta(META | meta | {"google_customer_id": account})
        customers = [
            (
                number,
                above,
                google_customer(
                    customer_id=number,
                    name="Дом",
                    currency="USD",
                    timezone="Asia/Almaty",
                    is_manager=above is None,
                ),
            )
            for number, above in ((manager, None), (account, manager))
        ]
        days = [_demo_day(one.campaign_id, day) for one in campaigns for day in DEMO_DAYS]
        store.add_google(
            customers=customers,
            campaigns=[
                (
                    account,
                    one.campaign_id,
                    google_campaign(
                        customer_id=account,
                        campaign_id=one.campaign_id,
                        name=one.name,
                        kind=one.kind,
                    ),
                )
                for one in campaigns
            ],
            days=days,
        )
        google_details.add(store, days, [])
    with served(directory) as found:
        yield found


def _demo_day(campaign: str, day: str) -> GoogleDay:
    return GoogleDay(
        customer_id=marketing.GOOGLE_CUSTOMER,
        campaign_id=campaign,
        day=day,
        cost_micros=7_770_000,
        impressions=700,
        clicks=70,
        interactions=70,
        conversions="3.5",
        conversions_value="0",
    )


@pytest.fixture(scope="module")
def wrong(tiny: Served, demo: Served, python: Path) -> dict[str, dict[str, str]]:
    """Return what Google's classes have against the cases of each group, by name."""
    groups = {
        "answers": list(answers(tiny, TINY)),
        "demo": list(answers(demo, DEMO)),
        "page": [("page", "search", page(tiny))],
        "refusals": list(refusals(tiny)),
        "sample": [sample()],
        "foreign": [(name, "stream", {"results": [row]}) for name, row in FOREIGN.items()],
    }
    cases = [(f"{group}: {name}", *rest) for group in groups for name, *rest in groups[group]]
    assert all(groups.values())
    assert len({name for name, *_ in cases}) == len(cases)
    done = subprocess.run(
        [python, JUDGE],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return {
        group: {
            name.partition(": ")[2]: said
            for name, said in found.items()
            if name.startswith(f"{group}: ")
        }
        for group in groups
    }


def asked(query: queries.Query, whose: Company) -> Iterator[tuple[str, str]]:
    """Yield the customers and texts with which a query is asked."""
    manager, customer, period, click_days = whose
    if query is queries.CLIENTS:
        yield manager, query.gaql()
    elif query.is_daily:
        for day in click_days:
            yield customer, query.gaql(_days(day, day))
    elif "segments.date" in query.select:
        yield customer, query.gaql(_days(*period))
    else:
        yield customer, query.gaql()


def _days(first: str, last: str) -> Days:
    return Days(first=date.fromisoformat(first), last=date.fromisoformat(last))


def answers(world: Served, whose: Company) -> Iterator[Case]:
    """Yield every answer with rows that the sandbox gives to the product's questions."""
    headers = {"login-customer-id": whose[0]}
    for name, query in QUERIES.items():
        for customer, text in asked(query, whose):
            for named in ("", " with names"):
                # Without its parameter, an answer names each resource, too.
                asking = text.partition(" PARAMETERS")[0] if named else text
                for number, chunk in enumerate(google_search(world, asking, customer, **headers)):
                    assert chunk["results"], asking
                    where = asking.partition(" WHERE ")[2][:36]
                    yield f"{name} {where}{named} {number}", "stream", chunk


def refusals(world: Served) -> Iterator[Case]:
    """Yield every kind of error document."""
    for name, query in REFUSED.items():
        yield _status(name, google_search(world, query)[0])
    yield _status(
        "manager", google_search(world, "SELECT metrics.clicks FROM customer", MANAGER)[0]
    )
    yield _status("no token", google_search(world, "SELECT", Authorization="Bearer x")[0])
    yield _status("no right", google_search(world, "SELECT", customer="9999999999")[0])
    closed = GoogleError(
        kind="authorizationError", code="CUSTOMER_NOT_ENABLED", message="closed", status=403
    )
    yield _status("closed", closed.document())
    for kind in SPOKEN:
        yield _status(kind.value, faults._google(kind)[1])


def _status(name: str, document: dict[str, Any]) -> Case:
    """Return an error as google.rpc.Status has it: REST adds the status's name."""
    error = {key: value for key, value in document["error"].items() if key != "status"}
    return name, "status", error


def page(world: Served) -> dict[str, Any]:
    """Return an answer of the paged twin of `searchStream`."""
    return world.client.post(
        f"{world.http_url}/{VERSION}/customers/{CUSTOMER}/googleAds:search",
        json={"query": queries.CAMPAIGN_DAYS.gaql(_days(*NOVEMBER))},
        headers={"Authorization": f"Bearer {google_token(world)}", "login-customer-id": MANAGER},
    ).json()


def sample() -> Case:
    return "sample", "stream", json.loads(SAMPLE.read_text(encoding="utf-8"))[0]


def test_the_classes_are_those_of_our_version() -> None:
    assert f"googleads.{VERSION}." in JUDGE.read_text(encoding="utf-8")
    assert "google-ads==34." in LOCK.read_text(encoding="utf-8")


@pytest.mark.parametrize("group", ["answers", "demo", "page", "refusals", "sample"])
def test_what_is_served_is_a_message_of_google(
    wrong: dict[str, dict[str, str]], group: str
) -> None:
    assert wrong[group] == {}


def test_the_classes_refuse_what_is_not_theirs(wrong: dict[str, dict[str, str]]) -> None:
    assert wrong["foreign"].keys() == FOREIGN.keys()
