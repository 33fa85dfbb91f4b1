"""The process of one run: the job `daily`, from the first stream to the publication.

It is a process of its own, so that Ctrl-C and a full memory end the run and nothing else. The
lines of progress go to the terminal that it was started from; what Dagster, dbt and ops print
goes to `daily.log` in Dagster's folder, and into Dagster's own storage.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings

import dagster as dg

from orchestration import automation, resources

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Dagster's own lines are kept in its storage and shown by its UI."""

INTERRUPTIONS = {"DagsterExecutionInterruptedError": "somebody asked the run to end"}

log = logging.getLogger(__name__)


def main() -> int:
    """Run the job here and now; 0 when every step succeeded."""
    for category in (dg.BetaWarning, dg.PreviewWarning, dg.SupersessionWarning):
        warnings.filterwarnings("ignore", category=category)
    _speak()
    from orchestration.definitions import defs

    job = defs().resolve_job_def(automation.JOB)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
    for event in result.all_events:
        if event.is_step_failure:
            log.error("%s failed: %s", event.step_key, _reason(event))
    return 0 if result.success else 1


def _reason(event: dg.DagsterEvent) -> str:
    """Return what a person needs of a failure; the rest is in the UI."""
    failure = event.step_failure_data
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return "unknown"
    return INTERRUPTIONS.get(error.cls_name or "", error.message.strip())


def _speak() -> None:
    """Keep the terminal for progress, and give everything else a file."""
    terminal = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    handler = logging.StreamHandler(terminal)
    handler.setFormatter(logging.Formatter("  %(message)s"))
    for name in ("orchestration", "connectors"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
    with resources.run_log().open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
