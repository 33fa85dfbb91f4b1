"""The embedded server's configuration, sized for the machine it stands on.

Here: the text of `warehouse.conf` and `pg_hba.conf`. A person's own choice goes in with
`ALTER SYSTEM SET …`, which PostgreSQL reads last: both files are written anew at each start.
"""

from __future__ import annotations

import os
from pathlib import Path

import psutil

MEGABYTE = 1024 * 1024

ACCESS = """\
# Written at each start. Nobody gets in without a password, from nowhere but this machine.
# TYPE  DATABASE  USER  ADDRESS       METHOD
host    all       all   127.0.0.1/32  scram-sha-256
"""


def configuration(port: int) -> str:
    """Return the text of `warehouse.conf` for a server on this port."""
    memory = psutil.virtual_memory().total // MEGABYTE
    values: dict[str, object] = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "max_connections": 100,
        "shared_buffers": f"{_between(128, memory // 8, 1024)}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": f"{_between(8, memory // 256, 64)}MB",
        "maintenance_work_mem": f"{_between(64, memory // 32, 512)}MB",
        "max_wal_size": "2GB",
        "min_wal_size": "160MB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "wal_level": "minimal",  # no replica is fed, so COPY into a new table skips the log
        "max_wal_senders": 0,
        "synchronous_commit": "on",
        "jit": "off",
        "max_parallel_workers_per_gather": _parallel_workers(),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "datestyle": "iso, ymd",
        "idle_in_transaction_session_timeout": "1h",
        **_log(),
    }
    lines = [f"{name} = '{value}'" for name, value in values.items()]
    return "\n".join(["# Written at each start; use ALTER SYSTEM for your own values.", *lines, ""])


def _log() -> dict[str, object]:
    """Keep seven days of log; statements, which may hold personal data, stay out of it."""
    return {
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        "log_file_mode": "0600",
        "log_min_messages": "warning",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",  # without DETAIL, which quotes values of rows
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }


def _parallel_workers() -> int:
    """Parallel plans share memory through /dev/shm, which a container may hold very small."""
    shared = Path("/dev/shm")  # noqa: S108 - measured, not written
    if not shared.is_dir():
        return 0
    free = os.statvfs(shared)
    return 2 if free.f_bavail * free.f_frsize >= 256 * MEGABYTE else 0


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))
