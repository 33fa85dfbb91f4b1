"""The models of attribution, compiled once, on the tests' PostgreSQL."""

from __future__ import annotations

import pytest

from infra.postgres import Warehouse
from tests.attribution.tried import Engine, compile_engine


@pytest.fixture(scope="session")
def engine(postgres_server: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return compile_engine(postgres_server, tmp_path_factory.mktemp("attribution") / "dbt")
