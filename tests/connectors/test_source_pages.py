"""What the pages of the sources say is what the connectors do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors import bitrix24, company, csv_spend, google_ads
from connectors.channels import CHANNEL_CODES
from connectors.company.format import CHANNEL_RULES, CUSTOM_FIELDS
from connectors.csv_folder import CsvFolder
from connectors.csv_spend.format import COLUMNS, FEES
from connectors.csv_table import Column
from connectors.google_ads.version import SUNSET_ON, VERSION
from connectors.registry import SOURCES
from connectors.stream import Changes, Source, WriteMode

PAGES = Path(__file__).parents[2] / "docs" / "sources"
ROW = re.compile(r"^\| `(\w+)` \|(.*)\|$", re.MULTILINE)
EXAMPLE = re.compile(r"^```csv\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text(source: Source) -> str:
    return (PAGES / f"{source.name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "source",
    [source for source in SOURCES if source not in (csv_spend.SOURCE, company.SOURCE)],
    ids=lambda s: s.name,
)
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
    required = {n for n, field in source.settings.model_fields.items() if field.is_required()}
    assert {f"{source.name}__MAIN__{name}".upper() for name in required} <= named


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
    [(csv_spend.SOURCE, COLUMNS + FEES), (company.SOURCE, CHANNEL_RULES + CUSTOM_FIELDS)],
)
def test_columns_are_described_as_they_are_checked(
    source: Source, columns: tuple[Column, ...]
) -> None:
    described = [
        (name, cells.rstrip().endswith("| yes")) for name, cells in ROW.findall(text(source))
    ]
    assert described == [(column.name, column.rule("") is None) for column in columns]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (csv_spend.SOURCE, ("a.csv", "fees.csv")),
        (company.SOURCE, ("channel_rules.csv", "custom_fields.csv")),
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
