"""What is right and wrong with an account, in words for a person."""

from collections.abc import Iterator
from connectors.bitrix24.reading import Reading
from connectors.bitrix24.settings import Settings
from connectors.stream import Finding, Traffic


def examine(reading: Reading, settings: Settings, traffic: Traffic) -> Iterator[Finding]:
    yield from ()
