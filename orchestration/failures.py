"""A connector's failure, in Dagster's words: who tries again, and when.

Three things can repeat work, and only one of them does: `connectors/http.py` repeats a request
within seconds, this module asks Dagster to repeat a source within minutes, and runs are not
repeated at all (`run_retries` stays off: it cannot read a verdict).

The text of a `ConnectorError` is free of secrets by contract; its cause is dropped all the same,
because Dagster stores the whole chain.
Concept: https://docs.dagster.io/guides/build/ops/op-retries
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from connectors.errors import Busy, ConnectorError, Deferred, Permanent, Retryable

ATTEMPTS_AGAIN = 2
ATTEMPTS_WHILE_BUSY = 7
"""Another load of ours ends by itself: about an hour is waited for it."""

LONGEST_WAIT = 900.0


@contextmanager
def by_verdict(*, attempt: int, wait: float) -> Iterator[None]:
    """Turn a connector's failure into what Dagster does about it.

    Args:
        attempt: how many times this op was tried before, 0 at first.
        wait: seconds before the first repetition; each further one waits twice as long.

    Raises:
        dagster.RetryRequested: the failure may pass, and attempts are left.
        dagster.Failure: it will not pass, or not today; never tried again within this run.
    """
    try:
        yield
    except ConnectorError as error:
        raise _in_dagsters_words(error, attempt=attempt, wait=wait) from None


def _in_dagsters_words(error: ConnectorError, *, attempt: int, wait: float) -> Exception:
    if isinstance(error, Permanent):
        return _failure(error, advice="A person has to change something; nothing was repeated.")
    if isinstance(error, Deferred):
        return _failure(error, advice="The source asks to be left alone; the next run tries again.")
    most = ATTEMPTS_WHILE_BUSY if isinstance(error, Busy) else ATTEMPTS_AGAIN
    if attempt >= most:
        return _failure(error, advice=f"Tried {attempt + 1} times; the next run tries again.")
    return dg.RetryRequested(
        max_retries=most,
        seconds_to_wait=_pause(error, attempt=attempt, wait=wait),
    )


def _pause(error: ConnectorError, *, attempt: int, wait: float) -> float:
    """Return the wait: what the server asked for, or ours, doubled each time, with jitter."""
    asked = error.retry_after if isinstance(error, Retryable) else None
    ours = wait * 2.0**attempt * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, not a secret
    return min(max(ours, asked or 0.0), LONGEST_WAIT)


def _failure(error: ConnectorError, *, advice: str) -> dg.Failure:
    return dg.Failure(
        description=f"{error}. {advice}",
        metadata={
            "verdict": type(error).__name__,
            "source": error.source,
            "reason": error.message,
        },
        allow_retries=False,
    )
