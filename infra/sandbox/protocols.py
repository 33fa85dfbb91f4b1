"""Protocols that are found by themselves: each package here with a module `protocol`.

Such a module states a `PROTOCOL`; the server, the settings that the product is given, the secrets
of a world and the words of a fault follow from it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from starlette.routing import Route

from infra.sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One API of a world.

    Args:
        prefix: what its paths begin with, and no other's.
        secrets: properties of a world that are made when it is first served.
        routes: the routes of a world.
        settings: the product's settings for a world, from the store, its properties and the base
            URL; none where the world does not have the source.
        failure: status and JSON document of a fault, by the name of its kind.
    """

    prefix: str
    secrets: Mapping[str, Callable[[], str]]
    routes: Callable[[Store], list[Route]]
    settings: Callable[[Store, Mapping[str, str], str], dict[str, str]]
    failure: Callable[[str], tuple[int, Any]]


@cache
def found() -> tuple[Protocol, ...]:
    """Return the protocols, in the order of their names."""
    return tuple(_found())


def routes(store: Store) -> list[Route]:
    """Return the routes of all of them."""
    return [route for protocol in found() for route in protocol.routes(store)]


def settings(store: Store, meta: Mapping[str, str], base_url: str) -> dict[str, str]:
    """Return the product's settings for all of them."""
    given: dict[str, str] = {}
    for protocol in found():
        given |= protocol.settings(store, meta, base_url)
    return given


def failure(path: str, kind: str) -> tuple[int, Any] | None:
    """Return status and document of a fault in the words of a path's API; None for other paths."""
    for protocol in found():
        if path.startswith(protocol.prefix):
            return protocol.failure(kind)
    return None


def _found() -> Iterator[Protocol]:
    here = Path(__file__).parent
    for module in sorted(pkgutil.iter_modules([str(here)]), key=lambda one: one.name):
        if module.ispkg and (here / module.name / "protocol.py").is_file():
            yield importlib.import_module(f"infra.sandbox.{module.name}.protocol").PROTOCOL
