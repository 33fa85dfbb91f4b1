"""Parameters as they arrive: JSON, or PHP's bracket syntax in a query or a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

Params = dict[str, Any]


def from_json(body: bytes) -> Params:
    """Read a JSON body; anything that is not an object counts as no parameters, as in PHP."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def from_query(text: str) -> Params:
    """Read `filter[>ID]=1&select[]=ID` into nested dictionaries and lists.

    An array whose keys are exactly 0, 1, 2 … becomes a list, as PHP would print it in JSON.
    """
    tree: Params = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _insert(tree, _path(name), value)
    return {key: _listed(value) for key, value in tree.items()}


def _path(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    if not bracket or not rest.endswith("]"):
        return [name]
    return [head, *rest[:-1].split("][")]


def _insert(tree: Params, path: list[str], value: str) -> None:
    node = tree
    for step in path[:-1]:
        child = node.setdefault(step or str(len(node)), {})
        if not isinstance(child, dict):
            return
        node = child
    node[path[-1] or str(len(node))] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if inner and list(inner) == [str(index) for index in range(len(inner))]:
        return list(inner.values())
    return inner


def entries(value: object) -> Iterator[tuple[str, Any]]:
    """Yield the pairs of a PHP array, whichever of JSON's two shapes it came in."""
    if isinstance(value, Mapping):
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, list):
        yield from ((str(index), item) for index, item in enumerate(value))


def names(value: object) -> list[str]:
    """Return the texts of an array such as `select`; a single text stands for itself."""
    if isinstance(value, str):
        return [value] if value else []
    return [item for _, item in entries(value) if isinstance(item, str) and item]


def integer(value: object, default: int = 0) -> int:
    """Read a whole number as PHP's `intval` does: text by its leading digits."""
    if isinstance(value, bool | int | float):
        return int(value)
    if not isinstance(value, str):
        return default
    text = value.strip()
    digits = text.lstrip("+-")
    leading = digits[: len(digits) - len(digits.lstrip("0123456789"))]
    if not leading:
        return default
    return -int(leading) if text.startswith("-") else int(leading)


def truthy(value: object) -> bool:
    """Read a flag: Y, 1 and true are set, N, 0, false and nothing are not."""
    if isinstance(value, str):
        return value.lower() not in {"", "0", "n", "false"}
    return bool(value)


def pick(params: Params, *spellings: str) -> Any:
    """Return the first parameter that is there under one of the spellings a method accepts."""
    for spelling in spellings:
        if spelling in params:
            return params[spelling]
    return None
