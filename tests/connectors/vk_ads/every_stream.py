"""How the advertiser, its objects and days of VK Ads are followed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.stream import Account
from connectors.vk_ads import SOURCE
from connectors.vk_ads.client import VkAds
from infra.sandbox.server import STORE_NAME
from infra.sandbox.vk_ads import records
from infra.sandbox.vk_ads.records import VkDay
from tests.connectors.clock import Clock
from tests.connectors.followed import Followed, Ledger, World
from tests.infra.sandbox import vk_world
from tests.infra.sandbox.vk_world import LAST, OWNER

OBJECTS = {
    "campaigns": (records.PLANS, 101, 103),
    "ad_groups": (records.GROUPS, 11, 13),
    "ads": (records.BANNERS, 1001, 5001),
}
"""Resource, and the objects that are renamed and vanish."""

SHOWN = {"campaign_days": 102, "ad_group_days": 12, "ad_days": 1003}
"""An ad that is alone in its group and in its campaign."""


def build(folder: Path) -> Ledger:
    days = {
        level: {key: f"{spent:.2f}" for key, spent in vk_world.ledger(level).items()}
        for level in SHOWN
    }
    objects = {
        stream: {
            f"{OWNER}|{one.id}": str(one.payload["name"])
            for one in vk_world.objects()
            if (one.kind, one.user_id) == (kind, OWNER)
        }
        for stream, (kind, *_) in OBJECTS.items()
    }
    vk_world.build(folder / STORE_NAME)
    return {"users": {str(OWNER): "RUB"}, **objects, **days}


def figure(stream: str, row: Any) -> str:
    if stream == "users":
        return row["currency"]
    return row["name"] if stream in OBJECTS else f"{Decimal(row['base']['spent']):.2f}"


def restate(world: World, stream: str) -> tuple[str, str]:
    store = world.here.store
    if stream == "users":
        changed = {"id": OWNER, "username": "owner@vk", "currency": "KZT", "status": "active"}
        records.add(store, users=[(OWNER, changed)])
        return str(OWNER), "KZT"
    if stream in OBJECTS:
        kind, renamed, _ = OBJECTS[stream]
        store.add_rows(
            "update vk_object set payload = json_set(payload, '$.name', 'Иначе')"
            " where kind = ? and id = ?",
            [(kind, renamed)],
        )
        return f"{OWNER}|{renamed}", "Иначе"
    day = _shown_days()[-1]
    one_day = VkDay(banner_id=1003, day=day, shows=9, clicks=1, goals=0, kopecks=1)
    records.add(store, days=[one_day])
    return f"{OWNER}|{SHOWN[stream]}|{day}", "0.01"


def vanish(world: World, stream: str) -> str | None:
    store = world.here.store
    if stream == "users":
        return None
    if stream in OBJECTS:
        kind, _, gone = OBJECTS[stream]
        store.add_rows("delete from vk_object where kind = ? and id = ?", [(kind, gone)])
        return f"{OWNER}|{gone}"
    day = _shown_days()[-2]
    records.remove_day(store, 1003, day)
    return f"{OWNER}|{SHOWN[stream]}|{day}"


def _shown_days() -> list[str]:
    return sorted(day.day for day in vk_world.days() if day.banner_id == 1003)


def opened(account: Account) -> VkAds:
    return VkAds(account, patience=Clock().patience())


FOLLOWED = Followed(
    source=SOURCE,
    first_day=vk_world.FIRST,
    as_of=LAST,
    build=build,
    figure=figure,
    restate=restate,
    vanish=vanish,
    opened=opened,
    # Lists of objects come first where days are asked for, 50 objects a page.
    held={
        "users": ("/user.json", 0),
        "campaigns": ("/ad_plans.json", 0),
        "ad_groups": ("/ad_groups.json", 0),
        "ads": ("/banners.json", 2),
        "campaign_days": ("/statistics/ad_plans", 1),
        "ad_group_days": ("/statistics/ad_groups", 1),
        "ad_days": ("/statistics/banners", 3),
    },
)
