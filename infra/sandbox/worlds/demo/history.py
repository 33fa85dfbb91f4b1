"""Everything that happened in the demo company, drawn from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from infra.sandbox.ledger import SpendFact
from infra.sandbox.worlds.demo import (
    marketing,
    mess,
    numbering,
    papers,
    talks,
    telephony,
    vk_spend,
)
from infra.sandbox.worlds.demo.papers import Papers
from infra.sandbox.worlds.demo.people import Person
from infra.sandbox.worlds.demo.records import Sales
from infra.sandbox.worlds.demo.sales import Market
from infra.sandbox.worlds.demo.talks import Talk

SEED = 20261031


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Sales and advertising, and what was written and said around the sales.

    `contacts` are the people who became one, with the moment.
    """

    sales: Sales
    spend: list[SpendFact]
    contacts: dict[Person, datetime]
    papers: Papers
    talks: list[Talk]


def chance(part: int) -> random.Random:
    """The chance that rules one part of the world, the same in each build."""
    return random.Random(SEED + part)  # noqa: S311 - repeatable on purpose, no secret comes of it


def live() -> History:
    """Draw the whole history; nothing is written."""
    spend = [*marketing.spend(chance(0)), *vk_spend.facts()]
    rng = chance(1)
    sales = Market(rng).run()
    mess.plant(rng, sales)
    telephony.ring(rng, sales)
    contacts = numbering.number(rng, sales)
    return History(
        sales=sales,
        spend=spend,
        contacts=contacts,
        papers=papers.write(chance(5), sales),
        talks=talks.talk(chance(6), sales),
    )
