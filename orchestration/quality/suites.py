"""What is expected of each landed stream, as data.

Every landed table has the same columns, so a suite says only what differs: whether an empty
table is possible, and whether its rows carry a cursor. Which streams there are, and which of them
may not be empty, each source says itself (`orchestration/defs/quality.py` asks it).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Expectations of one landed stream.

    Args:
        source: the source's name.
        stream: the stream's name.
        required: a configured source without one row of it is broken.
        dated: its rows carry a cursor, which no honest clock puts into the future.
    """

    source: str
    stream: str
    required: bool = False
    dated: bool = False

    @property
    def schema(self) -> str:
        """Schema of the landing table."""
        return f"raw_{self.source}"
