"""Each verdict of a connector becomes what Dagster should do about it."""

from __future__ import annotations

import dagster as dg
import pytest

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Deferred,
    Misconfigured,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from orchestration import failures


def raised(error: Exception, *, attempt: int = 0, wait: float = 10.0) -> BaseException:
    with (
        pytest.raises((dg.Failure, dg.RetryRequested, ValueError)) as caught,
        failures.by_verdict(attempt=attempt, wait=wait),
    ):
        raise error
    return caught.value


@pytest.mark.parametrize("kind", [Misconfigured, Unauthorized, Rejected, ContractBroken])
def test_what_a_person_must_mend_is_not_repeated(kind: type[ConnectorError]) -> None:
    failure = raised(kind("no such right", source="bitrix24", method="user.get"))
    assert isinstance(failure, dg.Failure)
    assert failure.allow_retries is False
    assert "bitrix24 user.get: no such right" in str(failure.description)


@pytest.mark.parametrize("kind", [RateLimited, Unavailable, TimedOut])
def test_what_may_pass_is_tried_again(kind: type[ConnectorError]) -> None:
    retry = raised(kind("gone for now", source="google_ads"))
    assert isinstance(retry, dg.RetryRequested)
    assert retry.max_retries == failures.ATTEMPTS_AGAIN
    assert 7.5 <= retry.seconds_to_wait <= 12.5


def test_each_further_wait_is_longer() -> None:
    first = raised(Unavailable("down", source="google_ads"), attempt=0)
    second = raised(Unavailable("down", source="google_ads"), attempt=1)
    assert isinstance(first, dg.RetryRequested)
    assert isinstance(second, dg.RetryRequested)
    assert second.seconds_to_wait > first.seconds_to_wait


def test_waits_differ_so_that_clients_do_not_march_in_step() -> None:
    waits = {raised(Unavailable("down", source="x")).seconds_to_wait for _ in range(20)}
    assert len(waits) > 1


def test_the_server_says_how_long() -> None:
    retry = raised(RateLimited("slow down", source="yandex_direct", retry_after=120.0))
    assert isinstance(retry, dg.RetryRequested)
    assert retry.seconds_to_wait == 120.0


def test_a_server_does_not_hold_a_run_for_hours() -> None:
    retry = raised(RateLimited("slow down", source="yandex_direct", retry_after=40_000.0))
    assert isinstance(retry, dg.RetryRequested)
    assert retry.seconds_to_wait == failures.LONGEST_WAIT


def test_a_far_moment_ends_the_source_for_this_run() -> None:
    failure = raised(Deferred("quota of the day", source="google_ads", retry_after=40_000.0))
    assert isinstance(failure, dg.Failure)
    assert failure.allow_retries is False


def test_patience_ends() -> None:
    failure = raised(Unavailable("down", source="bitrix24"), attempt=failures.ATTEMPTS_AGAIN)
    assert isinstance(failure, dg.Failure)
    assert failure.allow_retries is False
    assert "Tried 3 times" in str(failure.description)


def test_the_cause_stays_behind() -> None:
    error = Unavailable("down", source="bitrix24")
    error.__cause__ = RuntimeError("https://portal/rest/1/canary/")
    failure = raised(error)
    assert failure.__cause__ is None
    assert failure.__suppress_context__


def test_a_bug_stays_a_bug() -> None:
    assert isinstance(raised(ValueError("ours")), ValueError)
