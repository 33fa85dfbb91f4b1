"""Invented customers: Russian names, firms, and phone numbers in every spelling."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_words = str.split  # a list literal would put each name on its own line

_MEN = _words(
    "Александр Дмитрий Максим Сергей Андрей Алексей Артём Илья Кирилл Михаил Никита Матвей Роман "
    "Егор Арсений Иван Денис Евгений Даниил Тимофей Владислав Игорь Владимир Павел Руслан Марк "
    "Константин Тимур Олег Ярослав Антон Николай Глеб Данил Савелий Вадим Степан Юрий"
)
_WOMEN = _words(
    "Анастасия Мария Анна Виктория Екатерина Наталья Марина Полина София Дарья Алиса Ксения Ольга "
    "Елена Светлана Юлия Татьяна Ирина Валерия Алёна Евгения Вероника Кристина Людмила Надежда "
    "Галина Диана Арина Маргарита Вера Любовь Жанна Лариса Регина"
)
_SURNAMES = _words(
    "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков "
    "Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин "
    "Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов "
    "Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв "
    "Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов"
)
_FATHERS = _words(
    "Александров Дмитриев Сергеев Андреев Алексеев Михайлов Иванов Евгеньев Владимиров Павлов "
    "Константинов Олегов Николаев Юрьев Викторов Анатольев Борисов Леонидов Григорьев Васильев"
)
_FIRMS = _words(
    "Альянс Вектор Горизонт Дельта Енисей Заря Импульс Каскад Легион Меридиан Норд Орион Парус "
    "Радуга Сигма Титан Уран Форум Холдинг Центр Эталон Юпитер Ясень Квадрат Монолит Прогресс "
    "Рубеж Строитель Технолог Уют Фасад Гарант Бастион Партнёр Ориентир Аврора"
)
_TRADES = ("Строй", "Инвест", "Сервис", "Торг", "Проект", "Девелопмент", "Отель", "Клиник", "")


@dataclass(slots=True, kw_only=True, eq=False)
class Organisation:
    """A company that buys. `company_id` is given when all records are numbered."""

    title: str
    is_own: bool = False
    company_id: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """A customer or somebody who asked. `contact_id` stays 0 for those who never became one."""

    name: str
    last_name: str
    second_name: str
    gender: str
    phones: tuple[str, ...]
    email: str | None
    number: int
    organisation: Organisation | None = None
    contact_id: int = 0
    second_contact: Person | None = field(default=None, repr=False)

    @property
    def full_name(self) -> str:
        """Surname and first name as a manager writes them."""
        return f"{self.last_name} {self.name}"

    @property
    def dialled(self) -> str:
        """The first phone as the telephony writes it: digits and a plus."""
        digits = "".join(c for c in self.phones[0] if c.isdigit()) if self.phones else ""
        return f"+{digits}" if digits else ""


def person(rng: random.Random, number: int) -> Person:
    """A new person; `number` is theirs alone."""
    is_woman = rng.random() < 0.47
    surname = rng.choice(_SURNAMES)
    ending = "на" if is_woman else "ич"
    name = rng.choice(_WOMEN if is_woman else _MEN)
    phones = tuple(phone(rng) for _ in range(rng.choices((0, 1, 2), (4, 86, 10))[0]))
    return Person(
        name=name,
        last_name=f"{surname}а" if is_woman else surname,
        second_name=rng.choice(_FATHERS) + ending,
        gender="F" if is_woman else "M",
        phones=phones,
        email=f"client{number}@example.com" if rng.random() < 0.55 else None,
        number=number,
    )


def organisation(rng: random.Random) -> Organisation:
    """A new firm; names repeat now and then, as they do."""
    if rng.random() < 0.25:
        return Organisation(title=f"ИП {rng.choice(_SURNAMES)} {rng.choice('АВДЕИКМНОПРС')}. А.")
    form = rng.choices(("ООО", "АО", "ТОО"), (86, 12, 2))[0]
    quote = ("«", "»") if rng.random() < 0.8 else ('"', '"')
    return Organisation(
        title=f"{form} {quote[0]}{rng.choice(_FIRMS)}{rng.choice(_TRADES)}{quote[1]}"
    )


def phone(rng: random.Random) -> str:
    """A number in one of the spellings that people and forms leave behind.

    The subscriber part begins with 000 or 555, which no operator of these codes gives out.
    """
    code = rng.choice(("495", "499", "903", "916", "925", "926", "985"))
    a, b, c = rng.choice(("000", "555")), f"{rng.randrange(100):02}", f"{rng.randrange(100):02}"
    spellings = (
        f"+7{code}{a}{b}{c}",
        f"+7 ({code}) {a}-{b}-{c}",
        f"8{code}{a}{b}{c}",
        f"8 ({code}) {a} {b} {c}",
        f"7{code}{a}{b}{c}",
        f"+7-{code}-{a}-{b}-{c}",
        f"{code}{a}{b}{c}",
        f"8\u00a0{code}\u00a0{a}\u00a0{b}\u00a0{c}",
        f"+7 {code} {a} {b}{c} доб. {rng.randrange(10, 999)}",
        f"8{code}{a}{b}{c}, 8{code}{a}{c}{b}",
        f"+375 29 000 {b} {c}",
        f"+1 (555) 555-{b}{c}",
        f"{a}-{b}-{c}",
        "не звонить!",
    )
    return rng.choices(spellings, (30, 18, 14, 6, 8, 4, 5, 3, 3, 2, 3, 1, 2, 1))[0]
