"""What the UI shows of one load: figures of all its accounts together, and a line for each."""

from datetime import datetime

import dagster as dg

from connectors.journal import LoadReport
from orchestration.loading import StreamLoad


def figures_of(loaded: StreamLoad) -> dict[str, dg.MetadataValue]:
    """Return what the UI shows of one load."""
    figures = {
        name: dg.MetadataValue.int(sum(getattr(report, name) for report in loaded.reports))
        for name in (
            "rows_read",
            "rows_inserted",
            "rows_updated",
            "rows_unchanged",
            "rows_deleted",
            "characters_replaced",
            "requests",
            "retries",
            "bytes_received",
        )
    }
    return {
        "state": dg.MetadataValue.text(_state(loaded.reports)),
        "dagster/row_count": dg.MetadataValue.int(loaded.rows_landed),
        **figures,
        **_compared(loaded.reports),
        **_moments(loaded.reports),
        "run_report": dg.MetadataValue.md(_table(loaded.reports)),
    }


def _state(reports: tuple[LoadReport, ...]) -> str:
    if not reports:
        return "off: not configured"
    return "; ".join(
        sorted({f"off: {one.window}" if one.mode == "off" else "loaded" for one in reports})
    )


def _compared(reports: tuple[LoadReport, ...]) -> dict[str, dg.MetadataValue]:
    """Return what was counted on both sides, and the least that was left of a budget."""
    shown: dict[str, dg.MetadataValue] = {}
    for name in ("source_rows", "landed_rows"):
        counts = [getattr(report, name) for report in reports]
        if counts and None not in counts:  # a sum without one of them would mislead
            shown[name] = dg.MetadataValue.int(sum(counts))
    left = [one.operating_seconds_left for one in reports if one.operating_seconds_left is not None]
    if left:
        shown["operating_seconds_left"] = dg.MetadataValue.float(round(min(left), 3))
    return shown


def _moments(reports: tuple[LoadReport, ...]) -> dict[str, dg.MetadataValue]:
    through = [report.data_through for report in reports if report.data_through is not None]
    if not through:
        return {}
    oldest: datetime = min(through)
    return {"data_through": dg.MetadataValue.text(oldest.isoformat())}


def _table(reports: tuple[LoadReport, ...]) -> str:
    rows = [
        f"| {report.account} | {report.mode} | {report.window} | {report.rows_read} "
        f"| {_known(report.source_rows)} | {_known(report.landed_rows)} "
        f"| {report.requests} | {report.seconds:.1f} | {report.seconds_slept:.1f} |"
        for report in reports
    ]
    names = [
        "account",
        "mode",
        "window",
        "rows read",
        "rows at the source",
        "rows landed",
        "requests",
        "seconds",
        "of these waiting",
    ]
    return "\n".join([f"| {' | '.join(names)} |", "|---" * len(names) + "|", *rows])


def _known(count: int | None) -> str:
    return "–" if count is None else str(count)
