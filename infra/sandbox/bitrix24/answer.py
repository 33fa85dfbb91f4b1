"""What a method gives back: a result with its paging, or an error; and the `time` block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PAGE_SIZE = 50
"""Every list method of REST v2 serves 50 rows a page."""

OPERATING_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one method returned.

    Args:
        result: anything that JSON can hold; rows may be raw JSON text (`msgspec.Raw`).
        total: how many rows there are in all; None where the method does not count.
        next: where the next page starts; None on the last page or where nothing was counted.
        rows: how many rows were read, which is what the modelled execution time grows with.
    """

    result: object
    total: int | None = None
    next: int | None = None
    rows: int = 0


class ApiError(Exception):
    """A request that the portal refuses.

    Args:
        code: the `error` of the body; the API also sends `""` and the number 0 there.
        description: the `error_description` of the body.
        status: the HTTP status of a single call; inside a batch there is none.
    """

    def __init__(self, *, code: str | int, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status

    def body(self) -> dict[str, object]:
        """Return the error as the API spells it."""
        return {"error": self.code, "error_description": self.description}


def page_answer(result: object, *, rows: int, total: int, start: int) -> Answer:
    """Return a counted page: `next` is there only where a further page is."""
    following = start + PAGE_SIZE
    return Answer(
        result=result,
        total=total,
        next=following if following < total else None,
        rows=rows,
    )


def time_block(
    now: datetime, *, seconds: float, operating: float, reset_in: float
) -> dict[str, object]:
    """Return the `time` of an answer.

    Args:
        now: the portal's clock, with its offset.
        seconds: how long the method ran.
        operating: seconds that the method has run within the last ten minutes.
        reset_in: seconds until the oldest of these leaves the window.
    """
    start = now.timestamp()
    finish = now + timedelta(seconds=seconds)
    return {
        "start": start,
        "finish": start + seconds,
        "duration": seconds,
        "processing": seconds,
        "date_start": now.isoformat(timespec="seconds"),
        "date_finish": finish.isoformat(timespec="seconds"),
        "operating_reset_at": int(start + reset_in),
        "operating": operating,
    }
