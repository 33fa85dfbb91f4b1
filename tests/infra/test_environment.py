"""What creates `.venv` explains itself to a Python that cannot do it."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "infra" / "environment.py"


def load() -> object:
    spec = importlib.util.spec_from_file_location("environment", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


environment = load()


def test_an_old_python_is_told_what_to_install() -> None:
    said = environment.problem((3, 10, 12), [])
    assert "This is Python 3.10.12, and 3.11 or newer is needed" in said
    assert "PYTHON=" in said


def test_a_python_without_venv_is_told_the_package() -> None:
    said = environment.problem((3, 11, 2), environment.missing(["venv", "no_such_module"]))
    assert "without no_such_module" in said
    assert "apt-get install python3-venv" in said


def test_a_sound_python_passes() -> None:
    assert environment.problem((3, 13, 0), []) is None


def test_even_an_old_python_can_read_it() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_another_lock_is_another_installation(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("one==1\n")
    first = environment.fingerprint(lock)
    lock.write_text("one==2\n")
    assert environment.fingerprint(lock) != first


def test_tools_lock_holds_everything_of_the_other() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if line[:1].isalnum()}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
    assert len(pins("requirements.lock")) > 100
