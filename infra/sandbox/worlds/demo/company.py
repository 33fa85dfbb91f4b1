"""Who the demo company is: its calendar, its people, its funnels and its dictionaries.

«Северный Дом» sells and fits windows and air conditioning in and around Moscow. Everything here is
invented. Skills differ between managers on purpose, so that the reports have something to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from infra.sandbox.worlds import directory, payloads

NAME = "demo"
TIMEZONE = "Europe/Moscow"
ZONE = timezone(timedelta(hours=3))  # Moscow has kept this offset since 2014
FIRST_DAY = date(2024, 11, 1)
AS_OF = date(2026, 10, 31)
OPENED = datetime(2024, 11, 1, tzinfo=ZONE)
CLOSED = datetime(2026, 11, 1, tzinfo=ZONE)  # nothing of this world happens at or after it
NOW = datetime(2026, 11, 1, 4, tzinfo=ZONE)
BASE_CURRENCY = "RUB"
PORTAL = "severny-dom"

RATES = {
    "RUB": Decimal(1),
    "USD": Decimal("92.3750"),
    "KZT": Decimal("18.6400") / 100,
}

RETAIL, CORPORATE = 0, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """One person of the portal. `selling` and `closing` multiply the two conversions."""

    user_id: int
    name: str
    last_name: str
    second_name: str
    gender: str
    department_id: int
    position: str
    selling: float = 1.0
    closing: float = 1.0
    weight: float = 1.0
    joined: date = FIRST_DAY
    left: date | None = None


DEPARTMENTS = (
    directory.department(department_id=1, name="Северный Дом", head=1),
    directory.department(department_id=2, name="Коммерческий блок", parent=1, head=2),
    directory.department(department_id=3, name="Розница Москва", parent=2, head=10),
    directory.department(department_id=4, name="Розница Область", parent=2, head=15),
    directory.department(department_id=5, name="Корпоративные продажи", parent=2, head=20),
    directory.department(department_id=6, name="Сервис и повторные продажи", parent=2, head=24),
    directory.department(department_id=7, name="Маркетинг", parent=1, head=3),
    directory.department(department_id=8, name="Отдел без людей", parent=7),
)


def _seller(
    user_id: int, full_name: str, gender: str, department_id: int, **more: object
) -> Manager:
    last_name, name, second_name = full_name.split()
    return Manager(
        user_id=user_id,
        name=name,
        last_name=last_name,
        second_name=second_name,
        gender=gender,
        department_id=department_id,
        position="Менеджер по продажам",
        **more,  # type: ignore[arg-type]
    )


SELLERS = (
    _seller(10, "Орлова Марина Сергеевна", "F", 3, selling=1.30, closing=1.35, weight=1.1),
    _seller(11, "Кузнецов Илья Андреевич", "M", 3, selling=1.05, closing=1.10),
    _seller(12, "Фомин Денис Олегович", "M", 3, selling=0.80, closing=0.70, weight=1.2),
    _seller(13, "Белова Анна Игоревна", "F", 3, selling=1.10, closing=0.95, weight=0.9),
    _seller(14, "Тарасов Глеб Юрьевич", "M", 3, selling=0.75, closing=0.85, left=date(2025, 9, 12)),
    _seller(15, "Гусева Ольга Павловна", "F", 4, selling=1.20, closing=1.15),
    _seller(16, "Мельник Артём Викторович", "M", 4, selling=0.95, closing=1.00),
    _seller(
        17, "Зайцева Юлия Романовна", "F", 4, selling=1.00, closing=0.80, joined=date(2025, 3, 3)
    ),
    _seller(
        18, "Щербаков Никита Ильич", "M", 4, selling=0.70, closing=0.75, left=date(2026, 2, 27)
    ),
    _seller(
        19, "Ёлкина Дарья Максимовна", "F", 4, selling=0.90, closing=1.05, joined=date(2026, 1, 12)
    ),
    _seller(20, "Давыдов Роман Евгеньевич", "M", 5, selling=1.25, closing=1.30),
    _seller(21, "Лебедева Софья Кирилловна", "F", 5, selling=1.05, closing=1.05),
    _seller(22, "Ким Виктор Леонидович", "M", 5, selling=0.85, closing=0.90),
    _seller(
        23, "Назарова Эльвира Тимуровна", "F", 5, selling=1.00, closing=0.60, left=date(2025, 6, 30)
    ),
    _seller(24, "Попова Ирина Дмитриевна", "F", 6, selling=1.15, closing=1.25),
    _seller(25, "Сидоров Павел Николаевич", "M", 6, selling=0.95, closing=0.90),
)
SELLER_BY_ID = {seller.user_id: seller for seller in SELLERS}
RETAIL_SELLERS = tuple(s for s in SELLERS if s.department_id in (3, 4))
CORPORATE_SELLERS = tuple(s for s in SELLERS if s.department_id == 5)
SERVICE_SELLERS = tuple(s for s in SELLERS if s.department_id == 6)

OFFICE = (
    Manager(
        user_id=1,
        name="Алексей",
        last_name="Северный",
        second_name="Петрович",
        gender="M",
        department_id=1,
        position="Директор",
    ),
    Manager(
        user_id=2,
        name="Екатерина",
        last_name="Волкова",
        second_name="Львовна",
        gender="F",
        department_id=2,
        position="Коммерческий директор",
    ),
    Manager(
        user_id=3,
        name="Тимур",
        last_name="Ахметов",
        second_name="Рашидович",
        gender="M",
        department_id=7,
        position="Маркетолог",
    ),
)
GHOST_USER = 9999  # responsible on a few records, deleted from the portal long ago

Stage = tuple[str, str]  # (id, semantics)

LEAD_NEW: Stage = ("NEW", "P")
LEAD_WORK: Stage = ("IN_PROCESS", "P")
LEAD_CALLBACK: Stage = ("UC_CALLBACK", "P")
LEAD_CONVERTED: Stage = ("CONVERTED", "S")
LEAD_JUNK: Stage = ("JUNK", "F")
LEAD_NO_ANSWER: Stage = ("UC_NOANSWER", "F")

OPEN_STAGES: dict[int, tuple[Stage, ...]] = {
    RETAIL: (("NEW", "P"), ("PREPARATION", "P"), ("PREPAYMENT_INVOICE", "P"), ("EXECUTING", "P")),
    CORPORATE: (("C2:NEW", "P"), ("C2:ESTIMATE", "P"), ("C2:TENDER", "P"), ("C2:CONTRACT", "P")),
}
WON: dict[int, Stage] = {RETAIL: ("WON", "S"), CORPORATE: ("C2:WON", "S")}
LOST: dict[int, tuple[Stage, ...]] = {
    RETAIL: (("LOSE", "F"), ("APOLOGY", "F")),
    CORPORATE: (("C2:LOSE", "F"),),
}
FORGOTTEN_OPEN: dict[int, Stage] = {RETAIL: ("OLD_MEASURE", "P"), CORPORATE: ("C2:OLD", "P")}
FORGOTTEN_LOST: Stage = ("OLD_REFUSED", "F")  # both were deleted from the funnel, history remains

_STAGE_NAMES = {
    "NEW": "Новая",
    "PREPARATION": "Замер",
    "PREPAYMENT_INVOICE": "Счёт на предоплату",
    "EXECUTING": "Монтаж",
    "WON": "Сделка успешна",
    "LOSE": "Сделка провалена",
    "APOLOGY": "Анализ причины провала",
    "C2:NEW": "Новый запрос",
    "C2:ESTIMATE": "Смета",
    "C2:TENDER": "Тендер",
    "C2:CONTRACT": "Договор",
    "C2:WON": "Договор исполнен",
    "C2:LOSE": "Отказ",
}
_LEAD_STATUSES = (
    (LEAD_NEW, "Не обработан"),
    (LEAD_WORK, "В работе"),
    (LEAD_CALLBACK, "Перезвонить"),
    (LEAD_CONVERTED, "Качественный лид"),
    (LEAD_JUNK, "Некачественный лид"),
    (LEAD_NO_ANSWER, "Не дозвонились"),
)
SOURCES = {
    "CALL": "Звонок",
    "EMAIL": "Электронная почта",
    "WEB": "Веб-сайт",
    "WEBFORM": "CRM-форма",
    "CALLBACK": "Обратный звонок",
    "RECOMMENDATION": "По рекомендации",
    "REPEAT_SALE": "Повторные продажи",
    "TRADE_SHOW": "Выставка",
    "UC_AVITO": "Авито",
    "UC_2GIS": "2ГИС",
    "UC_RADIO": "Радио",
    "UC_BILLBOARD": "Наружная реклама",
    "UC_DESIGNER": "Дизайнеры и прорабы",
    "UC_COLD": "Холодный обзвон",
    "1|TELEGRAM": "Telegram - открытая линия",
    "OTHER": "Другое",
}


def users() -> list[directory.Entry]:
    """Everyone of the portal, dismissed people too."""
    return [
        directory.user(
            user_id=person.user_id,
            name=person.name,
            last_name=person.last_name,
            second_name=person.second_name,
            position=person.position,
            departments=(person.department_id,),
            active=person.left is None,
            registered=datetime.combine(person.joined, datetime.min.time(), ZONE).isoformat(),
            gender=person.gender,
        )
        for person in (*OFFICE, *SELLERS)
    ]


def pipelines() -> list[directory.Entry]:
    """Both funnels."""
    return [
        directory.pipeline(pipeline_id=RETAIL, name="Розница", sort=100),
        directory.pipeline(pipeline_id=CORPORATE, name="Корпоративные клиенты", sort=200),
    ]


def currencies() -> list[directory.Entry]:
    """The base currency and two others; one of them is quoted per hundred."""
    updated = datetime(2026, 10, 31, 9, tzinfo=ZONE).isoformat()
    rows = (
        ("RUB", Decimal(1), 1, True, "Российский рубль"),
        ("USD", Decimal("92.3750"), 1, False, "Доллар США"),
        ("KZT", Decimal("18.6400"), 100, False, "Казахстанский тенге"),
    )
    return [
        directory.currency(
            code=code,
            amount=amount,
            count=count,
            is_base=is_base,
            name=name,
            sort=100 * number,
            updated=updated,
        )
        for number, (code, amount, count, is_base, name) in enumerate(rows, start=1)
    ]


def statuses() -> list[directory.Entry]:
    """Lead stages, deal stages of both funnels, sources and a few small lists."""
    rows = [("STATUS", stage, name, None) for stage, name in _LEAD_STATUSES]
    for pipeline, entity in ((RETAIL, "DEAL_STAGE"), (CORPORATE, "DEAL_STAGE_2")):
        stages = (*OPEN_STAGES[pipeline], WON[pipeline], *LOST[pipeline])
        category = pipeline or None
        rows += [(entity, stage, _STAGE_NAMES[stage[0]], category) for stage in stages]
    rows += [("SOURCE", (code, "P"), name, None) for code, name in SOURCES.items()]
    rows += [("DEAL_TYPE", ("SALE", "P"), "Продажа", None)]
    rows += [("CONTACT_TYPE", ("CLIENT", "P"), "Клиент", None)]
    rows += [("COMPANY_TYPE", ("CUSTOMER", "P"), "Клиент", None)]
    return directory.statuses(
        payloads.status(
            row_id=100 + 2 * number,
            entity=entity,
            status_id=stage_id,
            name=name,
            sort=10 * number,
            semantics=semantics,
            category_id=category,
        )
        for number, (entity, (stage_id, semantics), name, category) in enumerate(rows, start=1)
    )
