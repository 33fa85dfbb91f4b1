"""What the demo company sells, and how the amount of a deal breaks up into lines."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")
_EVEN_CENTS = Decimal("0.02")  # half a metre of an even price is still a whole number of cents
_HALF = Decimal("0.5")
PIECE, METRE, SQUARE_METRE, HOUR = (796, "шт"), (6, "м"), (55, "м²"), (356, "ч")
GOODS_TYPE, SERVICE_TYPE = 1, 7  # crm/data-types.md, types of a product row


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One product or service; `measure` is (OKEI code, name)."""

    product_id: int
    name: str
    measure: tuple[int, str]
    type_id: int = GOODS_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One product row: `price` is of one unit, VAT included, after a discount of so many percent.

    `tax_rate` None: without VAT.
    """

    good: Good
    price: Decimal
    quantity: Decimal
    discount_rate: int
    tax_rate: int | None

    @property
    def amount(self) -> Decimal:
        """What the line adds to the sum."""
        return (self.price * self.quantity).quantize(CENT)


GOODS = (
    Good(product_id=1001, name="Окно ПВХ двухкамерное", measure=PIECE),
    Good(product_id=1002, name="Окно ПВХ энергосберегающее", measure=PIECE),
    Good(product_id=1003, name="Балконный блок", measure=PIECE),
    Good(product_id=1004, name="Остекление лоджии алюминий", measure=SQUARE_METRE),
    Good(product_id=1005, name="Остекление фасада", measure=SQUARE_METRE),
    Good(product_id=1006, name="Подоконник", measure=METRE),
    Good(product_id=1007, name="Откос утеплённый", measure=METRE),
    Good(product_id=1008, name="Москитная сетка", measure=PIECE),
    Good(product_id=1009, name="Дверь входная", measure=PIECE),
    Good(product_id=1010, name="Кондиционер настенный", measure=PIECE),
    Good(product_id=1011, name="Мультисплит-система", measure=PIECE),
    Good(product_id=1012, name="Трасса межблочная", measure=METRE),
)
SERVICES = (
    Good(product_id=1101, name="Монтаж", measure=PIECE, type_id=SERVICE_TYPE),
    Good(product_id=1102, name="Доставка", measure=PIECE, type_id=SERVICE_TYPE),
    Good(product_id=1103, name="Работа бригады", measure=HOUR, type_id=SERVICE_TYPE),
)
_CUT = (SQUARE_METRE, METRE)
_DISCOUNTS = (0, 0, 0, 0, 5, 10, 15)
_TAXES = (None, 20, 20, 20, 10)


def lines(rng: random.Random, amount: Decimal) -> tuple[Line, ...]:
    """Break an amount up into one to four lines that add up to it exactly."""
    goods: Sequence[Good] = rng.sample(GOODS, rng.randrange(4))
    tax_rate = rng.choice(_TAXES)
    left = amount
    found: list[Line] = []
    for good in goods:
        target = left * Decimal(rng.randrange(20, 60)) / 100
        quantity, step = Decimal(rng.randrange(1, 7)), CENT
        if good.measure in _CUT:
            quantity, step = quantity + _HALF * rng.randrange(2), _EVEN_CENTS
        price = (target / quantity / step).to_integral_value(ROUND_DOWN) * step
        if price > 0:
            discount = rng.choice(_DISCOUNTS)
            found.append(_line(good, price, quantity, discount, tax_rate))
            left -= price * quantity
    found.append(_line(rng.choice(SERVICES), left, Decimal(1), 0, tax_rate))
    return tuple(found)


def _line(
    good: Good, price: Decimal, quantity: Decimal, discount_rate: int, tax_rate: int | None
) -> Line:
    return Line(
        good=good,
        price=price,
        quantity=quantity,
        discount_rate=discount_rate,
        tax_rate=tax_rate,
    )
