"""One portal over HTTP: single calls and batches, their envelope taken off, their errors raised.

A batch is read while it arrives: each part is handed on as soon as it is complete, so that a page
of rows is turned into records before the next one is parsed.

Sources: https://apidocs.bitrix24.com (how to call REST, batch, the `time` block).

Not here: what an error means (`verdicts.py`), how pages follow each other (`walk.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, TypeVar

from connectors import json_stream
from connectors.bitrix24.access import Access
from connectors.bitrix24.budget import OperatingBudget
from connectors.bitrix24.envelope import Timing, nested, number, php_map, timing_of
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.bitrix24.verdicts import Refusal, refusal
from connectors.errors import ConnectorError, ContractBroken, RateLimited, Unavailable
from connectors.http import Answer, Request

T = TypeVar("T")
R = TypeVar("R")

_OK = 200
_TOP = frozenset({"error", "error_description", "time"})
_SINGLE = _TOP | {"result", "next", "total"}
_PARTS = "result.result."
_BATCH = _TOP | {"result.result_error", "result.result_total", "result.result_time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """What one method returned; `next` is where its next page starts, if it has one."""

    result: object
    next: int | None
    total: int | None
    time: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Generic[T]):
    """What a batch returned, by the names of its commands.

    Args:
        results: what was made of each result.
        refusals: the errors of single commands.
        totals: how many rows a counted list has.
        seconds: how long each command took, where the portal said.
        time: of the whole batch; `operating` and `resets_in` are those of its commands.
    """

    results: Mapping[str, T]
    refusals: Mapping[str, Refusal]
    totals: Mapping[str, int]
    seconds: Mapping[str, float]
    time: Timing


@dataclass(slots=True)
class _Envelope:
    """What stands around the results."""

    values: dict[str, object] = field(default_factory=dict[str, object])
    has_result: bool = False

    def take(self, path: str, value: object) -> None:
        self.values[path] = value

    def get(self, path: str) -> object:
        return self.values.get(path)


class Portal:
    """Calls a portal's methods.

    Args:
        access: asks within the limits, and again where that helps.
        budget: the execution time that methods have used.
    """

    def __init__(self, access: Access, budget: OperatingBudget) -> None:
        self._access = access
        self._budget = budget

    def call(self, method: str, params: Mapping[str, object]) -> Single:
        """Call one method.

        Raises:
            ConnectorError: see `verdicts.py`.
        """

        def request() -> Request:
            self._budget.wait(method)
            return Request(name=method, path=method, json=dict(params))

        def read(answer: Answer) -> Single:
            envelope = _Envelope()
            for path, value in _values(answer, method, _SINGLE.__contains__):
                envelope.take(path, value)
            envelope.has_result = "result" in envelope.values
            timing = self._checked(envelope, answer.status, method)
            self._note(method, timing)
            return Single(
                result=envelope.get("result"),
                next=number(envelope.get("next")),
                total=number(envelope.get("total")),
                time=timing,
            )

        return self._access.fetch(request, read)

    def batch(
        self,
        method: str,
        build: Callable[[bool], Mapping[str, str]],
        convert: Callable[[str, object], T],
        conclude: Callable[[Parts[T]], R],
        *,
        halt: bool,
    ) -> R:
        """Run up to fifty commands in one request.

        Args:
            method: the method that the commands call, for errors and its time budget.
            build: returns the commands by name; told whether the portal failed at the ones
                before, so that it may ask for less. Names are no numbers: PHP would make a list.
            convert: turns a command's result into what is kept of it, while the rest arrives.
            conclude: judges the whole; what it raises is retried as any other failure.
            halt: end the batch at the first command that fails.

        Raises:
            ConnectorError: see `verdicts.py`, and what `convert` and `conclude` raise.
        """
        asked: dict[str, str] = {}
        has_failed = False

        def request() -> Request:
            nonlocal asked, has_failed
            self._budget.wait(method)
            asked = dict(build(has_failed))
            has_failed = True
            return Request(name=method, path="batch", json={"halt": int(halt), "cmd": asked})

        def read(answer: Answer) -> R:
            nonlocal has_failed
            try:
                return conclude(self._parts(answer, method, asked, convert))
            except RateLimited:
                has_failed = False
                raise

        return self._access.fetch(request, read)

    def error(self, refused: Refusal, method: str, timing: Timing) -> ConnectorError:
        """Return the exception for a refusal, with the wait that the time budget asks for."""
        wait = self._budget.exhausted(method, timing.resets_in) if refused.is_time_budget else None
        return refused.as_error(method, retry_after=wait)

    def _parts(
        self,
        answer: Answer,
        method: str,
        asked: Mapping[str, str],
        convert: Callable[[str, object], T],
    ) -> Parts[T]:
        paths = {f"{_PARTS}{name}": name for name in asked}
        envelope = _Envelope()
        results: dict[str, T] = {}
        for path, value in _values(answer, method, lambda at: at in paths or at in _BATCH):
            if path in paths:
                results[paths[path]] = convert(paths[path], value)
            else:
                envelope.take(path, value)
        refusals = {
            name: refusal(error, None, _OK)
            for name, error in php_map(envelope.get("result.result_error")).items()
        }
        envelope.has_result = bool(results or refusals)
        timing = self._checked(envelope, answer.status, method)
        times = {
            name: timing_of(block)
            for name, block in php_map(envelope.get("result.result_time")).items()
        }
        whole = nested(timing, times.values())
        self._note(method, whole)
        if not envelope.has_result:
            msg = "a batch answered none of its commands"
            raise ContractBroken(msg, source=SOURCE_NAME, method=method)
        totals = php_map(envelope.get("result.result_total"))
        return Parts(
            results=results,
            refusals=refusals,
            totals={
                name: count
                for name, total in totals.items()
                if (count := number(total)) is not None
            },
            seconds={name: at.seconds for name, at in times.items() if at.seconds is not None},
            time=whole,
        )

    def _checked(self, envelope: _Envelope, status: int, method: str) -> Timing:
        """Return the time block, or raise the answer's error."""
        timing = timing_of(envelope.get("time"))
        error = envelope.get("error")
        failed = "error" in envelope.values and bool(error or not envelope.has_result)
        if failed or status != _OK:
            refused = refusal(error, envelope.get("error_description"), status)
            raise self.error(refused, method, timing)
        return timing

    def _note(self, method: str, timing: Timing) -> None:
        if timing.operating is not None:
            self._budget.saw(method, timing.operating, timing.resets_in)


def _values(
    answer: Answer, method: str, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, object]]:
    """Yield the wanted values of a JSON answer; tell a page for people from one cut short."""
    chunks = answer.chunks()
    first = next((chunk for chunk in chunks if chunk.strip()), b"")
    if not first.lstrip().startswith(b"{"):
        if answer.status != _OK:
            raise Refusal(code="", status=answer.status).as_error(method)
        if not first:
            msg = "the answer is empty"
            raise Unavailable(msg, source=SOURCE_NAME, method=method)
        msg = "the portal answered with something else than JSON: a page for people, or no portal"
        raise ContractBroken(msg, source=SOURCE_NAME, method=method)
    try:
        yield from json_stream.values(chain((first,), chunks), wanted)
    except json_stream.NotJson:
        failure = _unreadable(answer.status, method)
    else:
        return
    raise failure


def _unreadable(status: int, method: str) -> ConnectorError:
    if status != _OK:
        return Refusal(code="", status=status).as_error(method)
    msg = "the answer is not complete JSON"
    return Unavailable(msg, source=SOURCE_NAME, method=method)
