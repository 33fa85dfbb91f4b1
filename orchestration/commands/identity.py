"""Whose data a database holds, so that made-up and real rows never meet.

The folder is not enough: it can be moved, and a company's own PostgreSQL can be named beside any
folder. So the database says it itself, in its comment, and is asked before anything is changed.
`infra/postgres` writes the same mark on a company's own server.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from infra.postgres import Warehouse
from orchestration.commands.place import PRODUCTION, CommandError, Place

PREFIX = "bitrix24-bi-warehouse "


def refuse_strangers(warehouse: Warehouse, place: Place) -> None:
    """Stop unless the database is new, unmarked, or this place's own.

    Raises:
        CommandError: it holds another's data; nothing was changed.
    """
    theirs = held(warehouse)
    if theirs is None or theirs == place.name:
        return
    way_out = (
        "Name another server in WAREHOUSE_DSN, or leave it empty for the embedded one."
        if place.admin_dsn
        else f"Move {place.home} away."
    )
    msg = (
        f"The database {warehouse.database} at {warehouse.host}:{warehouse.port} holds "
        f"{_company(theirs)}, and this command would load {_company(place.name)} into it. "
        f"Nothing was changed. {way_out} "
        f"For {_company(theirs)} the command is `{command_of(theirs)}`."
    )
    raise CommandError(msg)


def command_of(name: str) -> str:
    """Return the command that belongs to a warehouse of that name."""
    return "make up" if name == PRODUCTION else "make demo"


def _company(name: str) -> str:
    return "a real company" if name == PRODUCTION else f"the sandbox company {name!r}"


def held(warehouse: Warehouse) -> str | None:
    """Return the name a database carries, None where it is absent or carries none."""
    with psycopg.connect(warehouse.administrator()) as connection:
        row = connection.execute(
            "select pg_catalog.shobj_description(oid, 'pg_database') "
            "from pg_catalog.pg_database where datname = %s",
            [warehouse.database],
        ).fetchone()
    comment = "" if row is None else row[0] or ""
    return comment.removeprefix(PREFIX) if comment.startswith(PREFIX) else None


def mark(warehouse: Warehouse, place: Place) -> None:
    """Write on the database whose it is."""
    with psycopg.connect(warehouse.administrator()) as connection:
        connection.execute(
            sql.SQL("comment on database {} is {}").format(
                sql.Identifier(warehouse.database), sql.Literal(f"{PREFIX}{place.name}")
            )
        )
