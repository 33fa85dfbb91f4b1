"""`batch`: up to fifty commands in one request, later ones referring to the results of earlier.

Two traps of the real thing are kept, because careless clients fall into them:

* a reference is resolved as far as its path goes and no further, without an error: the last thing
  that was reached takes the place of the value that was meant (observed: bitrix24/b24phpsdk#53);
* PHP prints an empty map as `[]`, so each part of the answer is a map or a list.

Source: settings/how-to-call-rest-api/batch.md in the vendor's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.sandbox.bitrix24.answer import ApiError
from infra.sandbox.bitrix24.limits import Pace
from infra.sandbox.bitrix24.params import Params, entries, from_query, integer, truthy
from infra.sandbox.bitrix24.portal import Portal
from infra.sandbox.bitrix24.rows import plain

MAX_COMMANDS = 50

_REFERENCE = re.compile(r"\$result((?:\[[^\[\]]*\])+)")
_STEP = re.compile(r"\[([^\[\]]*)\]")


@dataclass(slots=True)
class _Outcome:
    """What the commands have given so far."""

    results: dict[str, object] = field(default_factory=dict)
    errors: dict[str, object] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    nexts: dict[str, int] = field(default_factory=dict)
    times: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def result(self) -> dict[str, object]:
        return {
            "result": php_map(self.results),
            "result_error": php_map(self.errors),
            "result_total": php_map(self.totals),
            "result_next": php_map(self.nexts),
            "result_time": php_map(self.times),
        }


async def run_batch(portal: Portal, params: Params, pace: Pace) -> dict[str, object]:
    """Run the commands in their order and return the `result` of the batch.

    Each is run when the one before it is due, so that a batch sees what changes meanwhile.
    Commands past the fiftieth fail one by one; with `halt` the first failure ends the batch.
    """
    outcome = _Outcome()
    halt = truthy(params.get("halt"))
    for number, (key, command) in enumerate(entries(params.get("cmd"))):
        try:
            _check_length(number)
            _run_command(portal, key, str(command), outcome)
            await pace.command()
        except ApiError as error:
            outcome.errors[key] = error.body()
            if halt:
                break
    return outcome.result()


def php_map(values: Mapping[str, object]) -> object:
    """Return a map as PHP prints it: one that is empty, or has the keys 0…n-1, is a list."""
    if list(values) == [str(index) for index in range(len(values))]:
        return list(values.values())
    return values


def resolve(value: Any, results: Mapping[str, object]) -> Any:
    """Put results in place of references, in values that are or hold nothing but a reference."""
    if isinstance(value, dict):
        return {key: resolve(item, results) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, results) for item in value]
    if not isinstance(value, str) or not value.startswith("$result"):
        return value
    found = _REFERENCE.fullmatch(value)
    return value if found is None else _walk(results, _STEP.findall(found[1]))


def _walk(results: Mapping[str, object], path: list[str]) -> Any:
    reached: object = results
    for step in path:
        here = plain(reached) if not isinstance(reached, list | dict) else reached
        if isinstance(here, dict) and step in here:
            reached = here[step]
        elif isinstance(here, list) and step.isdigit() and integer(step) < len(here):
            reached = here[integer(step)]
        else:
            break
    return plain(reached)


def _check_length(number: int) -> None:
    if number >= MAX_COMMANDS:
        raise ApiError(code="ERROR_BATCH_LENGTH_EXCEEDED", description="Max batch length exceeded")


def _run_command(portal: Portal, key: str, command: str, outcome: _Outcome) -> None:
    method, _, query = command.partition("?")
    name = method_name(method)
    if name == "batch":
        raise ApiError(
            code="ERROR_BATCH_METHOD_NOT_ALLOWED",
            description="Method is not allowed for batch usage",
        )
    params = resolve(from_query(query), outcome.results)
    timed = portal.call(name, params)
    outcome.results[key] = timed.answer.result
    outcome.times[key] = timed.time
    if timed.answer.total is not None:
        outcome.totals[key] = timed.answer.total
    if timed.answer.next is not None:
        outcome.nexts[key] = timed.answer.next


def method_name(spelled: str) -> str:
    """Return a method's name as it is looked up: lower case, without the `.json` of an address."""
    return spelled.strip().lstrip("/").lower().removesuffix(".json")
