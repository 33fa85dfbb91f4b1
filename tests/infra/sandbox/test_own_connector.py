"""Our own connector reads from the sandbox what the store holds, field by field."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from connectors.bitrix24 import SOURCE
from connectors.stream import Account, Changes
from tests.infra.sandbox.asking import stored_deals
from tests.infra.sandbox.mapping import as_item
from tests.infra.sandbox.serving import Served


def test_our_connector_reads_every_deal(tiny: Served, tmp_path: Path) -> None:
    settings = SOURCE.settings(webhook_url=tiny.settings["BITRIX24_WEBHOOK_URL"])
    client = SOURCE.open(Account(name="main", settings=settings, shared=str(tmp_path)))
    try:
        read = {
            record.key: as_item(json.loads(record.payload, parse_float=Decimal))
            for page in client.pages(SOURCE.stream("deals"), Changes())
            for record in page.records
        }
    finally:
        client.close()
    assert read == {str(number): as_item(deal) for number, deal in stored_deals(tiny).items()}
