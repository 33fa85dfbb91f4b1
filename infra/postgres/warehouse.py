"""Where a warehouse is, and how each role gets in.

Here: the address and the passwords of one warehouse. Not here: starting a server (`server.py`),
making roles and tables (`preparing.py`).

Files under `<home>/postgres/`::

    passwords/<role>   one line, mode 0600, folder 0700
    connection.json    host, port, database and TLS parameters; no secret
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

ADMIN = "warehouse_admin"
"""The embedded server's bootstrap superuser; a company's own server brings its own."""

CONNECT_SECONDS = 10


class WarehouseError(Exception):
    """The warehouse cannot be used as it is; the text says what a person can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """One warehouse: a PostgreSQL with the databases `warehouse` and `dagster`.

    Args:
        home: folder of this warehouse, `.warehouse/<world>`.
        host: name or address of the server.
        port: its TCP port.
        database: the database that holds landing, state and marts.
        parameters: further libpq parameters, such as `sslmode`; no secret.
        admin_dsn: how the administrator of a company's own server gets in; None for the
            embedded one, whose administrator has a password file as every role has.
    """

    home: Path
    host: str
    port: int
    database: str = "warehouse"
    parameters: dict[str, str] = field(default_factory=dict[str, str])
    admin_dsn: str | None = field(default=None, repr=False)

    def dsn(self, role: str, database: str | None = None) -> str:
        """Return libpq connection text of a role, password included: never log it.

        Raises:
            WarehouseError: the role has no password file.
        """
        return make_conninfo(
            "",
            host=self.host,
            port=self.port,
            dbname=database or self.database,
            user=role,
            password=self.password(role),
            connect_timeout=CONNECT_SECONDS,
            **self.parameters,
        )

    def administrator(self, database: str | None = None) -> str:
        """Return connection text of the administrator, to the given database.

        Without a database: the one that the company's own connection text names, or `postgres`.
        """
        if self.admin_dsn is None:
            return self.dsn(ADMIN, database or "postgres")
        overrides: dict[str, Any] = {} if database is None else {"dbname": database}
        return make_conninfo(self.admin_dsn, **overrides)

    def password(self, role: str) -> str:
        """Return a role's password.

        Raises:
            WarehouseError: there is no such file.
        """
        path = self.passwords / role
        try:
            return path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            msg = f"no password of role {role} in {self.passwords}: prepare the warehouse first"
            raise WarehouseError(msg) from None

    @property
    def passwords(self) -> Path:
        """Folder of the password files."""
        return self.home / "postgres" / "passwords"

    def remember(self) -> None:
        """Keep the address beside the passwords, for `remembered`."""
        document = {
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "parameters": self.parameters,
        }
        path = self.home / "postgres" / "connection.json"
        write_private(path, json.dumps(document, indent=2) + "\n")


def remembered(home: Path) -> Warehouse:
    """Return the warehouse of a home as last started or connected; it is not contacted.

    Raises:
        WarehouseError: none was.
    """
    path = home / "postgres" / "connection.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"there is no warehouse in {home} yet"
        raise WarehouseError(msg) from None
    return Warehouse(home=home, **document)


def ensure_password(home: Path, role: str) -> str:
    """Return the role's password, made up and stored when there is none yet."""
    folder = home / "postgres" / "passwords"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / role
    if not path.exists() or not path.read_text(encoding="utf-8").strip():
        write_private(path, secrets.token_urlsafe(24) + "\n")
    elif stat.S_IMODE(path.stat().st_mode) != 0o600:
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
