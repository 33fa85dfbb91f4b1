"""What a person is told who asks what is wrong with a portal, trouble by trouble."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from connectors.findings import Finding
from tests.connectors.bitrix24 import wide_world as wide
from tests.connectors.bitrix24.portal_double import (
    SECRET,
    PortalDouble,
    failing,
    page_for_people,
    row,
)
from tests.infra.sandbox.serving import Served

CHANGED = ("deals", "smart_process_items", "activities", "calls")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with wide.portal(tmp_path_factory.mktemp("checked")) as one:
        yield one


@contextmanager
def meta(world: Served, **changed: str) -> Iterator[None]:
    kept = world.store.all_meta()
    # A healthy portal's clock is ours, with its own offset.
    now = datetime.now(UTC).astimezone(datetime.fromisoformat(kept["now"]).tzinfo)
    world.store.set_meta({"now": now.isoformat(timespec="seconds"), **changed})
    try:
        yield
    finally:
        with world.store.changing() as connection:
            connection.execute("delete from meta")
        world.store.set_meta(kept)


def found(world: Served, shared: Path, changed: dict[str, str], **settings: str) -> list[Finding]:
    with meta(world, **changed), wide.client_of(world, shared, **settings) as client:
        return list(client.check())


def faults(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings if finding.is_fault}


def test_a_healthy_portal_has_no_fault(world: Served, tmp_path: Path) -> None:
    findings = found(world, tmp_path, {})
    assert faults(findings) == {}
    said = {finding.subject: finding.says for finding in findings}
    assert "administrator" in said["employee"]
    assert "UTC+03:00" in said["clock"]
    assert said["smart processes"].startswith("3 types")
    assert all(name in said["filter by date"] for name in CHANGED)
    assert "of 480 s" in said["execution time"]


@pytest.mark.parametrize(
    ("changed", "subjects", "says", "remedy"),
    [
        (
            {"scopes": json.dumps(["crm", "user", "department"])},
            {"right Telephony (telephony)"},
            "calls",
            "Developer resources → Other → Inbound webhook",
        ),
        (
            {"scopes": json.dumps(["user", "department", "telephony"])},
            {"right CRM (crm)"},
            "deals, leads",
            "tick CRM (crm)",
        ),
        ({"webhook_admin": "N"}, {"employee"}, "missing", "an administrator"),
        (
            {"denied_methods": json.dumps(["voximplant.statistic.get"])},
            {"calls"},
            "no right",
            "Call statistics",
        ),
        (
            {"denied_methods": json.dumps(["crm.type.list"])},
            {"smart_process_items, smart_process_stage_history, smart_process_types"},
            "no right",
            "administrators of the CRM",
        ),
        (
            {"denied_methods": json.dumps(["crm.item.list"])},
            {
                "deals, leads, contacts, companies, quotes, smart_invoices, deal_product_rows, "
                "lead_product_rows, quote_product_rows, smart_invoice_product_rows"
            },
            "no right",
            "Access",
        ),
    ],
)
def test_each_trouble_is_named_with_its_remedy(
    changed: dict[str, str],
    subjects: set[str],
    says: str,
    remedy: str,
    world: Served,
    tmp_path: Path,
) -> None:
    told = faults(found(world, tmp_path, changed))
    assert subjects <= set(told) <= {*subjects, "smart_process_items"}
    finding = told[subjects.pop()]
    assert says in finding.says
    assert remedy in finding.remedy


def test_clocks_that_differ_are_told_and_no_fault(world: Served, tmp_path: Path) -> None:
    findings = found(world, tmp_path, {"now": "2020-11-23T04:00:00+03:00"})
    assert faults(findings) == {}
    (told,) = [finding for finding in findings if finding.subject == "clock"]
    assert "behind this machine's" in told.says
    assert "NTP" in told.remedy


def test_a_portal_without_leads_is_no_fault(world: Served, tmp_path: Path) -> None:
    with world.store.changing() as connection:
        connection.execute("update item set deleted = 1 where entity_type_id = 1")
    try:
        findings = found(world, tmp_path, {"portal_mode": "2"})
    finally:
        with world.store.changing() as connection:
            connection.execute("update item set deleted = 0 where entity_type_id = 1")
    assert faults(findings) == {}
    (told,) = [finding for finding in findings if finding.subject.startswith("leads,")]
    assert "simple CRM" in told.says


@pytest.mark.parametrize(
    ("licence", "plan", "is_fault", "says"),
    [
        ("ent", "standard", False, "may be asked faster"),
        ("basic", "enterprise", True, "another plan"),
        ("ent", "enterprise", False, "PLAN is enterprise"),
    ],
)
def test_the_plan_is_held_against_the_portals(
    licence: str, plan: str, is_fault: bool, says: str, world: Served, tmp_path: Path
) -> None:
    told = found(world, tmp_path, {"app_info": json.dumps({"LICENSE_FAMILY": licence})}, plan=plan)
    (finding,) = [finding for finding in told if finding.subject == "plan"]
    assert finding.is_fault is is_fault
    assert says in finding.says


def moved(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(302, headers={"Location": "https://renamed.example/rest/"})


@pytest.mark.parametrize(
    ("reply", "says", "remedy"),
    [
        (failing(401, "INVALID_CREDENTIALS"), "deleted, its employee was dismissed", "a new one"),
        (failing(401, "NO_AUTH_FOUND"), "address is not whole", "a new one"),
        (failing(401, "expired_token"), "does not let this webhook in", "a new one"),
        (failing(403, "ACCESS_DENIED"), "its plan has none", "paid ones"),
        (failing(402, "PAYMENT_REQUIRED"), "expired", "Pay"),
        (failing(500, "PORTAL_DELETED"), "closed", "address"),
        (failing(503, "OVERLOAD_LIMIT"), "blocked", "support"),
        (failing(503, "QUERY_LIMIT_EXCEEDED"), "too often", "Wait"),
        (failing(400, "INVALID_REQUEST"), "https", "https://"),
        (page_for_people(200), "does not look like a portal", "a website"),
        (page_for_people(502), "cannot be reached", "browser"),
        (moved, "another address", "new name"),
    ],
)
def test_without_a_way_in_it_is_said_why(
    reply: Callable[[httpx.Request], httpx.Response], says: str, remedy: str, tmp_path: Path
) -> None:
    portal = PortalDouble([])
    portal.next_replies = [reply] * 3
    (finding,) = portal.client(tmp_path).check()
    assert finding.is_fault
    assert finding.subject == "address"
    assert says in finding.says
    assert remedy in finding.remedy
    assert SECRET not in finding.says + finding.remedy


@pytest.mark.parametrize(
    ("dates", "is_fault", "says"),
    [("iso", False, "documented form"), ("plain", False, "older form"), ("ignored", True, "date")],
)
def test_the_filter_by_date_is_tried(dates: str, is_fault: bool, says: str, tmp_path: Path) -> None:
    portal = PortalDouble([row(1)])
    portal.dates = dates
    findings = list(portal.client(tmp_path).check())
    told = [finding for finding in findings if "filter by date" in finding.subject + finding.says]
    assert says in told[0].says
    assert told[0].is_fault is is_fault
    assert bool(told[0].remedy) is is_fault


def test_a_filter_by_id_without_effect_is_a_fault(tmp_path: Path) -> None:
    portal = PortalDouble([row(1)])
    portal.filters_ids = False
    told = faults(list(portal.client(tmp_path).check()))
    assert "filter by id" in told["deals"].says
