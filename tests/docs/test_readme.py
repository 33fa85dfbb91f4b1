"""What the README and the operations page name exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
MAKE = re.compile(r"\bmake ([a-z-]+)(?=[`\s.,;:)]|$)")
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
MODULE = re.compile(r"python -m ([a-z0-9_.]+)")
STOP = re.compile(r"^\d\. \[[^\]]+\]\(([^)]+)\)", re.MULTILINE)
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def targets() -> set[str]:
    return set(TARGET.findall(text(ROOT / "Makefile")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(text(page)) if "://" not in link]
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_exists(page: Path) -> None:
    named = re.findall(r"`make ([a-z-]+)[^`]*`", text(page))
    for block in FENCE.findall(text(page)):
        named += MAKE.findall(block)
    assert set(named) <= targets()
    for module in MODULE.findall(text(page)):
        path = ROOT / module.replace(".", "/")
        assert (path / "__main__.py").exists() or path.with_suffix(".py").exists(), module


def test_one_row_is_followed_in_eight_stops_that_exist() -> None:
    stops = STOP.findall(text(ROOT / "README.md"))
    assert len(stops) == 8
    assert all((ROOT / stop).is_file() for stop in stops)


def test_a_deal_is_what_each_stop_speaks_of() -> None:
    words = ("crm.item.list", "portal", "window", "raw_", "asset", "deals", "deal", "marts")
    stops = STOP.findall(text(ROOT / "README.md"))
    for stop, word in zip(stops, words, strict=True):
        assert word in text(ROOT / stop), stop


def test_the_readme_is_short() -> None:
    assert len(text(ROOT / "README.md").splitlines()) < 150


def test_the_places_of_a_new_source_are_those_of_the_existing_ones() -> None:
    places = re.findall(r"^\| `([^`]*<source>[^`]*)` \|", text(ROOT / "README.md"), re.MULTILINE)
    assert len(places) == 6  # the seventh is .env.example, held by its own test
    for place in places:
        if "sandbox" in place:
            continue  # files of a company need no protocol
        for source in ("bitrix24", "google_ads", "yandex_direct", "csv_spend", "company"):
            assert (ROOT / place.replace("<source>", source)).exists(), place


def test_make_alone_lists_every_command_a_person_may_type() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "demo", "run", "up", "down", "show", "test", "check", "fmt", "clean"):
        assert f"make {target} " in listed
