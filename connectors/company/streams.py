"""The streams of a company's own files, as data."""

from __future__ import annotations

from typing import cast

from connectors.company.format import CHANNEL_RULES
from connectors.company.settings import Settings
from connectors.csv_folder import CsvFolder, Files
from connectors.stream import Account, Source, Stream, WriteMode

_NAME = "company"


def _opened(account: Account) -> CsvFolder:
    return CsvFolder(
        source=_NAME,
        folder=cast("Settings", account.settings).folder,
        setting=f"COMPANY__{account.name.upper()}__FOLDER",
    )


SOURCE = Source(
    name=_NAME,
    title="The company's own definitions",
    streams=(
        Stream(
            name="channel_rules",
            description="One rule of the company that says which channel a sign stands for.",
            write=WriteMode.REPLACE_ALL,
            request={
                "files": Files(pattern="channel_rules.csv", columns=CHANNEL_RULES, key="rule_id")
            },
        ),
    ),
    settings=Settings,
    open=_opened,
)
