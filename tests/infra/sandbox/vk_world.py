"""Two advertisers of VK Ads, with what lists and statistics can get wrong planted in them.

The ledger is computed from the same numbers as the records, before anything is served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from infra.sandbox.store import Store
from infra.sandbox.vk_ads import records
from infra.sandbox.vk_ads.records import BANNERS, GROUPS, PLANS, VkDay, VkObject
from tests.infra.sandbox import tiny_world

OWNER, CLIENT, CLIENT_NAME = 501, 777, "client_777@agency"
FIRST, LAST = date(2026, 9, 20), date(2026, 11, 22)
DELETED_PLAN = 103
"""Deleted in October; its spend of September keeps its name."""

SILENT = 230
"""Ads that were never shown: more than statistics take at once, and pages of a list."""

_SHOWN = {1001: 11, 1002: 11, 1003: 12, 1004: 13, 2001: 21}
_PLAN_OF = {11: 101, 12: 102, 13: DELETED_PLAN, 21: 201}


def build(path: Path) -> None:
    """Write the tiny world with two advertisers."""
    tiny_world.build(path)
    with Store.open(path) as store:
        add(store)


def add(store: Store) -> None:
    """Add both advertisers."""
    users = [
        (OWNER, {"id": OWNER, "username": "owner@vk", "currency": "RUB", "status": "active"}),
        (CLIENT, {"id": CLIENT, "username": CLIENT_NAME, "currency": "KZT", "status": "active"}),
    ]
    records.add(store, users=users, objects=objects(), days=days())


def objects() -> Iterator[VkObject]:
    """Yield all objects of both."""
    for group, plan in _PLAN_OF.items():
        name = f"Кампания {plan} «Весна» & \N{GRINNING FACE}"
        yield _object(PLANS, plan, None, name=name, objective="site_conversions")
        yield _object(GROUPS, group, plan, name=f"Группа {group}", package_id=83)
    for banner in (*_SHOWN, *range(5001, 5001 + SILENT)):
        group = _SHOWN.get(banner, 11)
        urls = {"primary": {"id": banner, "url": f"https://romashka.example/?utm_content={banner}"}}
        yield _object(BANNERS, banner, group, name=f"Объявление {banner}", urls=urls)


def days() -> Iterator[VkDay]:
    """Yield the days of the ads that were shown; not each of them on each day."""
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        for banner, group in _SHOWN.items():
            is_over = _PLAN_OF[group] == DELETED_PLAN and day >= date(2026, 10, 1)
            if not is_over and (offset + banner) % 4:
                yield VkDay(
                    banner_id=banner,
                    day=day.isoformat(),
                    shows=1000 + offset,
                    clicks=offset % 50,
                    goals=offset % 3,
                    kopecks=123_45 + offset * banner % 9_973,
                )


def ledger(level: str, user_id: int = OWNER) -> dict[str, Decimal]:
    """Return the spend of each object and day, by landing key.

    Args:
        level: `campaign_days`, `ad_group_days` or `ad_days`.
        user_id: whose.
    """
    of: dict[str, Callable[[int], int]] = {
        "ad_days": lambda banner: banner,
        "ad_group_days": _SHOWN.__getitem__,
        "campaign_days": lambda banner: _PLAN_OF[_SHOWN[banner]],
    }
    found: dict[str, Decimal] = {}
    for day in days():
        if _user_of(_PLAN_OF[_SHOWN[day.banner_id]]) == user_id:
            key = f"{user_id}|{of[level](day.banner_id)}|{day.day}"
            found[key] = found.get(key, Decimal(0)) + Decimal(day.kopecks) / 100
    return found


def by_day(user_id: int = OWNER) -> dict[date, Decimal]:
    """Return an advertiser's spend of each day that has any."""
    found: dict[date, Decimal] = {}
    for key, spent in ledger("ad_days", user_id).items():
        day = date.fromisoformat(key[-10:])
        found[day] = found.get(day, Decimal(0)) + spent
    return found


def _object(kind: str, number: int, parent: int | None, **fields: object) -> VkObject:
    plan = {PLANS: number, GROUPS: parent}.get(kind) or _PLAN_OF[parent or 0]
    status = "deleted" if plan == DELETED_PLAN else "active"
    payload = {"id": number, "status": status, **fields}
    if parent is not None:
        payload["ad_plan_id" if kind == GROUPS else "ad_group_id"] = parent
    return VkObject(
        kind=kind,
        id=number,
        user_id=_user_of(plan),
        parent_id=parent,
        status=status,
        payload=payload,
    )


def _user_of(plan: int) -> int:
    return CLIENT if plan == 201 else OWNER
