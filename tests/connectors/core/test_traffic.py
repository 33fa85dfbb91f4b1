"""What a client counts while its threads work."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from connectors.stream import Traffic

THREADS, TIMES = 8, 2_000


def test_nothing_that_threads_count_is_lost() -> None:
    traffic = Traffic()

    def work(number: int) -> None:
        for _ in range(TIMES):
            traffic.add(requests=1, retries=1, seconds_slept=0.5, bytes_received=3)
            traffic.operated("list", used=float(number), left=100.0 - number)

    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))
    finally:
        sys.setswitchinterval(patience)
    counted = THREADS * TIMES
    assert traffic == Traffic(
        requests=counted,
        retries=counted,
        seconds_slept=counted / 2,
        bytes_received=3 * counted,
        operating_seconds={"list": THREADS - 1.0},
        operating_seconds_left=101.0 - THREADS,
    )


def test_a_report_looks_for_the_least_budget_anew() -> None:
    traffic = Traffic()
    traffic.operated("list", used=470.0, left=10.0)
    before = traffic.begun()
    assert before.operating_seconds == {"list": 470.0}
    assert traffic.operating_seconds_left is None
    traffic.operated("list", used=100.0, left=380.0)
    traffic.operated("batch", used=200.0, left=280.0)
    assert traffic.operating_seconds_left == 280.0
    assert traffic.operating_seconds["list"] == 470.0
    assert before.operating_seconds == {"list": 470.0}
