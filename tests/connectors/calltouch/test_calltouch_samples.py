"""What the sandbox's Calltouch serves, against names and types that a public client knows."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra.sandbox import tracker_world

TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "string": (str,),
    "bool": (bool,),
    "[]": (list,),
}
"""By how the name of a type begins; anything else is an object."""

FLAGS = ("True", "False", "")
"""Flags come as texts, too."""

DOCUMENTED = {"siteId": "int"}
"""What the API's documentation names of a call and that client does not."""


@pytest.fixture(scope="module")
def known(samples_beside: Path) -> dict[str, dict[str, str]]:
    """Types by object and field."""
    found: dict[str, dict[str, str]] = {}
    path = samples_beside / "calltouch" / "field_types.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault(row["struct"], {})[row["json_field"]] = row["go_type"]
    return found


def strange(served: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    """Return what is served under an unknown name, or as another type."""
    return {
        name: value
        for name, value in served.items()
        if value is not None and (name not in types or not _is(value, types[name]))
    }


def _is(value: object, type_name: str) -> bool:
    plain = type_name.removeprefix("*")
    kinds = next((TYPES[word] for word in TYPES if plain.startswith(word)), (dict, list, str))
    if plain == "bool" and value in FLAGS:
        return True
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def test_calls_have_the_names_and_types_of_a_public_client(
    known: dict[str, dict[str, str]],
) -> None:
    served = [tracker_world.calltouch_call(number).payload for number in range(1, 161)]
    assert [one for call in served if (one := strange(call, known["Call"] | DOCUMENTED))] == []


def test_requests_have_the_names_and_types_of_a_public_client(
    known: dict[str, dict[str, str]],
) -> None:
    served = [tracker_world.calltouch_request(number).payload for number in range(1, 41)]
    assert [one for request in served if (one := strange(request, known["Lead"]))] == []
    assert [one for r in served if (one := strange(r["session"], known["Session"]))] == []
