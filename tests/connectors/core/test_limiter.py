"""The shared bucket: pace, order, and what happens to its file."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connectors.limiter import SharedBucket, Unlimited


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def bucket(path: Path, clock: Clock, *, capacity: int = 5, per_second: float = 2.0) -> SharedBucket:
    return SharedBucket(
        path, capacity=capacity, per_second=per_second, clock=clock, sleep=clock.sleep
    )


def test_a_burst_is_free_and_then_the_pace_holds(tmp_path: Path, clock: Clock) -> None:
    limiter = bucket(tmp_path / "b", clock)
    assert [limiter.acquire() for _ in range(5)] == [0.0] * 5
    assert [limiter.acquire() for _ in range(4)] == pytest.approx([0.5] * 4)


def test_no_interval_holds_more_than_the_server_allows(tmp_path: Path, clock: Clock) -> None:
    limiter = bucket(tmp_path / "b", clock)
    sent: list[float] = []
    for pause in (0, 0, 0, 3, 0, 0, 0.1, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0):
        clock.now += pause
        limiter.acquire()
        sent.append(clock.now)
    for first, begin in enumerate(sent):
        for last, end in enumerate(sent[first:], first):
            assert last - first + 1 <= 5 + 2.0 * (end - begin) + 1e-6


def test_a_penalty_holds_everybody_back(tmp_path: Path, clock: Clock) -> None:
    one, other = bucket(tmp_path / "b", clock), bucket(tmp_path / "b", clock)
    one.penalise(30)
    assert other.acquire() == pytest.approx(30)
    one.penalise(1)
    before = clock.now
    one.penalise(60)
    other.acquire()
    assert clock.now - before == pytest.approx(60)


def test_a_clock_set_back_neither_leaks_nor_blocks(tmp_path: Path, clock: Clock) -> None:
    limiter = bucket(tmp_path / "b", clock)
    for _ in range(5):
        limiter.acquire()
    clock.now -= 3600
    assert limiter.acquire() == pytest.approx(0.5)
    assert limiter.acquire() == pytest.approx(0.5)


@pytest.mark.parametrize("torn", ["", "[1", "null", '"x"', "[1]", '["a",2]'])
def test_a_torn_file_counts_as_a_full_bucket(tmp_path: Path, clock: Clock, torn: str) -> None:
    path = tmp_path / "b"
    path.write_text(torn)
    limiter = bucket(path, clock)
    assert limiter.acquire() == pytest.approx(0.5)
    assert limiter.acquire() == pytest.approx(0.5)


def test_state_is_for_this_user_only(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "shared" / "source" / "b"
    bucket(path, clock).acquire()
    assert path.parent.stat().st_mode & 0o077 == 0
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0


def test_two_processes_and_their_threads_share_one_pace(tmp_path: Path) -> None:
    program = (
        "import sys, time, threading\n"
        "from pathlib import Path\n"
        "from connectors.limiter import SharedBucket\n"
        "b = SharedBucket(Path(sys.argv[1]), capacity=4, per_second=20)\n"
        "def go():\n"
        "    for _ in range(4):\n"
        "        b.acquire(); print(time.time(), flush=True)\n"
        "ts = [threading.Thread(target=go) for _ in range(2)]\n"
        "[t.start() for t in ts]; [t.join() for t in ts]\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "b")], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    sent = sorted(float(line) for process in running for line in process.communicate()[0].split())
    assert [process.returncode for process in running] == [0, 0]
    assert len(sent) == 16
    # What was reserved in turn may be sent a little late, never early: the whole run lasts.
    assert sent[-1] - sent[0] >= (16 - 4) / 20 - 0.05


def test_waiting_happens_outside_of_the_lock(tmp_path: Path) -> None:
    limiter = SharedBucket(tmp_path / "b", capacity=1, per_second=4)
    started = time.monotonic()
    threads = [threading.Thread(target=limiter.acquire) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.7 <= time.monotonic() - started < 2.0


def test_unlimited_waits_for_nothing() -> None:
    limiter = Unlimited()
    limiter.penalise(1000)
    assert limiter.acquire() == 0.0


@pytest.mark.parametrize(("capacity", "per_second"), [(0, 1.0), (1, 0.0), (1, -1.0)])
def test_a_bucket_that_never_leaks_is_refused(
    tmp_path: Path, capacity: int, per_second: float
) -> None:
    with pytest.raises(ValueError, match="bucket"):
        SharedBucket(tmp_path / "b", capacity=capacity, per_second=per_second)


def test_a_process_with_many_requests_lets_another_in_between(tmp_path: Path) -> None:
    many, one = (SharedBucket(tmp_path / "b", capacity=1, per_second=20) for _ in range(2))
    many.acquire()
    waiting = [threading.Thread(target=many.acquire) for _ in range(10)]
    for thread in waiting:
        thread.start()
    time.sleep(0.01)
    assert one.acquire() < 0.2
    assert sum(thread.is_alive() for thread in waiting) >= 6
    for thread in waiting:
        thread.join()
