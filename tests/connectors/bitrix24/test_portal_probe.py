"""What is found out about a portal before it is read, and what is told about it."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.bitrix24 import SOURCE
from connectors.errors import ContractBroken, Unauthorized
from connectors.stream import Changes
from tests.connectors.bitrix24.portal_double import PortalDouble, failing, keys_of, read, row

SINCE = Changes(since=datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def portal() -> PortalDouble:
    """One row was changed before `SINCE`, one after it."""
    late = "2026-11-22T15:30:00+03:00"
    return PortalDouble([row(1), row(2, updatedTime=late)])


def test_everything_is_asked_in_one_request(portal: PortalDouble, tmp_path: Path) -> None:
    client = portal.client(tmp_path)
    assert client.unavailable() == {}
    assert client.unavailable() == {}
    assert client.traffic.requests == 1


def test_nothing_is_sent_before_the_first_call(portal: PortalDouble, tmp_path: Path) -> None:
    assert portal.client(tmp_path).traffic.requests == 0
    assert portal.commands == []


@pytest.mark.parametrize(("dates", "spelled"), [("iso", "T15%3A00"), ("plain", "+15%3A00")])
def test_the_filter_is_spelled_as_the_portal_understands_it(
    dates: str, spelled: str, portal: PortalDouble, tmp_path: Path
) -> None:
    portal.dates = dates
    assert keys_of(read(portal.client(tmp_path), SINCE)) == [2]
    assert spelled in portal.commands[-1]["p0"]


def test_a_filter_without_effect_is_not_relied_on(portal: PortalDouble, tmp_path: Path) -> None:
    """E23: otherwise every run would read everything, or miss what changed."""
    portal.dates = "ignored"
    client = portal.client(tmp_path)
    with pytest.raises(ContractBroken, match="filter by date"):
        read(client, SINCE)
    assert keys_of(read(client)) == [1, 2]  # without a date there is nothing to rely on


def test_a_filter_is_believed_where_there_is_nothing_to_filter(tmp_path: Path) -> None:
    portal = PortalDouble([])
    assert keys_of(read(portal.client(tmp_path), SINCE)) == []


def test_a_first_day_is_midnight_at_the_portal(portal: PortalDouble, tmp_path: Path) -> None:
    portal.rows[1]["createdTime"] = "2026-10-31T23:59:59+03:00"
    portal.rows[2]["createdTime"] = "2026-11-01T00:00:00+03:00"
    client = portal.client(tmp_path)
    window = Changes(created_from=date(2026, 11, 1))
    assert keys_of(read(client, window)) == [2]
    assert keys_of(read(client, window, stream="contacts")) == [1, 2]


@pytest.mark.parametrize(
    ("scopes", "off"),
    [
        (["crm", "user", "department", "telephony"], set()),
        (["crm", "user_basic", "department"], {"calls"}),
        (["crm", "telephony"], {"users", "departments"}),
        (["user", "department"], {s.name for s in SOURCE.streams} - {"users", "departments"}),
    ],
)
def test_a_missing_scope_switches_streams_off(
    scopes: list[str], off: set[str], portal: PortalDouble, tmp_path: Path
) -> None:
    portal.scopes = scopes
    told = portal.client(tmp_path).unavailable()
    assert set(told) == off
    assert all("without the scope" in reason for reason in told.values())


def test_a_missing_right_switches_one_stream_off(portal: PortalDouble, tmp_path: Path) -> None:
    portal.part_errors["calls_row"] = "ACCESS_DENIED"
    told = portal.client(tmp_path).unavailable()
    assert set(told) == {"calls"}
    assert "right" in told["calls"]
    assert "ACCESS_DENIED" in told["calls"]


def test_a_portal_without_leads_says_so(tmp_path: Path) -> None:
    portal = PortalDouble([])
    portal.mode = 2
    told = portal.client(tmp_path).unavailable()
    assert set(told) == {"leads", "lead_stage_history", "lead_product_rows"}
    portal.rows[1] = row(1)  # leads from before the change of mode are read on
    assert portal.client(tmp_path).unavailable() == {}


def test_an_unknown_webhook_is_an_error_and_not_a_dozen_streams_off(
    portal: PortalDouble, tmp_path: Path
) -> None:
    portal.next_replies = [failing(401, "INVALID_CREDENTIALS")]
    with pytest.raises(Unauthorized):
        portal.client(tmp_path).unavailable()


def test_a_part_that_may_succeed_later_is_asked_again(portal: PortalDouble, tmp_path: Path) -> None:
    portal.part_errors["deals_row"] = "INTERNAL_SERVER_ERROR"
    portal.on_batch = lambda number: portal.part_errors.clear() if number > 1 else None
    client = portal.client(tmp_path)
    assert client.unavailable() == {}
    assert client.traffic.retries == 1


def test_what_is_off_is_logged_with_its_reason(
    portal: PortalDouble, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "connectors.bitrix24")
    portal.scopes = ["crm", "user", "department"]
    portal.client(tmp_path).unavailable()
    assert "calls is off: the webhook was made without the scope 'telephony'" in caplog.text


def test_a_forecast_names_rows_requests_and_minutes(portal: PortalDouble, tmp_path: Path) -> None:
    told = portal.client(tmp_path).estimate(SOURCE.stream("deals"), Changes())
    assert told == "50 rows, 4 requests, less than a minute"


def test_the_portals_count_is_not_believed(portal: PortalDouble, tmp_path: Path) -> None:
    """E22: the double counts 50, whatever there is."""
    client = portal.client(tmp_path)
    assert len(keys_of(read(client))) == 2
    assert client.totals(SOURCE.stream("deals"), Changes()) == ()
