"""The warehouse's PostgreSQL behind one small door.

`start`, `stop`, `is_running` for the embedded server; `connect_external` for a company's own
PostgreSQL 15–18; `prepare` brings either to the state this release needs: roles, databases,
schemas, grants, tables. `remembered` says where the last started one is.
"""

from infra.postgres.external import connect_external
from infra.postgres.preparing import prepare
from infra.postgres.server import is_running, start, stop
from infra.postgres.warehouse import Warehouse, WarehouseError, remembered

__all__ = [
    "Warehouse",
    "WarehouseError",
    "connect_external",
    "is_running",
    "prepare",
    "remembered",
    "start",
    "stop",
]
