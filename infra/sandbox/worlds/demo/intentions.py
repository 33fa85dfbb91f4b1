"""What the demo company meant to reach, and the actions that its marketing took.

A plan is a company's own word: nothing is drawn here, and no other figure of the world depends on
it. It looks two months ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from infra.sandbox.worlds.advertising import Action, PlanLine
from infra.sandbox.worlds.demo.company import AS_OF, BASE_CURRENCY, FIRST_DAY, SELLERS, Manager

_MONTHS_AHEAD = 2
_STEP = Decimal(10_000)
_SEASON = (74, 78, 92, 105, 122, 134, 130, 118, 110, 102, 90, 70)
"""Percent of a usual month, from January on; summer sells, winter does not."""

_FIRST_YEAR_REVENUE = Decimal(13_500_000)
_GROWTH = Decimal("1.12")
_DEPARTMENT_PERCENT = {"3": 36, "4": 27, "5": 30, "6": 7}
_PIPELINE_PERCENT = {"0": 68, "2": 32}
_WON_OF_A_SELLER = {3: 9, 4: 8, 5: 7, 6: 6}
_INQUIRIES, _SPEND, _CPL = 1_050, Decimal(1_900_000), Decimal(1_800)
_CHANNELS = {
    "yandex_direct": (Decimal(700_000), Decimal(2_600)),
    "google_ads": (Decimal(500_000), Decimal(2_500)),
    "vk_ads": (Decimal(170_000), Decimal(3_200)),
}

ACTIONS = (
    Action(
        name="Летняя скидка на кондиционеры",
        first_day=date(2026, 6, 1),
        last_day=date(2026, 6, 30),
        product="Кондиционер настенный",
    ),
    Action(
        name="Утреннее шоу на радио",
        first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 31),
        channel_code="offline",
        baseline=(date(2026, 1, 1), date(2026, 1, 31)),
    ),
    Action(
        name="Осенний бюджет в Директе",
        first_day=date(2026, 10, 12),
        last_day=date(2026, 11, 30),
        channel_code="yandex_direct",
    ),
)


def plan() -> Iterator[PlanLine]:
    """Every line of the plan, month by month."""
    for month in _months():
        yield from _of_the_company(month)
        yield from _of_its_parts(month)


def _months() -> Iterator[date]:
    month = FIRST_DAY
    for _ in range((AS_OF.year - month.year) * 12 + AS_OF.month - month.month + 1 + _MONTHS_AHEAD):
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _of_the_company(month: date) -> Iterator[PlanLine]:
    yield PlanLine(month=month, metric="revenue", value=_revenue(month), currency=BASE_CURRENCY)
    won = sum(_WON_OF_A_SELLER[seller.department_id] for seller in _sellers(month))
    yield PlanLine(month=month, metric="won", value=Decimal(won * _season(month) // 100))
    inquiries = Decimal(_INQUIRIES * _season(month) // 100)
    yield PlanLine(month=month, metric="inquiries", value=inquiries)
    yield PlanLine(month=month, metric="spend", value=_of_season(_SPEND, month), currency="RUB")
    yield PlanLine(month=month, metric="cpl", value=_CPL, currency=BASE_CURRENCY)


def _of_its_parts(month: date) -> Iterator[PlanLine]:
    revenue = _revenue(month)
    for scope, parts in (("department", _DEPARTMENT_PERCENT), ("pipeline", _PIPELINE_PERCENT)):
        for member, percent in parts.items():
            yield PlanLine(
                month=month,
                metric="revenue",
                scope=scope,
                member=member,
                value=revenue * percent / 100,
                currency=BASE_CURRENCY,
            )
    for seller in _sellers(month):
        yield PlanLine(
            month=month,
            metric="won",
            scope="manager",
            member=str(seller.user_id),
            value=Decimal(_WON_OF_A_SELLER[seller.department_id]),
        )
    for code, (spend, price) in _CHANNELS.items():
        for metric, value in (("spend", _of_season(spend, month)), ("cpl", price)):
            yield PlanLine(
                month=month,
                metric=metric,
                scope="channel",
                member=code,
                value=value,
                currency=BASE_CURRENCY,
            )


def _sellers(month: date) -> Iterator[Manager]:
    """Yield who sells for the whole month: nobody plans for people who come or go in it."""
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return (
        seller
        for seller in SELLERS
        if seller.joined <= month and (seller.left is None or seller.left >= last)
    )


def _season(month: date) -> int:
    return _SEASON[month.month - 1]


def _revenue(month: date) -> Decimal:
    years = (month - FIRST_DAY).days // 365
    return _of_season(_FIRST_YEAR_REVENUE * _GROWTH**years, month)


def _of_season(usual: Decimal, month: date) -> Decimal:
    return (usual * _season(month) / 100 / _STEP).to_integral_value() * _STEP
