"""Accounts as configured: environment names in, checked settings out.

A name is `<SOURCE>__<ACCOUNT>__<FIELD>`. An account exists as soon as one of the settings that
make one holds something: the required ones, or those of the model's `alternatives`; a source
without accounts is off, which is no error. The environment itself is read elsewhere (`command.py`,
`orchestration/resources.py`), and passed in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ValidationError

from connectors.errors import Misconfigured
from connectors.stream import Account, Source

_ACCOUNT = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)*\Z")


def accounts(source: Source, environ: Mapping[str, str], shared: Path) -> tuple[Account, ...]:
    """Return the accounts of a source, in the order of their names.

    Args:
        source: whose settings to look for.
        environ: names and values; surrounding blanks are no part of a value, and an empty value
            is none at all.
        shared: folder for limiter and token state; each source gets a folder of its own there.

    Raises:
        Misconfigured: names each setting that is missing, unknown or wrong, never its value.
    """
    found = _by_account(source, _with_aliases(source, environ))
    makers = {field for way in ways_in(source.settings) for field in way}
    configured = {
        name: fields
        for name, fields in sorted(found.items())
        if fields.keys() & (makers or fields.keys())
    }
    return tuple(
        Account(
            name=name.lower(),
            settings=_checked(source, name, fields),
            shared=str(shared / source.name),
        )
        for name, fields in configured.items()
    )


def mentioned(source: Source, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the accounts that any setting of a source speaks of, complete or not, by name.

    For telling of accounts that cannot be used; those that can are what `accounts` returns.
    """
    prefix = f"{source.name.upper()}__"
    filled = [name for name, value in environ.items() if value.strip()]
    full = (source.settings_aliases.get(name, name) for name in filled)
    found = {
        name.removeprefix(prefix).partition("__")[0] for name in full if name.startswith(prefix)
    }
    return tuple(sorted(name.lower() for name in found if _ACCOUNT.match(name)))


def ways_in(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    """Return the sets of fields of which one is enough to configure an account.

    Args:
        model: the settings of a source; where there are several ways, it names them in a class
            variable `alternatives`.
    """
    required = tuple(name for name, field in model.model_fields.items() if field.is_required())
    return cast("tuple[tuple[str, ...], ...]", getattr(model, "alternatives", (required,)))


def _with_aliases(source: Source, environ: Mapping[str, str]) -> dict[str, str]:
    """Drop empty values, and spell out the short names."""
    filled = {name: text for name, value in environ.items() if (text := value.strip())}
    for short, full in source.settings_aliases.items():
        if short not in filled:
            continue
        if filled.get(full, filled[short]) != filled[short]:
            msg = f"{short} and {full} are two names of one setting and differ: keep one"
            raise Misconfigured(msg, source=source.name)
        filled[full] = filled.pop(short)
    return filled


def _by_account(source: Source, environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    known = {name.upper(): name for name in source.settings.model_fields}
    prefix = f"{source.name.upper()}__"
    found: dict[str, dict[str, str]] = {}
    for name, value in environ.items():
        if not name.startswith(prefix):
            continue
        account, _, field = name.removeprefix(prefix).partition("__")
        if not _ACCOUNT.match(account) or field not in known:
            fields = ", ".join(f"{prefix}{account or 'MAIN'}__{field}" for field in known)
            msg = f"there is no setting {name}; there are {fields}"
            raise Misconfigured(msg, source=source.name)
        found.setdefault(account, {})[known[field]] = value
    return found


def _checked(source: Source, account: str, fields: Mapping[str, str]) -> BaseModel:
    try:
        return source.settings.model_validate(dict(fields))
    except ValidationError as error:
        reasons = [
            (
                "__".join((source.name, account, *map(str, found["loc"]))).upper(),
                _without_values(found["msg"], fields),
            )
            for found in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    said = "; ".join(f"{name}: {reason}" for name, reason in reasons)
    raise Misconfigured(said, source=source.name)


def _without_values(message: str, fields: Mapping[str, str]) -> str:
    """A validator may have quoted what it was given."""
    for value in sorted(fields.values(), key=len, reverse=True):
        message = message.replace(value, "…")
    return message
