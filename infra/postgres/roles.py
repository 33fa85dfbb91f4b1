"""The roles of a warehouse: who they are, and what each session of theirs is allowed to cost.

Here: login roles and their settings, which belong to the whole server. Not here: what a role may
touch (`grants.py`), where its password is stored (`warehouse.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from infra.postgres.warehouse import Warehouse, WarehouseError, ensure_password

MARK = "role of bitrix24-bi-warehouse"
"""Comment on every role that we made: a company's own role of the same name is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A login role.

    Args:
        name: its name on the server.
        purpose: what it is for, in a few words.
        connection_limit: most connections at once; -1 for no limit.
        settings: what every session of it begins with.
    """

    name: str
    purpose: str
    connection_limit: int = -1
    settings: dict[str, str] = field(default_factory=dict[str, str])


ROLES = (
    Role(name="owner", purpose="owns landing and state, runs migrations"),
    Role(name="loader", purpose="writes landing and state, makes no tables"),
    Role(name="transformer", purpose="dbt: reads landing, owns every layer up to marts_build"),
    Role(name="publisher", purpose="owns marts, copies there what passed its checks"),
    Role(
        name="bi_reader",
        purpose="BI tools: reads marts",
        connection_limit=30,
        settings={
            "statement_timeout": "60s",
            "idle_in_transaction_session_timeout": "30s",
            "default_transaction_read_only": "on",
        },
    ),
    Role(name="dagster", purpose="Dagster's own storage, in its own database"),
)


def make_roles(connection: Connection, warehouse: Warehouse) -> None:
    """Create or correct every role, with the password of its file.

    Args:
        connection: an administrator's, in autocommit.
        warehouse: whose password files count.

    Raises:
        WarehouseError: a role of that name exists and is not ours.
    """
    for role in ROLES:
        password = ensure_password(warehouse.home, role.name)
        _refuse_strangers_role(connection, role.name)
        # The server sees only the SCRAM verifier: no log of statements can hold the password.
        verifier = connection.pgconn.encrypt_password(
            password.encode(), role.name.encode(), b"scram-sha-256"
        ).decode()
        with connection.transaction():
            for statement in _statements(connection, role, verifier):
                connection.execute(statement)


def _statements(connection: Connection, role: Role, verifier: str) -> list[Composed]:
    name = Identifier(role.name)
    exists = _comment(connection, role.name) is not None
    verb = SQL("ALTER ROLE {}" if exists else "CREATE ROLE {}").format(name)
    superuser = _is_superuser(connection)
    # Only a superuser may even name the attributes below; nobody else could have granted them.
    refused = SQL("NOSUPERUSER NOREPLICATION NOBYPASSRLS" if superuser else "")
    statements: list[Composed] = [
        SQL("{} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT {} CONNECTION LIMIT {} PASSWORD {}").format(
            verb, refused, Literal(role.connection_limit), Literal(verifier)
        ),
        SQL("COMMENT ON ROLE {} IS {}").format(name, Literal(f"{MARK}: {role.purpose}")),
    ]
    if not superuser:  # to make schemas and default privileges of a role, be a member of it
        statements.append(SQL("GRANT {} TO CURRENT_USER").format(name))
    statements.extend(
        SQL("ALTER ROLE {} SET {} = {}").format(name, Identifier(setting), Literal(value))
        for setting, value in role.settings.items()
    )
    return statements


def _refuse_strangers_role(connection: Connection, name: str) -> None:
    comment = _comment(connection, name)
    if comment is None or comment.startswith(MARK):
        return
    msg = (
        f"the server already has a role {name!r} that this warehouse did not make, so it is left "
        f"alone. Give the warehouse a server of its own, or, if the role is meant for it: "
        f"COMMENT ON ROLE {name} IS '{MARK}'"
    )
    raise WarehouseError(msg)


def _comment(connection: Connection, name: str) -> str | None:
    """Return a role's comment, '' where it has none, None where there is no such role."""
    row = connection.execute(
        "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = %s",
        [name],
    ).fetchone()
    return None if row is None else str(row[0])


def _is_superuser(connection: Connection) -> bool:
    row = connection.execute("SELECT current_setting('is_superuser') = 'on'").fetchone()
    return bool(row and row[0])
