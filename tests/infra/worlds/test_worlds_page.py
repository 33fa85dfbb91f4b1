"""docs/worlds.md names every field of a world file and every section of a ledger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from infra.sandbox.worlds.files import definition

PAGE = (Path(__file__).parents[3] / "docs" / "worlds.md").read_text(encoding="utf-8")
PARTS: dict[str, tuple[type[BaseModel], ...]] = {
    "The world file": (definition.Definition,),
    "stages": (definition.Stage,),
    "sources": (definition.Source,),
    "google_ads": (definition.Google,),
    "What every file has": (definition.Table,),
    "deals": (definition.DealColumns,),
    "contacts": (definition.ContactColumns,),
    "calls": (definition.CallColumns,),
    "spend": (definition.SpendColumns,),
}


def _part(title: str) -> str:
    """The text of one heading, up to the next one."""
    return re.split(r"^#+ ", PAGE.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def _named(text: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))


@pytest.mark.parametrize("title", PARTS)
def test_fields(title: str) -> None:
    fields = {name for model in PARTS[title] for name in model.model_fields}
    extra = {"columns"} if title == "What every file has" else set()
    assert _named(_part(title)) == fields | extra


@pytest.mark.parametrize(
    ("title", "model"),
    [("deals", definition.Deals), ("calls", definition.Calls), ("spend", definition.Spend)],
)
def test_fields_beside_the_columns(title: str, model: type[BaseModel]) -> None:
    own = set(model.model_fields) - set(definition.Table.model_fields) - {"columns"}
    assert own
    assert all(f"`{name}`" in _part(title) for name in own)


def test_sections_of_the_ledger(demo) -> None:
    assert _named(_part("The ledger")) == set(demo.ledger)


def test_reasons(demo, school) -> None:
    reasons = {row["reason"] for built in (demo, school) for row in built.ledger["not_loadable"]}
    assert all(f"`{reason}`" in PAGE for reason in reasons)


def test_files_of_a_build(demo) -> None:
    assert {path.name for path in demo.folder.iterdir() if path.suffix not in (".sqlite-wal",)} >= {
        name.split("/")[0]
        for name in re.findall(r"^\| `([\w./]+)` \|", _part("What a build leaves"), re.M)
    }
