"""Dagster's own settings: `dagster.yaml` and `workspace.yaml` of one warehouse.

Storage is PostgreSQL, database `dagster`: with SQLite two processes of Dagster lock each other
out. The password comes from the environment, so the file holds none. What ops print lies under
`storage/` beside it, Dagster's default.
Reference: https://docs.dagster.io/deployment/oss/dagster-yaml
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import yaml

from infra.postgres import Warehouse
from orchestration.commands.place import ROOT

LONGEST_RUN_SECONDS = 6 * 3600
KEPT_DAYS = 30

WORKSPACE = "workspace.yaml"
_WORKSPACE = {
    "load_from": [
        {
            "python_module": {
                "module_name": "orchestration.definitions",
                "working_directory": str(ROOT),
                "location_name": "warehouse",  # as `[tool.dg.project]` calls it
            }
        }
    ]
}


def prepare(home: Path, warehouse: Warehouse) -> None:
    """Write the settings of a warehouse, and drop what long past runs printed."""
    home.mkdir(parents=True, exist_ok=True)
    for name, document in (("dagster.yaml", _settings(warehouse)), (WORKSPACE, _WORKSPACE)):
        text = yaml.safe_dump(document, sort_keys=False)
        (home / name).write_text(text, encoding="utf-8")
    oldest = time.time() - KEPT_DAYS * 86_400
    for run in (home / "storage").glob("*"):
        if run.is_dir() and run.stat().st_mtime < oldest:
            shutil.rmtree(run)


def _settings(warehouse: Warehouse) -> dict[str, object]:
    ticks = {"purge_after_days": KEPT_DAYS}
    return {
        "storage": {
            "postgres": {
                "postgres_db": {
                    # SQLAlchemy would choose psycopg 3, with which Dagster's NOTIFY fails.
                    "scheme": "postgresql+psycopg2",
                    "hostname": warehouse.host,
                    "port": warehouse.port,
                    "db_name": "dagster",
                    "username": "dagster",
                    "password": {"env": "DAGSTER_STORAGE_PASSWORD"},
                    "params": dict(warehouse.parameters),
                }
            }
        },
        # A run whose process was killed stays "started" for ever: only a limit of time ends it.
        "run_monitoring": {
            "enabled": True,
            "start_timeout_seconds": 180,
            "cancel_timeout_seconds": 180,
            "max_runtime_seconds": LONGEST_RUN_SECONDS,
            "free_slots_after_run_end_seconds": 60,
        },
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
        "retention": {"schedule": ticks, "sensor": ticks},
        "python_logs": {
            "managed_python_loggers": ["connectors", "orchestration"],
            "python_log_level": "INFO",
        },
        "freshness": {"enabled": True},
        "telemetry": {"enabled": False},
        # The invitation to a newsletter would stand over every page of a new browser.
        "nux": {"enabled": False},
    }
