"""The routes of the bank's site."""

from __future__ import annotations

from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from infra.sandbox.cbr.rates import Rate, holding_on, set_between
from infra.sandbox.store import Store

ENCODING = "windows-1251"
_REFUSED = "<html><head><title>403 Forbidden</title></head><body>Доступ запрещён</body></html>"
_ERROR = "<ValCurs>Error in parameters</ValCurs>"


class CentralBank:
    """Serves the rates of a world.

    Args:
        store: the world.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def daily(self, request: Request) -> Response:
        """Serve the rates that hold on a day; today where none is named."""
        if not request.headers.get("user-agent"):
            return _refused()
        asked = request.query_params.get("date_req")
        day = self._store.now().date() if asked is None else _day(asked)
        if day is None:
            return _xml(_ERROR)
        found = holding_on(self._store, day)
        set_for = date.fromisoformat(found[0].day) if found else day
        rows = "".join(_valute(rate) for rate in found)
        return _xml(
            f'<ValCurs Date="{set_for:%d.%m.%Y}" name="Foreign Currency Market">{rows}</ValCurs>'
        )

    async def dynamic(self, request: Request) -> Response:
        """Serve the rates of one currency that were set for the days of a range."""
        if not request.headers.get("user-agent"):
            return _refused()
        first, last = (
            _day(request.query_params.get(name, "")) for name in ("date_req1", "date_req2")
        )
        if first is None or last is None or last < first:
            return _xml(_ERROR)
        valute_id = request.query_params.get("VAL_NM_RQ", "")
        found = set_between(self._store, valute_id, first, last)
        rows = "".join(_record(rate) for rate in found)
        return _xml(
            f'<ValCurs ID={quoteattr(valute_id)} DateRange1="{first:%d.%m.%Y}"'
            f' DateRange2="{last:%d.%m.%Y}" name="Foreign Currency Market Dynamic">'
            f"{rows}</ValCurs>"
        )


def routes(store: Store) -> list[Route]:
    """Return the routes of a world's bank."""
    bank = CentralBank(store)
    return [
        Route("/scripts/XML_daily.asp", bank.daily),
        Route("/scripts/XML_dynamic.asp", bank.dynamic),
    ]


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%d/%m/%Y").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        return None


def _valute(rate: Rate) -> str:
    return (
        f'<Valute ID="{rate.valute_id}"><NumCode>{rate.num_code}</NumCode>'
        f"<CharCode>{rate.char_code}</CharCode><Nominal>{rate.nominal}</Nominal>"
        f"<Name>{escape(rate.name)}</Name>{_value(rate)}</Valute>"
    )


def _record(rate: Rate) -> str:
    day = date.fromisoformat(rate.day)
    return (
        f'<Record Date="{day:%d.%m.%Y}" Id="{rate.valute_id}"><Nominal>{rate.nominal}</Nominal>'
        f"{_value(rate)}</Record>"
    )


def _value(rate: Rate) -> str:
    whole, _, fraction = rate.value.partition(",")
    digits = f"{int(whole + fraction):0{len(fraction) + 1}d}"
    shift = len(fraction) + len(str(rate.nominal)) - 1
    digits = digits.rjust(shift + 1, "0")
    unit = f"{digits[:-shift]},{digits[-shift:]}".rstrip("0").rstrip(",") if shift else digits
    return f"<Value>{rate.value}</Value><VunitRate>{unit}</VunitRate>"


def _xml(document: str) -> Response:
    text = f'<?xml version="1.0" encoding="{ENCODING}"?>{document}'
    kind = f"application/xml; charset={ENCODING}"
    return Response(text.encode(ENCODING), headers={"content-type": kind})


def _refused() -> Response:
    return HTMLResponse(_REFUSED, status_code=403)
