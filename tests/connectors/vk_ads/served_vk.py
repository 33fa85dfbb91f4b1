"""A served VK Ads, and clients of it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors import settings
from connectors.stream import Account
from connectors.vk_ads import SOURCE
from connectors.vk_ads.client import VkAds
from infra.postgres import Warehouse
from infra.sandbox.server import STORE_NAME
from tests.connectors.clock import Clock
from tests.connectors.landed import rows
from tests.infra.sandbox import vk_world
from tests.infra.sandbox.serving import Served, served


@contextmanager
def vk(directory: Path) -> Generator[Served]:
    """Serve the world of two advertisers until the block ends."""
    vk_world.build(directory / STORE_NAME)
    with served(directory) as world:
        yield world


def account(world: Served, shared: Path, **changed: str) -> Account:
    """Return the configured account."""
    given = {
        **world.settings,
        **{f"VK_ADS__MAIN__{name}".upper(): value for name, value in changed.items()},
    }
    (found,) = settings.accounts(SOURCE, given, shared)
    return found


def client(world: Served, shared: Path, **changed: str) -> VkAds:
    """Return a client whose waits take no time."""
    return VkAds(account(world, shared, **changed), patience=Clock().patience())


@contextmanager
def opened(world: Served, shared: Path, **changed: str) -> Generator[VkAds]:
    """Open a client until the block ends."""
    with closing(client(world, shared, **changed)) as one:
        yield one


def tokens(world: Served) -> list[tuple[Any, ...]]:
    """Return each living token's user, and how often it was refreshed."""
    return world.store.query("select user_id, refreshed from vk_token order by number")


def spent(warehouse: Warehouse, stream: str) -> dict[str, Decimal]:
    """Return the landed spend of each object and day, by key."""
    landed: Mapping[str, Any] = rows(warehouse, SOURCE, stream)
    return {key: Decimal(row["base"]["spent"]) for key, row in landed.items()}
