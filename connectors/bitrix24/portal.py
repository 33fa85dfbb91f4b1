"""One portal over HTTP: single calls and batches, their envelope taken off, their errors raised.

An answer is kept as the bytes it came in; what stands around the results is read, the results are
handed on as slices of the body (`raw_json.py`).

Sources: https://apidocs.bitrix24.com (how to call REST, batch, the `time` block).

Not here: what an error means (`verdicts.py`), how pages follow each other (`walk.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from connectors import raw_json
from connectors.bitrix24.access import Access
from connectors.bitrix24.budget import OperatingBudget
from connectors.bitrix24.envelope import Timing, nested, number, php_map, timing_of
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.bitrix24.verdicts import Refusal, refusal
from connectors.errors import ConnectorError, ContractBroken, RateLimited, Unavailable
from connectors.http import Answer, Request
from connectors.json_stream import NotJson
from connectors.raw_json import Json

T = TypeVar("T")
R = TypeVar("R")

_OK = 200
_OPENING = re.compile(rb"\s*\{")
_ABSENT = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """What one method returned; `next` is where its next page starts, if it has one."""

    json: Json
    next: int | None
    total: int | None
    time: Timing

    @property
    def result(self) -> object:
        """The result as plain data."""
        return self.json.plain()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Generic[T]):
    """What a batch returned, by the names of its commands.

    Args:
        results: what was made of each result.
        refusals: the errors of single commands.
        totals: how many rows a counted list has.
        seconds: how long each command took, where the portal said.
        time: of the whole batch; `operating` and `resets_in` are those of its commands.
        size: bytes of the answer's body.
    """

    results: Mapping[str, T]
    refusals: Mapping[str, Refusal]
    totals: Mapping[str, int]
    seconds: Mapping[str, float]
    time: Timing
    size: int


class _Envelope(msgspec.Struct, gc=False):
    """What stands around a result."""

    result: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error_description: msgspec.Raw = _ABSENT
    time: msgspec.Raw = _ABSENT
    next: msgspec.Raw = _ABSENT
    total: msgspec.Raw = _ABSENT


class _Batch(msgspec.Struct, gc=False):
    """What stands around the results of a batch."""

    result: msgspec.Raw = _ABSENT
    result_error: msgspec.Raw = _ABSENT
    result_total: msgspec.Raw = _ABSENT
    result_time: msgspec.Raw = _ABSENT


_envelope = msgspec.json.Decoder(_Envelope)
_batch = msgspec.json.Decoder(_Batch)
_slices = msgspec.json.Decoder(dict[str, msgspec.Raw])


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
            wait()
            return Request(name=method, path=method, json=dict(params))

        def read(answer: Answer) -> Single:
            envelope, is_marked, _ = _opened(answer, method)
            timing = self._checked(envelope, answer.status, method)
            self._note(method, timing)
            return Single(
                json=Json(_present(envelope.result), is_marked),
                next=number(_plain(envelope.next)),
                total=number(_plain(envelope.total)),
                time=timing,
            )

        with self._budget.running(method) as wait:
            return self._access.fetch(request, read)

    def batch(
        self,
        method: str,
        build: Callable[[bool], Mapping[str, str]],
        convert: Callable[[str, Json], T],
        conclude: Callable[[Parts[T]], R],
        *,
        halt: bool,
    ) -> R:
        """Run up to fifty commands in one request.

        Args:
            method: the method that the commands call, for errors and its time budget.
            build: returns the commands by name; told whether the portal failed at the ones
                before, so that it may ask for less. Names are no numbers: PHP would make a list.
            convert: turns a command's result into what is kept of it; the body is let go then.
            conclude: judges the whole; what it raises is retried as any other failure.
            halt: end the batch at the first command that fails.

        Raises:
            ConnectorError: see `verdicts.py`, and what `convert` and `conclude` raise.
        """
        asked: dict[str, str] = {}
        has_failed = False

        def request() -> Request:
            nonlocal asked, has_failed
            wait()
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

        with self._budget.running(method) as wait:
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
        convert: Callable[[str, Json], T],
    ) -> Parts[T]:
        envelope, is_marked, size = _opened(answer, method)
        timing = self._checked(envelope, answer.status, method)
        batch = _batch_of(_present(envelope.result))
        times = {name: timing_of(block) for name, block in _map(batch.result_time).items()}
        whole = nested(timing, times.values())
        self._note(method, whole)
        refusals = _map(batch.result_error)
        results = {name: raw for name, raw in _sliced(batch.result).items() if name in asked}
        if not results and not refusals:
            msg = "a batch answered none of its commands"
            raise ContractBroken(msg, source=SOURCE_NAME, method=method)
        totals = {name: number(total) for name, total in _map(batch.result_total).items()}
        return Parts(
            results={name: convert(name, Json(raw, is_marked)) for name, raw in results.items()},
            refusals={name: refusal(error, None, _OK) for name, error in refusals.items()},
            totals={name: total for name, total in totals.items() if total is not None},
            seconds={name: at.seconds for name, at in times.items() if at.seconds is not None},
            time=whole,
            size=size,
        )

    def _checked(self, envelope: _Envelope, status: int, method: str) -> Timing:
        """Return the time block, or raise the answer's error."""
        timing = timing_of(_plain(envelope.time))
        error = _plain(_present(envelope.error))
        is_error = envelope.error is not msgspec.UNSET
        if status != _OK or (is_error and (bool(error) or envelope.result is msgspec.UNSET)):
            refused = refusal(error, _plain(envelope.error_description), status)
            raise self.error(refused, method, timing)
        return timing

    def _note(self, method: str, timing: Timing) -> None:
        if timing.operating is not None:
            cost = timing.seconds or 0.0
            self._budget.saw(method, timing.operating, timing.resets_in, cost)


def _opened(answer: Answer, method: str) -> tuple[_Envelope, bool, int]:
    """Read an answer: what stands around its result, whether it was marked, and its size."""
    body = bytearray()  # grows in place: joined from its parts, an answer would be there twice
    for part in answer.chunks():
        body += part
    if _OPENING.match(body) is None:
        raise _no_json(answer.status, method, is_empty=not body.strip())
    try:
        envelope, is_marked = raw_json.decoded(body, _envelope)
    except NotJson:
        failure = _unreadable(answer.status, method)
    else:
        return envelope, is_marked, len(body)
    raise failure


def _plain(raw: msgspec.Raw) -> object:
    return Json(raw).plain()


def _present(raw: msgspec.Raw | msgspec.UnsetType) -> msgspec.Raw:
    return _ABSENT if isinstance(raw, msgspec.UnsetType) else raw


def _map(raw: msgspec.Raw) -> Mapping[str, object]:
    return php_map(_plain(raw))


def _batch_of(result: msgspec.Raw) -> _Batch:
    """Return what a batch holds; PHP prints one without results as a list."""
    try:
        return _batch.decode(result)
    except msgspec.DecodeError:
        return _Batch()


def _sliced(results: msgspec.Raw) -> Mapping[str, msgspec.Raw]:
    try:
        return _slices.decode(results)
    except msgspec.DecodeError:
        return {}


def _no_json(status: int, method: str, *, is_empty: bool) -> ConnectorError:
    """Return the error of an answer that is no JSON: a page for people, mostly."""
    if status != _OK:
        return Refusal(code="", status=status).as_error(method)
    if is_empty:
        msg = "the answer is empty"
        return Unavailable(msg, source=SOURCE_NAME, method=method)
    msg = "the portal answered with something else than JSON: a page for people, or no portal"
    return ContractBroken(msg, source=SOURCE_NAME, method=method)


def _unreadable(status: int, method: str) -> ConnectorError:
    if status != _OK:
        return Refusal(code="", status=status).as_error(method)
    msg = "the answer is not complete JSON"
    return Unavailable(msg, source=SOURCE_NAME, method=method)
