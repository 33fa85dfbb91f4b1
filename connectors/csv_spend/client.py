"""One folder of spend files, open for reading; how is said in `connectors/csv_folder.py`."""

from __future__ import annotations

from typing import cast

from connectors.csv_folder import CsvFolder
from connectors.csv_spend.settings import Settings
from connectors.stream import Account

SOURCE_NAME = "csv_spend"


def open_folder(account: Account) -> CsvFolder:
    """Return a client for the account's folder."""
    return CsvFolder(
        source=SOURCE_NAME,
        folder=cast("Settings", account.settings).folder,
        setting=f"{SOURCE_NAME}__{account.name}__folder".upper(),
    )
