"""The offline queue of one advertiser: at most five reports wait, finished ones are kept.

A report's name is its identity: asking again under the same name finds it, asking for something
else under that name is an error, and what was built stays as it was built until it is forgotten.
Source: yandex.com/dev/direct/doc/en/mode and /restrictions.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from infra.sandbox.yandex_direct.answer import DirectError

MAX_QUEUED = 5
KEPT_SECONDS = 5 * 3600


@dataclass(slots=True)
class QueuedReport:
    """One report on its way.

    Args:
        fingerprint: what was asked for, to tell a repetition from a conflict.
        polls_left: how many times the answer will still be "not ready".
        text: the report, once it is built.
        built_at: when that was, in seconds of the queue's clock.
    """

    fingerprint: str
    polls_left: int
    text: str | None = None
    built_at: float = 0.0


@dataclass(slots=True)
class ReportQueue:
    """The queue of one advertiser.

    Args:
        polls: how many times a report is "not ready" after it was taken in.
        clock: seconds, of which only differences count.
    """

    polls: int = 1
    clock: Callable[[], float] = time.monotonic
    _reports: dict[str, QueuedReport] = field(default_factory=dict)

    def waiting(self) -> int:
        """Return how many reports are not built yet."""
        return sum(report.text is None for report in self._reports.values())

    def ask(self, name: str, fingerprint: str, build: Callable[[], str]) -> tuple[int, str | None]:
        """Return the status of a report, 201, 202 or 200, and its text with the last.

        Raises:
            DirectError: 4000 where the name stands for another report, 9000 where five wait.
        """
        self._forget()
        report = self._reports.get(name)
        if report is None:
            if self.waiting() >= MAX_QUEUED:
                raise DirectError(
                    code=9000,
                    text="The report queue limit is exceeded",
                    detail="No more than 5 reports may wait",
                )
            self._reports[name] = QueuedReport(fingerprint=fingerprint, polls_left=self.polls)
            return 201, None
        if report.fingerprint != fingerprint:
            raise DirectError(
                code=4000,
                text="Invalid combination of request parameters",
                detail="A report with the same ReportName and other parameters exists",
            )
        if report.polls_left > 0:
            report.polls_left -= 1
            return 202, None
        if report.text is None:
            report.text = build()
            report.built_at = self.clock()
        return 200, report.text

    def _forget(self) -> None:
        oldest = self.clock() - KEPT_SECONDS
        self._reports = {
            name: report
            for name, report in self._reports.items()
            if report.text is None or report.built_at > oldest
        }
