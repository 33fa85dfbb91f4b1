"""Who may touch what inside a warehouse: schemas, grants, default grants.

Default privileges belong to the role that creates an object, so each line below names the creator.
Landing tables get their grants where they are made, in `state.create_landing_table`.
"""

from __future__ import annotations

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from infra.postgres.warehouse import WarehouseError

BUILT = ("staging", "intermediate", "snapshots", "seeds", "marts_build")
"""Schemas of dbt, all of the role transformer; nobody reads them but publisher in marts_build."""

TEMPORARY = ("owner", "loader", "transformer", "publisher")
"""Roles that stage rows in temporary tables."""

LARGE_OBJECTS = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)")
"""PostgreSQL lets everybody store large objects, whatever the grants on schemas say."""


def shut_database(connection: Connection, database: str) -> None:
    """Take from everybody what PostgreSQL gives to everybody in a database.

    Args:
        connection: an administrator's, to that database.
        database: its name.
    """
    connection.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(database)))
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    row = connection.execute("SELECT current_setting('is_superuser') = 'on'").fetchone()
    if row and row[0]:
        for function in LARGE_OBJECTS:
            connection.execute(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC")


def open_warehouse(connection: Connection, database: str) -> None:
    """Let the roles into the database of the warehouse.

    Args:
        connection: an administrator's.
        database: its name.
    """
    name = Identifier(database)
    for role in (*TEMPORARY, "bi_reader"):
        connection.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, Identifier(role)))
    for role in TEMPORARY:
        connection.execute(
            SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(name, Identifier(role))
        )
    connection.execute(SQL("GRANT CREATE ON DATABASE {} TO owner").format(name))


def make_schemas(connection: Connection) -> None:
    """Create the schemas and everything that is granted on them and in them by default.

    Args:
        connection: an administrator's, to the database of the warehouse.

    Raises:
        WarehouseError: a schema of that name belongs to another role.
    """
    for schema, owner in (
        ("state", "owner"),
        *((built, "transformer") for built in BUILT),
        ("marts", "publisher"),
    ):
        found = connection.execute(
            "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s", [schema]
        ).fetchone()
        if found is None:
            connection.execute(
                SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(
                    Identifier(schema), Identifier(owner)
                )
            )
        elif found[0] != owner:
            msg = f"schema {schema} belongs to {found[0]}, so it is somebody else's: left alone"
            raise WarehouseError(msg)
    for statement in _GRANTS:
        connection.execute(statement)


def open_dagster(connection: Connection, database: str) -> None:
    """Give Dagster its database, and the one schema in which it keeps its tables.

    Args:
        connection: an administrator's, to that database.
        database: its name.
    """
    connection.execute(SQL("GRANT CONNECT ON DATABASE {} TO dagster").format(Identifier(database)))
    connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO dagster")


_GRANTS = (
    "GRANT USAGE ON SCHEMA state TO loader, transformer, publisher",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA state "
    "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO loader",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA state "
    "GRANT SELECT ON TABLES TO transformer, publisher",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    "GRANT USAGE ON SCHEMA marts_build TO publisher",
    "ALTER DEFAULT PRIVILEGES FOR ROLE transformer IN SCHEMA marts_build "
    "GRANT SELECT ON TABLES TO publisher",
    "GRANT USAGE ON SCHEMA marts TO bi_reader, transformer",
    "GRANT USAGE, CREATE ON SCHEMA marts TO owner",  # for migrations of publish_log alone
    "ALTER DEFAULT PRIVILEGES FOR ROLE publisher IN SCHEMA marts "
    "GRANT SELECT ON TABLES TO bi_reader, transformer",
)
