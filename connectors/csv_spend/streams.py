"""The one stream of spend files, as data."""

from __future__ import annotations

from typing import cast

from connectors.csv_folder import CsvFolder, Files
from connectors.csv_spend.format import COLUMNS
from connectors.csv_spend.settings import Settings
from connectors.stream import Account, Source, Stream, WriteMode

_NAME = "csv_spend"


def _opened(account: Account) -> CsvFolder:
    return CsvFolder(
        source=_NAME,
        folder=cast("Settings", account.settings).folder,
        setting=f"CSV_SPEND__{account.name.upper()}__FOLDER",
    )


SOURCE = Source(
    name=_NAME,
    title="Spend without an API",
    streams=(
        Stream(
            name="spend_lines",
            description="One line of a spend file, as written.",
            write=WriteMode.REPLACE_ALL,
            request={"files": Files(pattern="*.csv", columns=COLUMNS)},
        ),
    ),
    settings=Settings,
    open=_opened,
)
