"""The house of the design: which folders exist, and which way imports may run."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted(
    path
    for folder in ("connectors", "orchestration", "infra")
    for path in (ROOT / folder).rglob("*.py")
)


def imported(path: Path) -> set[str]:
    """Return the top-level and full names that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def test_contracts_of_the_import_graph_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_top_level_holds_only_the_houses_rooms() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {line.split("/")[0] for line in listed if not line.startswith(".")}
    assert top <= {
        "orchestration",
        "dbt_project",
        "connectors",
        "infra",
        "tests",
        "docs",
        "pyproject.toml",
        "README.md",
        "Makefile",
        "requirements.lock",
        "requirements-dev.lock",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
    }


def test_dagster_is_imported_by_orchestration_only() -> None:
    guilty = [
        path.relative_to(ROOT)
        for path in PYTHON
        if any(name.split(".")[0].startswith("dagster") for name in imported(path))
        and path.relative_to(ROOT).parts[0] != "orchestration"
    ]
    assert not guilty


def test_no_private_module_of_dagster_is_used() -> None:
    guilty = [
        path.relative_to(ROOT)
        for path in PYTHON
        if any(
            part.startswith("_")
            for name in imported(path)
            if name.startswith("dagster")
            for part in name.split(".")
        )
    ]
    assert not guilty


def test_great_expectations_stays_out_of_the_import_path() -> None:
    code = (
        "import sys, orchestration.definitions, connectors.registry;"
        "sys.exit(int('great_expectations' in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "base", "misc"])
def test_every_room_has_a_name(name: str) -> None:
    assert not [path for path in PYTHON if path.stem == name]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_the_environment_is_read_in_two_places_only() -> None:
    allowed = {
        Path("orchestration/resources.py"),
        Path("connectors/command.py"),
    }
    guilty = [
        relative
        for path in PYTHON
        if (relative := path.relative_to(ROOT)) not in allowed
        and "commands" not in relative.parts
        and ("os.environ" in (text := path.read_text(encoding="utf-8")) or "getenv(" in text)
    ]
    assert not guilty
