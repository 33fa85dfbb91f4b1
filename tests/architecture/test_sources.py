"""A source lives in its seven places, and nothing else of the house knows its name.

Places are found by the registry, so that a new source is held to them without a line here.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from connectors.registry import SOURCES
from tests.architecture.test_arrows import PYTHON, ROOT, imported

NAMES = [source.name for source in SOURCES]
FILES = ("csv_spend", "company")
"""Read from files: no protocol is spoken, so the sandbox speaks none."""

FIRST = ("bitrix24", "google_ads", "yandex_direct", *FILES)
"""The house was built around them; the sandbox's controls and made-up wrongs name them."""

READS_MANY = (
    "connectors/registry.py",  # the one touched line
    "connectors/channels.py",  # names of channels, some of which are called like a platform
    "dbt_project/macros/",
    "dbt_project/models/intermediate/",  # what unites the sources, where one adds to a mart
    "dbt_project/models/marts/",
    "dbt_project/seeds/",
    "dbt_project/tests/",
    "infra/sandbox/store_schema.py",  # the rates, which the portal of the sandbox asks too
    "infra/sandbox/worlds/",  # made-up companies, who advertise on platforms
)


def listed() -> list[str]:
    """Return the files of the product: neither tests nor pages."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        name
        for name in done.stdout.splitlines()
        if name.startswith(("connectors/", "orchestration/", "infra/", "dbt_project/"))
        or name in ("Makefile", "pyproject.toml")
    ]


def places(source: str) -> list[str]:
    """Return the places of a source, settings and touched line aside."""
    spoken = [] if source in FILES else [f"infra/sandbox/{source}"]
    return [
        f"connectors/{source}",
        f"tests/connectors/{source}",
        *spoken,
        f"orchestration/defs/sources/{source}.py",
        f"dbt_project/models/staging/{source}",
        f"docs/sources/{source}.md",
    ]


@pytest.mark.parametrize("source", NAMES)
def test_each_source_has_its_places(source: str) -> None:
    assert [place for place in places(source) if not (ROOT / place).exists()] == []
    settings = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert f"{source.upper()}__" in settings


@pytest.mark.parametrize("source", [name for name in NAMES if name not in FIRST])
def test_nothing_else_knows_a_source_by_name(source: str) -> None:
    word = re.compile(rf"(?<![a-z]){source}(?![a-z])", re.IGNORECASE)
    mine = tuple(
        place if place.endswith((".py", ".md")) else f"{place}/" for place in places(source)
    )
    guilty = [
        name
        for name in listed()
        if not name.startswith((*mine, *READS_MANY))
        and (path := ROOT / name).exists()
        and word.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert guilty == []


@pytest.mark.parametrize("source", [name for name in NAMES if name not in FIRST])
def test_the_touched_line_is_one_in_the_import_and_one_in_the_list(source: str) -> None:
    lines = (ROOT / "connectors" / "registry.py").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in lines if source in line] == [f"{source},", f"{source}.SOURCE,"]


def test_the_files_of_the_sources_are_one_text() -> None:
    """What Dagster is told differs by the source's name alone; a folder cannot miss a source."""
    folder = ROOT / "orchestration" / "defs" / "sources"
    files = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("[a-z]*.py")}
    assert files.keys() == set(NAMES)
    assert (
        len(
            {
                text.replace(f"connectors/{name}", "").replace(f"connectors.{name}", "")
                for name, text in files.items()
            }
        )
        == 1
    )


def test_sources_stand_beside_each_other_and_the_core_below() -> None:
    guilty = []
    for path in PYTHON:
        inside = path.relative_to(ROOT)
        if inside.parts[0] != "connectors" or inside == Path("connectors/registry.py"):
            continue
        own = inside.parts[1]
        others = {f"connectors.{name}" for name in NAMES if name != own}
        guilty += [
            f"{inside}: {name}"
            for name in sorted(imported(path))
            if any(name == other or name.startswith(f"{other}.") for other in others)
            or name == "connectors.registry"
        ]
    assert guilty == []
