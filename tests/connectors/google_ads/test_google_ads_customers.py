"""Which customers are read, what a check of an account says, and a used-up quota remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import pytest

from connectors.errors import Deferred, Rejected
from connectors.findings import Checkup, Finding
from connectors.google_ads import SOURCE
from connectors.stream import Changes, Days
from tests.connectors.google_ads.imagined import (
    BRANCH,
    MANAGER,
    NOVEMBER,
    SHOP,
    Google,
    chunks,
    customer,
    day_row,
    failed,
    read,
    shop,
)

CLICKS = Days(first=date(2026, 11, 1), last=date(2026, 11, 3))


def tree(status: str) -> Google:
    """A manager over two customers, one of which has a status of its own."""

    def clients(*_: str) -> httpx.Response:
        found = [(MANAGER, True, "ENABLED"), (SHOP, False, "ENABLED"), (BRANCH, False, status)]
        return chunks(
            [
                {"customerClient": {"id": number, "manager": is_manager, "status": said}}
                for number, is_manager, said in found
            ]
        )

    return Google(
        {
            "customer": lambda n, _: chunks([customer(n, manager=n == MANAGER)]),
            "customer_client": clients,
            "campaign days": lambda n, _: chunks([day_row(n, "7", "2026-11-02")]),
        }
    )


@pytest.mark.parametrize("status", ["CANCELED", "CLOSED"])
def test_a_child_that_has_ended_is_skipped_with_a_word(
    status: str, caplog: pytest.LogCaptureFixture
) -> None:
    google = tree(status)
    client = google.client(customer_id=MANAGER)
    (page,) = client.pages(SOURCE.stream("campaign_days"), NOVEMBER)
    assert [record.key for record in page.records] == [f"{SHOP}|7|2026-11-02"]
    assert page.unanswered == (BRANCH,)
    assert (BRANCH, "campaign days") not in google.asked
    assert f"{BRANCH} is not enabled and is left out ({status})" in caplog.text


def test_a_suspended_child_is_asked_what_it_spent() -> None:
    google = tree("SUSPENDED")
    found = read(google.client(customer_id=MANAGER), "campaign_days")
    assert [record.key for record in found] == [
        f"{customer_id}|7|2026-11-02" for customer_id in (SHOP, BRANCH)
    ]


def test_children_are_reached_through_their_manager() -> None:
    google = tree("ENABLED")
    read(google.client(customer_id=MANAGER), "campaign_days")
    asked = [request.headers.get("login-customer-id") for request in google.requests]
    assert asked == [None, MANAGER, MANAGER, MANAGER]

    google = tree("ENABLED")
    read(google.client(customer_id=MANAGER, login_customer_id="9999999999"), "campaign_days")
    assert {r.headers["login-customer-id"] for r in google.requests} == {"9999999999"}


def test_clicks_are_asked_for_day_by_day() -> None:
    queries: list[str] = []

    def clicks(_: str, query: str) -> httpx.Response:
        queries.append(query.partition("WHERE ")[2].partition(" PARAMETERS")[0])
        return chunks([])

    google = shop()
    google.answers = {**google.answers, "click_view days": clicks}
    assert read(google.client(), "clicks", CLICKS) == []
    assert queries == [f"segments.date = '2026-11-0{day}'" for day in (1, 2, 3)]


def test_a_day_whose_clicks_are_too_old_keeps_what_is_landed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def clicks(number: str, query: str) -> httpx.Response:
        day = query.partition("'")[2][:10]
        if day == "2026-11-01":
            return failed(400, "clickViewError", "DATE_TOO_OLD")
        row = {**day_row(number, "7", day), "clickView": {"gclid": f"id-{day}"}}
        return chunks([row])

    google = shop()
    google.answers = {**google.answers, "click_view days": clicks}
    pages = list(google.client().pages(SOURCE.stream("clicks"), CLICKS))
    assert [record.key for page in pages for record in page.records] == [
        f"{SHOP}|id-2026-11-0{day}|2026-11-0{day}" for day in (2, 3)
    ]
    assert {start for page in pages for start in page.unanswered} == {SHOP}
    assert "2026-11-01 are no longer served" in caplog.text
    # Of other streams this is a refusal like any other.
    google.answers = {**google.answers, "campaign days": lambda *_: failed(400, "x", "OTHER")}
    with pytest.raises(Rejected):
        read(google.client(), "campaign_days")


def test_a_used_up_quota_is_asked_about_once(tmp_path: Path) -> None:
    exhausted = failed(429, "quotaError", "RESOURCE_EXHAUSTED", retry_delay="3600s")
    google = shop(days=lambda *_: exhausted)
    google.shared = str(tmp_path)
    client = google.client()
    with pytest.raises(Deferred, match="3600"):
        read(client, "campaign_days")
    asked = len(google.requests)
    # Other streams, other processes, other accounts of the project: nobody asks again.
    for other in (client, google.client(), google.client(customer_id=BRANCH)):
        with pytest.raises(Deferred, match="used up") as caught:
            list(other.pages(SOURCE.stream("campaigns"), Changes()))
        assert caught.value.retry_after == pytest.approx(3600)
    assert len(google.requests) == asked
    # Another project has a quota of its own.
    read(google.client(client_id="another"), "customers")
    assert len(google.requests) > asked

    google.clock.now += 3601
    google.answers = {**google.answers, "campaign days": lambda *_: chunks([])}
    read(google.client(), "campaign_days")


def findings(google: Google, **given: str) -> list[Finding]:
    client = google.client(**given)
    assert isinstance(client, Checkup)
    return list(client.check())


def said(found: list[Finding], subject: str) -> list[tuple[bool, str]]:
    return [(f.is_fault, f.says) for f in found if f.subject == subject]


def test_a_check_tells_the_end_of_the_version_sixty_days_ahead() -> None:
    google = shop()
    for today, is_fault, text, has_remedy in (
        (date(2027, 9, 1), False, "is served until November 2027", False),
        (date(2027, 9, 2), False, "ends in November 2027", True),
        (date(2027, 11, 1), True, "ends in November 2027", True),
    ):
        google.today = today
        version = findings(google)[0]
        assert (version.subject, version.is_fault) == ("version", is_fault)
        assert text in version.says
        assert bool(version.remedy) is has_remedy


def test_a_check_names_the_customers_that_are_read_and_left_out() -> None:
    found = said(findings(tree("CANCELED"), customer_id=MANAGER), "customers")
    assert found == [
        (False, f"{MANAGER} is a manager; 1 customers under it are read"),
        (False, f"{BRANCH} is left out: its account is CANCELED"),
    ]


def test_a_check_says_why_nobody_gets_in() -> None:
    denied = failed(403, "authorizationError", "USER_PERMISSION_DENIED")
    *_, last = findings(Google({"customer": lambda *_: denied}))
    assert last.is_fault
    assert last.subject == "access"
    assert "LOGIN_CUSTOMER_ID" in last.says
    assert last.remedy


def test_a_check_sees_what_leaves_tables_empty() -> None:
    silent = Google({"customer": lambda n, _: chunks([customer(n, testAccount=True)])})
    found = findings(silent)
    assert said(found, "statistics")[0][0]
    assert "auto-tagging is off" in said(found, "clicks")[0][1]
    tagged = Google({"customer": lambda n, _: chunks([customer(n, autoTaggingEnabled=True)])})
    assert {f.subject for f in findings(tagged)} == {"version", "access"}
