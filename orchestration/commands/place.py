"""Which warehouse a command works on, and with which settings.

One folder under `.warehouse/` is one warehouse: `demo` and every other world of the sandbox, and
`production` for real credentials. A sandbox and a company never share one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from connectors.registry import SOURCES

ROOT = Path(__file__).parents[2]
WAREHOUSES = ROOT / ".warehouse"
PRODUCTION = "production"
SHORT_FORMS = ("BITRIX24_WEBHOOK_URL",)


class CommandError(Exception):
    """The command cannot go on; the text is for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One warehouse and the settings for it.

    Args:
        name: the folder's name, and the identity kept in the database.
        home: the folder.
        sandbox: whether a made-up company fills it.
        environ: settings of `.env` under those of the shell, without what only we may read.
        admin_dsn: the company's own PostgreSQL; None for the embedded one.
    """

    name: str
    home: Path
    sandbox: bool
    environ: Mapping[str, str]
    admin_dsn: str | None


def warehouses() -> Path:
    """Return the folder of all warehouses, which `WAREHOUSES` in the environment may move."""
    return Path(os.environ.get("WAREHOUSES") or WAREHOUSES)


def settings() -> dict[str, str]:
    """Return the settings: `.env`, or the file that `ENV_FILE` names, and the shell over it."""
    path = os.environ.get("ENV_FILE") or ROOT / ".env"
    file = {name: value for name, value in dotenv_values(path).items() if value}
    return {**file, **os.environ}


def credentials(environ: Mapping[str, str]) -> list[str]:
    """Return the names of settings that configure a source, without their values."""
    prefixes = tuple(f"{source.name.upper()}__" for source in SOURCES)
    return sorted(
        name
        for name, value in environ.items()
        if value and (name.startswith(prefixes) or name in SHORT_FORMS)
    )


def place(name: str, environ: Mapping[str, str]) -> Place:
    """Return the warehouse of that name."""
    admin_dsn = environ.get("WAREHOUSE_DSN") or None
    return Place(
        name=name,
        home=warehouses() / name,
        sandbox=name != PRODUCTION,
        environ={key: value for key, value in environ.items() if key != "WAREHOUSE_DSN"},
        admin_dsn=admin_dsn,
    )


def refuse_credentials(environ: Mapping[str, str]) -> None:
    """Keep a made-up company away from real credentials.

    Raises:
        CommandError: some are present.
    """
    present = credentials(environ)
    if present:
        msg = (
            f"Credentials of real sources are present ({', '.join(present)}), so the demo company "
            "stays out. For your own data: `make run` loads it once, `make up` keeps it fresh. "
            "For the demo, take these lines out of .env or of the shell."
        )
        raise CommandError(msg)
