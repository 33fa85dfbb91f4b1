"""What happens at a portal between two runs: one row of a hundred changes, a handful goes."""

from __future__ import annotations

import random
from array import array
from dataclasses import dataclass
from pathlib import Path

from infra.sandbox.changes import change_item, delete_item
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store

CHANGED_TITLE = "changed after the first load"
_DELETED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """How many deals were changed and deleted; `left` are the ids of those that are there."""

    changed: int
    deleted: int
    left: array


def mutate(world: Path, ids: array) -> Mutation:
    """Change and delete deals all over the range of ids, by the sandbox's own means."""
    chance = random.Random(len(ids))  # noqa: S311 - no secret, the same each time
    chosen = chance.sample(ids, len(ids) // 100 + _DELETED)
    gone, changed = set(chosen[:_DELETED]), chosen[_DELETED:]
    with Store.open(world / STORE_NAME) as store:
        store.query("pragma synchronous = off")
        for number in changed:
            change_item(store, DEAL, number, title=CHANGED_TITLE)
        for number in gone:
            delete_item(store, DEAL, number)
    left = array("q", [number for number in ids if number not in gone])
    return Mutation(changed=len(changed), deleted=len(gone), left=left)
