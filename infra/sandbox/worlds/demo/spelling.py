"""How one and the same UTM value arrives: every way that sites, redirects and people spell it."""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import quote

NO_VALUES = (None, None, "", "(not set)", "<не указано>", "(Not Set)", "%28not%20set%29")
_FULL_WIDTH = 0xFEE0  # distance from an ASCII character to its full-width form


def _escaped(text: str) -> str:
    """Percent-encoded, at least one character even of plain ASCII."""
    escaped = quote(text, safe="")
    return escaped if "%" in escaped else f"%{ord(text[0]):02x}{text[1:]}"


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + _FULL_WIDTH) if "!" <= c <= "~" else c for c in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "title": str.title,
    "percent": _escaped,
    "percent_twice": lambda text: quote(_escaped(text), safe=""),
    "percent_lower": lambda text: _escaped(text).lower(),
    "plus": lambda text: text.replace(" ", "+"),
    "padded": lambda text: f" {text} ",
    "wide": _wide,
}
_WEIGHTS = (58, 8, 6, 8, 5, 3, 6, 4, 2)


def spelled(rng: random.Random, text: str) -> str:
    """One spelling of a value; all of them normalise to the same text."""
    style = rng.choices(tuple(SPELLINGS), _WEIGHTS)[0]
    return SPELLINGS[style](text)
