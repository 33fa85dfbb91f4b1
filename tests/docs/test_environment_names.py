"""`.env.example` is the index of every name that is read, and names nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.registry import SOURCES

ROOT = Path(__file__).parents[2]
LISTED = re.compile(r"^(?:# )?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
READ_IN_PYTHON = re.compile(r"""environ?(?:\.get\(|\[)\s*"([A-Z][A-Z0-9_]*)["']""")
READ_IN_DBT = re.compile(r"""env_var\(\s*['"]([A-Z][A-Z0-9_]*)['"]""")
SET_FOR_CHILDREN = re.compile(r'^\s+"([A-Z][A-Z0-9_]*)": (?!")', re.MULTILINE)
READ_IN_MAKE = re.compile(r"\$\((PORT)\)")

OF_OTHERS = {
    "DAGSTER_DISABLE_TELEMETRY",
    "DO_NOT_TRACK",
    "GX_ANALYTICS_ENABLED",
    "DBT_SEND_ANONYMOUS_USAGE_STATS",
}
"""Switches of the tools underneath, which are always set and never chosen. Names of libpq are
written for BI tools and for dbt, and belong to it."""


def listed() -> set[str]:
    return set(LISTED.findall((ROOT / ".env.example").read_text(encoding="utf-8")))


def read_somewhere() -> set[str]:
    names = {alias for source in SOURCES for alias in source.settings_aliases}
    names |= {
        f"{source.name}__main__{field}".upper()
        for source in SOURCES
        for field in source.settings.model_fields
    }
    for path in [
        *(ROOT / "orchestration").rglob("*.py"),
        *(ROOT / "connectors").rglob("*.py"),
        *(ROOT / "infra" / "postgres").rglob("*.py"),
    ]:
        names |= set(READ_IN_PYTHON.findall(path.read_text(encoding="utf-8")))
    for path in (ROOT / "dbt_project").rglob("*"):
        if path.suffix in {".sql", ".yml"} and "target" not in path.parts:
            names |= set(READ_IN_DBT.findall(path.read_text(encoding="utf-8")))
    launch = (ROOT / "orchestration" / "commands" / "launch.py").read_text(encoding="utf-8")
    names |= set(SET_FOR_CHILDREN.findall(launch))
    return {name for name in names - OF_OTHERS if not name.startswith("PG")}


def test_every_name_that_is_read_is_listed() -> None:
    missing = read_somewhere() - listed()
    assert not missing


def test_every_listed_name_is_read() -> None:
    unread = listed() - read_somewhere()
    assert not unread


def test_no_listed_name_carries_a_secret() -> None:
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if re.search("URL|TOKEN|SECRET|DSN|PASSWORD|CLIENT", name):
            assert not value, line
