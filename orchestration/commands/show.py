"""`make show`: the two reports in the terminal, and how a BI tool gets at the rest.

Everything here is read as `bi_reader` from the published marts, as a BI tool would read it.
Ratios are sums over sums; where the divisor is zero there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import psycopg
from dotenv import dotenv_values
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from rich.markup import escape

from infra.postgres import Warehouse
from orchestration.advice import what_to_do
from orchestration.commands.place import CommandError, warehouses
from orchestration.commands.terminal import console, table

MOST_MANAGERS = 25
WIDE = 110
"""Columns of a terminal from which on a table shows everything."""

AD_PAYBACK = """
    select
        case
            when grouping(channel_code) = 0 then min(channel_name_en)
            when grouping(is_paid_channel) = 0 then 'Paid channels'
            else 'All channels'
        end,
        case
            when grouping(channel_code) = 0 then min(channel_name_ru)
            when grouping(is_paid_channel) = 0 then 'Платные каналы'
            else 'Все каналы'
        end,
        sum(spend_reporting_amount), sum(inquiries_count), sum(deals_count),
        sum(won_deals_count), sum(revenue_reporting_amount),
        sum(payback_spend_reporting_amount), sum(payback_revenue_reporting_amount),
        sum(inquiries_count) filter (where is_payback_complete),
        sum(won_deals_count) filter (where is_payback_complete)
    from marts.report_ad_payback
    group by grouping sets ((channel_code, is_paid_channel), (is_paid_channel), ())
    having grouping(channel_code) = 0 or grouping(is_paid_channel) = 1 or bool_and(is_paid_channel)
    order by grouping(channel_code), grouping(is_paid_channel), 7 desc, 3 desc, 1
"""

MANAGER_KPIS = """
    select
        min(manager_name), min(department_name), sum(inquiries_count), sum(deals_count),
        sum(won_deals_count), sum(lost_deals_count), sum(revenue_reporting_amount)
    from marts.report_manager_kpis
    group by manager_key
    order by 7 desc, 5 desc, 1
"""

PERIOD = """
    select
        min(report_on) filter (where date_key > 0), max(report_on) filter (where date_key > 0),
        min(reporting_currency_code)
    from marts.report_ad_payback
"""

THROUGH = """
    select source, min(data_through_on), sum(rows_count)
    from marts.report_source_freshness
    where state_code in ('current', 'stale')
    group by source
    order by source
"""

STALE = """
    select
        source,
        case when bool_and(state_code = 'stale') then min(complete_on) end,
        max(hours_behind_count),
        array_agg(distinct stream order by stream),
        min(last_failure_code),
        min(last_failure_reason)
    from marts.report_source_freshness
    where is_stale
    group by source
    order by source
"""

CUT = """
    select max(report_on) filter (where is_payback_complete) from marts.report_ad_payback
    having bool_or(not is_payback_complete and is_paid_channel)
"""


def show() -> int:
    """Print the reports of the warehouse that was run last.

    Raises:
        CommandError: none was run yet, or it is down.
    """
    path = warehouses() / "bi_reader.env"
    settings = dotenv_values(path)
    if not settings:
        msg = "Nothing was run yet: `make demo` runs the sandbox company, `make run` your sources."
        raise CommandError(msg)
    names = {"PGHOST": "host", "PGPORT": "port", "PGDATABASE": "dbname"}
    names |= {"PGUSER": "user", "PGPASSWORD": "password"}
    _reports(make_conninfo(**{names[name]: str(value) for name, value in settings.items()}))
    return 0


def reports(warehouse: Warehouse) -> None:
    """Print what a warehouse's owner wants to know."""
    _reports(warehouse.dsn("bi_reader"))


def _reports(dsn: str) -> None:
    try:
        connection = psycopg.connect(dsn, connect_timeout=10)
    except psycopg.OperationalError:
        msg = "PostgreSQL is down: `make demo`, `make run` and `make up` start it."
        raise CommandError(msg) from None
    with connection:
        first, last, currency = connection.execute(PERIOD).fetchall()[0]
        console.print()
        _ad_payback(connection.execute(AD_PAYBACK).fetchall(), f"{first} – {last}, {currency}")
        _manager_kpis(connection.execute(MANAGER_KPIS).fetchall(), f"{first} – {last}, {currency}")
        _through(connection.execute(THROUGH).fetchall())
        _stale(connection.execute(STALE).fetchall(), connection.execute(CUT).fetchall())


def _ad_payback(rows: Sequence[TupleRow], period: str) -> None:
    wide = console.width >= WIDE
    shown = table(
        f"Ad payback · Окупаемость рекламы ({period})",
        ["Channel\nКанал"],
        ["Spend\nРасход", "Inquiries\nОбращения", "Deals\nСделки", "Won\nВыиграно"],
        ["Revenue\nВыручка", "ROI\nпо выручке"],
        ["CPL\nЦена обр.", "CPO\nЦена прод."] if wide else [],
    )
    for english, russian, spend, inquiries, deals, won, revenue, *complete in rows:
        if english == "Paid channels":
            shown.add_section()
        paid, earned, asked, sold = (figure or Decimal(0) for figure in complete)
        prices = [ratio(paid, asked), ratio(paid, sold)] if paid else [None, None]
        shown.add_row(
            f"{english} · {russian}" if wide and english != russian else russian,
            *(whole(figure) for figure in (spend, inquiries, deals, won, revenue)),
            percent(ratio(earned - paid, paid)),
            *(whole(price) for price in prices if wide),
        )
    console.print(shown)


def _manager_kpis(rows: Sequence[TupleRow], period: str) -> None:
    wide = console.width >= WIDE
    shown = table(
        f"Manager KPIs · Показатели менеджеров ({period})",
        ["Manager\nМенеджер", "Department\nОтдел"] if wide else ["Manager\nМенеджер"],
        ["Inquiries\nОбращения", "Deals\nСделки", "Won\nВыиграно", "Lost\nПроиграно"],
        ["Win rate\nДоля выигр.", "Revenue\nВыручка"],
        ["Average\nСр. чек"] if wide else [],
    )
    for name, department, inquiries, deals, won, lost, revenue in rows[:MOST_MANAGERS]:
        shown.add_row(
            *((name, department) if wide else (name,)),
            *(whole(figure) for figure in (inquiries, deals, won, lost)),
            percent(ratio(won, won + lost)),
            whole(revenue),
            *((whole(ratio(revenue, won)),) if wide else ()),
        )
    console.print(shown)
    if len(rows) > MOST_MANAGERS:
        console.print(f"  and {len(rows) - MOST_MANAGERS} more in marts.report_manager_kpis\n")


def _through(rows: Sequence[TupleRow]) -> None:
    days = [day for _, day, _ in rows if day is not None]
    console.print(f"[bold]Data through · Данные по[/bold] {min(days) if days else 'unknown'}")
    for source, day, count in rows:
        console.print(f"  {source:<14} {day or 'read whole'!s:<11} {whole(count):>10} rows")
    console.print()


def _stale(rows: Sequence[TupleRow], cut: Sequence[TupleRow]) -> None:
    """Say in plain words what is behind, since when, and what to do."""
    for source, through, hours, streams, code, reason in rows:
        since = f"complete through {through}, {hours} hours behind" if through else "never loaded"
        console.print(
            f"[bold yellow]Stale · Устарело[/bold yellow] {source}: {since} ({', '.join(streams)})"
        )
        if code:
            said = escape(f"{code}: {reason.rstrip('.')}. {what_to_do(code)}")
            console.print(f"  {said}", soft_wrap=True)
    if rows and cut:
        console.print(f"  Payback counts days through {cut[0][0]} · окупаемость по эту дату")
    if rows:
        console.print("  See docs/operations.md, “A source is stale”.\n")


def connection(warehouse: Warehouse) -> None:
    """Print how a BI tool gets in."""
    console.print(
        "[bold]Connect a BI tool[/bold]\n"
        f"  host {warehouse.host}, port {warehouse.port}, database {warehouse.database}, "
        "schema marts, user bi_reader\n"
        f"  password: in {warehouses() / 'bi_reader.env'}\n",
        soft_wrap=True,
    )


def next_steps(*, sandbox: bool) -> None:
    """Print what to type next."""
    console.print(
        "[bold]Next[/bold]\n"
        "  make up      keep it fresh, and look at every table's lineage in the Dagster UI\n"
        "  make show    these tables again\n"
        "  make down    stop PostgreSQL and whatever else is up",
        soft_wrap=True,
    )
    if sandbox:
        console.print("  your data    cp .env.example .env, fill in what you have, make run")


def ratio(above: Decimal, below: Decimal) -> Decimal | None:
    """Return a ratio, None where there is nothing to divide by."""
    return Decimal(above) / Decimal(below) if below else None


def whole(number: Decimal | int | None) -> str:
    """Return a number without decimals, in groups of three."""
    return "–" if number is None else f"{round(number):,}".replace(",", " ")


def percent(share: Decimal | None) -> str:
    """Return a share as per cent."""
    return "–" if share is None else f"{round(share * 100):,} %".replace(",", " ")
