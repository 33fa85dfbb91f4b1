"""Write the coverage page again: `python -m infra.coverage`."""

from __future__ import annotations

from infra.coverage.counterparts import read
from infra.coverage.page import PAGE, page


def main() -> None:
    """Write the page from the facts."""
    PAGE.write_text(page(read()), encoding="utf-8")


if __name__ == "__main__":
    main()
