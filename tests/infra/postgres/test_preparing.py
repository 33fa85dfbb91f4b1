"""What `prepare` makes, and that it may be repeated."""

from __future__ import annotations

import psycopg

from infra.postgres import Warehouse, prepare


def test_prepare_may_be_repeated(warehouse: Warehouse) -> None:
    landing = {"bitrix24": ["deals", "leads"], "csv_spend": ["spend_lines"]}
    prepare(warehouse, landing)
    prepare(warehouse, landing)
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        row = connection.execute("SELECT count(*) FROM raw_bitrix24.deals").fetchone()
    assert row == (0,)
