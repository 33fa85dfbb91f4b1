"""A company's own PostgreSQL 15–18 instead of the embedded one."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg.abc import ConnDict
from psycopg.conninfo import conninfo_to_dict

from infra.postgres.warehouse import Warehouse, WarehouseError

OLDEST, NEWEST = 15, 18

CARRIED = ("sslmode", "sslrootcert", "sslcrl", "sslnegotiation", "channel_binding", "hostaddr")
"""Parameters of the administrator's connection that the roles' connections take over."""


def connect_external(home: Path, admin_dsn: str) -> Warehouse:
    """Return the warehouse on a company's own server; passwords of its roles stay under `home`.

    Args:
        home: folder of the warehouse; made when absent.
        admin_dsn: libpq connection text (or URL) of a superuser, or of a role that may create
            roles and databases. It is used, never stored.

    Raises:
        WarehouseError: the text is malformed, the server cannot be reached, or its version is
            not supported.
    """
    given = _parsed(admin_dsn)
    try:
        with psycopg.connect(admin_dsn, connect_timeout=10) as connection:
            info = connection.info
            host, port, version = info.host, info.port, info.server_version // 10_000
    except psycopg.Error as error:
        # libpq's text names host and user, never the password; the cause could hold the DSN.
        msg = f"the PostgreSQL of WAREHOUSE_DSN cannot be used: {_first_line(error)}"
        raise WarehouseError(msg) from None
    if not OLDEST <= version <= NEWEST:
        msg = f"PostgreSQL {version} is not supported: {OLDEST} to {NEWEST} are"
        raise WarehouseError(msg)
    folder = home.resolve() / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    warehouse = Warehouse(
        home=folder.parent,
        host=host,
        port=port,
        parameters={name: str(given[name]) for name in CARRIED if given.get(name)},
        admin_dsn=admin_dsn,
    )
    warehouse.remember()
    return warehouse


def _parsed(admin_dsn: str) -> ConnDict:
    try:
        return conninfo_to_dict(admin_dsn)
    except psycopg.Error:  # libpq's words repeat the text, password and all
        msg = (
            "WAREHOUSE_DSN is no connection text of libpq, such as "
            "postgresql://user:password@host:5432/postgres (special characters percent-encoded)"
        )
    raise WarehouseError(msg)


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
