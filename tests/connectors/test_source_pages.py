"""What the pages of the sources say is what the connectors do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from connectors import bitrix24, company, csv_spend, google_ads
from connectors.channels import CHANNEL_CODES
from connectors.company.format import CHANNEL_RULES, CUSTOM_FIELDS, MARKETING_ACTIONS, PLAN
from connectors.csv_folder import CsvFolder
from connectors.csv_spend.format import COLUMNS, FEES
from connectors.csv_table import Column
from connectors.google_ads.version import SUNSET_ON, VERSION
from connectors.registry import SOURCES
from connectors.settings import ways_in
from connectors.stream import Changes, Source, WriteMode

PAGES = Path(__file__).parents[2] / "docs" / "sources"
ROW = re.compile(r"^\| `(\w+)` \|(.*)\|$", re.MULTILINE)
ANSWERS = ("What lands", "Set it up", "Limits", "What is left out, and why", "When it says no")
EVERY_SETTING = re.compile(r"\b[A-Z0-9_]+__[A-Z0-9]+__[A-Z_]+\b")
EXAMPLE = re.compile(r"^```csv\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text(source: Source) -> str:
    return (PAGES / f"{source.name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_a_newcomer_finds_each_answer_under_its_heading(source: Source) -> None:
    asked = {word: section(source, word) for word in ANSWERS}
    assert [word for word, body in asked.items() if len(body.split()) < 12] == []
    steps = [*re.findall(r"^(\d)\. ", asked["Set it up"], re.MULTILINE)]
    other_page = "](bitrix24_access.md)" in asked["Set it up"]
    assert steps[:2] == ["1", "2"] or other_page
    assert "```sh\n" in asked["Set it up"] or other_page
    assert re.search(r"\d|thousand", asked["Limits"])
    why = asked["What is left out, and why"]
    rows = re.findall(r"^\| .+ \| (.+) \|$", why, re.MULTILINE)
    items = re.split(r"^- ", why, flags=re.MULTILINE)[1:]
    assert len(rows) >= 3 or len(items) >= 2
    assert [item for item in items if not re.search(r"[:,] \w", item)] == []


def section(source: Source, begins: str) -> str:
    """Return what stands under a heading, its smaller headings included."""
    found = re.search(rf"^(##+) {re.escape(begins)}.*\n", text(source), re.MULTILINE)
    if found is None:
        return ""
    whole = text(source)[found.end() :]
    end = re.search(rf"^#{{2,{len(found[1])}}} ", whole, re.MULTILINE)
    return whole[: end.start()] if end else whole


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_what_a_text_is_said_to_be_is_said(source: Source) -> None:
    """`When it says no` quotes what the connector, or what it stands on, says."""
    table = section(source, "When it says no")
    quoted = [
        part.strip()
        for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
        for quote in re.findall(r'"([^"]+)"', row)
        for part in re.split(r"…|\(HTTP \d+\)", quote)
        if part.strip()
    ]
    said = spoken(source)
    assert [part for part in quoted if part not in said] == []


def spoken(source: Source) -> str:
    """Return every text of a source's modules and of those below all sources."""
    root = PAGES.parents[1] / "connectors"
    paths = [*root.glob("*.py"), *(root / source.name).glob("*.py")]
    return "\n".join(
        " ".join(node.value.split()) if isinstance(node, ast.Constant) else _formatted(node)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    )


def _formatted(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_streams_and_settings_are_named(source: Source) -> None:
    described = dict(ROW.findall(text(source)))
    assert [name for name in described if name in {s.name for s in source.streams}] == [
        stream.name for stream in source.streams
    ]
    for stream in source.streams:
        if stream.write is WriteMode.REPLACE_WINDOW:
            assert f"the last {stream.lookback.days} days are replaced" in described[stream.name]
            weekly = stream.weekly_lookback.days
            assert not weekly or f"the last {weekly} once a week" in described[stream.name]
    known = {f"{source.name}__MAIN__{name}".upper() for name in source.settings.model_fields}
    named = set(re.findall(rf"\b{source.name.upper()}__MAIN__\w+", text(source)))
    assert named <= known
    ways = {name for way in ways_in(source.settings) for name in way}
    required = {n for n, field in source.settings.model_fields.items() if field.is_required()}
    access = PAGES / f"{source.name}_access.md"
    pages = text(source) + (access.read_text(encoding="utf-8") if access.exists() else "")
    told = {name.rpartition("__")[2].lower() for name in EVERY_SETTING.findall(pages)}
    told |= {long.rpartition("__")[2].lower() for short, long in source.settings_aliases.items()
             if short in pages}  # fmt: skip
    assert ways | required <= told


def test_each_stream_of_a_portal_has_a_section_that_says_what_was_not_seen_live() -> None:
    sections = re.split(r"^### ", text(bitrix24.SOURCE), flags=re.MULTILINE)[1:]
    told = {
        name: " ".join(body.split())
        for heading, _, body in (section.partition("\n") for section in sections)
        for name in re.findall(r"`(\w+)`", heading)
    }
    assert set(told) == {stream.name for stream in bitrix24.SOURCE.streams}
    unseen = {name for name, body in told.items() if "rom documentation, not seen" in body}
    assert unseen >= {
        "invoices",
        "smart_invoices",
        "smart_process_items",
        *(name for name in told if name.endswith("_stage_history")),
    }


def test_the_version_and_its_end_are_named() -> None:
    assert VERSION in text(google_ads.SOURCE)
    assert f"September {SUNSET_ON.year}" in text(google_ads.SOURCE)


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        (csv_spend.SOURCE, COLUMNS + FEES),
        (company.SOURCE, CHANNEL_RULES + CUSTOM_FIELDS + PLAN + MARKETING_ACTIONS),
    ],
)
def test_columns_are_described_as_they_are_checked(
    source: Source, columns: tuple[Column, ...]
) -> None:
    described = [
        (name, last == "yes")
        for name, cells in ROW.findall(text(source))
        if (last := cells.rpartition("|")[2].strip()) in ("yes", "no")
    ]
    assert described == [(column.name, column.rule("") is None) for column in columns]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (csv_spend.SOURCE, ("a.csv", "fees.csv")),
        (
            company.SOURCE,
            ("channel_rules.csv", "custom_fields.csv", "plan.csv", "marketing_actions.csv"),
        ),
    ],
)
def test_the_examples_are_right(source: Source, names: tuple[str, ...], tmp_path: Path) -> None:
    for name, example in zip(names, EXAMPLE.findall(text(source)), strict=True):
        (tmp_path / name).write_text(example, encoding="utf-8")
    client = CsvFolder(source=source.name, folder=tmp_path, setting="FOLDER")
    for stream in source.streams:
        (page,) = client.pages(stream, Changes())
        assert len(page.records) == 3


def test_the_channels_are_listed() -> None:
    listed = text(csv_spend.SOURCE).partition("Channels: ")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"`(\w+)`", listed)) == CHANNEL_CODES
