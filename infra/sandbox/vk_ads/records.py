"""What VK Ads knows of a world: advertisers, their objects, and the days of ads.

The tables are made where they are first asked for: a world without an advertiser has none, and the
source is off there. Days are kept by ad alone; those of groups, campaigns and advertisers are sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from infra.sandbox.payload_text import decode, encode
from infra.sandbox.store import Store

USERS, PLANS, GROUPS, BANNERS = "users", "ad_plans", "ad_groups", "banners"

_TABLES = (
    "create table if not exists vk_user(id integer primary key, payload text not null)",
    "create table if not exists vk_object("
    "kind text not null, id integer not null, user_id integer not null, parent_id integer, "
    "status text not null, payload text not null, primary key(kind, id)) without rowid",
    "create table if not exists vk_banner_day("
    "banner_id integer not null, day text not null, shows integer not null, "
    "clicks integer not null, goals integer not null, kopecks integer not null, "
    "primary key(banner_id, day)) without rowid",
    "create table if not exists vk_planted("
    "user_id integer not null, day text not null, kopecks integer not null, "
    "primary key(user_id, day)) without rowid",
    "create table if not exists vk_token("
    "number integer primary key, user_id integer not null, access text not null, "
    "refresh text not null, ends real not null, refreshed integer not null)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VkObject:
    """A campaign, a group or an ad.

    Args:
        kind: `ad_plans`, `ad_groups` or `banners`.
        id: unique within its kind.
        user_id: whose.
        parent_id: the campaign of a group, the group of an ad.
        status: `active`, `blocked` or `deleted`.
        payload: its fields as the API sends them.
    """

    kind: str
    id: int
    user_id: int
    parent_id: int | None
    status: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VkDay:
    """An ad on one day in Moscow; `kopecks` are hundredths of the advertiser's currency."""

    banner_id: int
    day: str
    shows: int
    clicks: int
    goals: int
    kopecks: int


def prepare(store: Store) -> None:
    """Make the tables where they are missing."""
    for table in _TABLES:
        store.query(table)


def add(
    store: Store,
    *,
    users: Iterable[tuple[int, Mapping[str, Any]]] = (),
    objects: Iterable[VkObject] = (),
    days: Iterable[VkDay] = (),
) -> None:
    """Add to a world, or put in place of what has the same ids and days."""
    prepare(store)
    store.add_rows(
        "insert or replace into vk_user values (?, ?)", ((n, encode(p)) for n, p in users)
    )
    store.add_rows(
        "insert or replace into vk_object values (?, ?, ?, ?, ?, ?)",
        (
            (one.kind, one.id, one.user_id, one.parent_id, one.status, encode(one.payload))
            for one in objects
        ),
    )
    store.add_rows(
        "insert or replace into vk_banner_day values (?, ?, ?, ?, ?, ?)", map(astuple, days)
    )


def remove_day(store: Store, banner_id: int, day: str) -> None:
    """Take an ad's day out, as when all of its clicks were fraud."""
    store.add_rows("delete from vk_banner_day where banner_id = ? and day = ?", [(banner_id, day)])


def plant(store: Store, user_id: int, day: str, kopecks: int) -> None:
    """Make an advertiser's own total differ from the sum of its ads."""
    prepare(store)
    store.add_rows("insert or replace into vk_planted values (?, ?, ?)", [(user_id, day, kopecks)])


def users(store: Store) -> dict[int, dict[str, Any]]:
    """Return the advertisers by their numbers; the first owns the application."""
    prepare(store)
    rows = store.query("select id, payload from vk_user order by id")
    return {user_id: decode(text) for user_id, text in rows}


def listed(store: Store, user_id: int, kind: str, statuses: Iterable[str]) -> list[dict[str, Any]]:
    """Return the objects of a kind that have one of the statuses, in the order of their ids."""
    wanted = set(statuses)
    rows = store.query(
        "select status, payload from vk_object where user_id = ? and kind = ? order by id",
        (user_id, kind),
    )
    return [decode(text) for status, text in rows if status in wanted]
