"""One way of reading all deals of a portal, in a process of its own: `python -m … NAME`.

Prints one line of JSON: seconds from the first request to the last row, and by how many bytes the
process grew since its imports were done. The ids that it got are written to a file, as numbers of
eight bytes in the order in which they came; a contestant that lands rows prints its report instead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import time
import warnings
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

METHOD = "crm.item.list"
PARAMS = {"entityTypeId": 2, "select": ["*"], "useOriginalUfNames": "Y"}
RUN_ID = "bench"

_STATUS = Path("/proc/self/status")

Read = Callable[[], "Got"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What a contestant has: the ids in the order in which they came, or the report of a load."""

    ids: Iterable[int] = ()
    report: dict[str, object] = field(default_factory=dict)


def ours(url: str, shared: Path) -> Read:
    """Read by the product's client alone; nothing is kept, the ids go to a file at once."""
    from connectors.bitrix24 import SOURCE
    from connectors.stream import Account, Changes

    settings = SOURCE.settings(webhook_url=url, plan="standard")
    account = Account(name="main", settings=settings, shared=str(shared))

    def read() -> Got:
        kept = shared / "kept"
        with closing(SOURCE.open(account)) as client, kept.open("wb") as file:
            for page in client.pages(SOURCE.stream("deals"), Changes()):
                array("q", [int(record.key) for record in page.records]).tofile(file)
        return Got(ids=_ids_in(kept))

    return read


def _ids_in(file: Path) -> Iterator[int]:
    """Yield ids from a file that is not read before the first is asked for."""
    yield from array("q", file.read_bytes())


def ours_landed(url: str, shared: Path) -> Read:
    """Load by the product into PostgreSQL, whose address is in `BENCH_DSN`."""
    from connectors.bitrix24 import SOURCE
    from connectors.extract import sync
    from connectors.landing import Landing
    from connectors.stream import Account

    settings = SOURCE.settings(webhook_url=url, plan="standard")
    account = Account(name="main", settings=settings, shared=str(shared))

    def read() -> Got:
        with closing(SOURCE.open(account)) as client:
            report = sync(
                SOURCE,
                account,
                SOURCE.stream("deals"),
                client=client,
                landing=Landing(os.environ["BENCH_DSN"]),
                run_id=RUN_ID,
                as_of=date(2026, 11, 22),
                on_progress=lambda _words: None,
            )
        return Got(report=asdict(report))

    return read


def fast_bitrix24(url: str, _shared: Path) -> Read:
    """Read by the most used community client, as its documentation says."""
    return _fast_bitrix24(url, at_once=None)


def fast_bitrix24_slow(url: str, _shared: Path) -> Read:
    """The same in its `slow` mode, its remedy for portals that refuse: ten requests at once.

    Its own limiter counts a request when it is answered. Fifty that are answered together let the
    rest go at once, and after ten refusals in a row it gives up.
    """
    return _fast_bitrix24(url, at_once=10)


def _fast_bitrix24(url: str, *, at_once: int | None) -> Read:
    from fast_bitrix24 import BitrixAsync

    async def rows() -> list[dict[str, int]]:
        client = BitrixAsync(url, verbose=False)
        with nullcontext() if at_once is None else client.slow(at_once):
            return await client.get_all(METHOD, PARAMS)

    def read() -> Got:
        warnings.simplefilter("ignore")
        return Got(ids=[row["id"] for row in asyncio.run(rows())])

    return read


def b24pysdk_fast(url: str, _shared: Path) -> Read:
    """Read by the vendor's client: its list without counting."""
    return _b24pysdk(url, fast=True)


def b24pysdk_plain(url: str, _shared: Path) -> Read:
    """Read by the vendor's client: its ordinary list."""
    return _b24pysdk(url, fast=False)


def _b24pysdk(url: str, *, fast: bool) -> Read:
    from b24pysdk import BitrixWebhook

    address = urlsplit(url)
    webhook = BitrixWebhook(
        domain=address.netloc, webhook_token=address.path.removeprefix("/rest/").strip("/")
    )

    def read() -> Got:
        listed = webhook.call_list_fast if fast else webhook.call_list
        return Got(ids=[row["id"] for row in listed(METHOD, PARAMS)["result"]])

    return read


CONTESTANTS = {
    "ours": ours,
    "ours-landed": ours_landed,
    "fast_bitrix24": fast_bitrix24,
    "fast_bitrix24-slow": fast_bitrix24_slow,
    "b24pysdk-fast": b24pysdk_fast,
    "b24pysdk-plain": b24pysdk_plain,
}


def main() -> None:
    """Run one contestant."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=sorted(CONTESTANTS))
    parser.add_argument("--url", required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--ids", type=Path, required=True)
    arguments = parser.parse_args()
    read = CONTESTANTS[arguments.name](arguments.url, arguments.shared)
    before = _peak()
    began = time.perf_counter()
    got, failure = Got(), ""
    try:
        got = read()
    except Exception as error:  # noqa: BLE001 - a client that gives up is a figure too
        failure = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - began
    figures = {
        "seconds": seconds,
        "grown": _peak() - before,
        "cpu": time.process_time(),
        "report": got.report,
        "failure": failure,
    }
    arguments.ids.write_bytes(array("q", got.ids).tobytes())
    sys.stdout.write(json.dumps(figures, default=str))


def _peak() -> int:
    """Return the largest resident memory so far, in bytes.

    Linux hands `ru_maxrss` down from the process that started this one; the kernel's own mark does
    not have that fault.
    """
    if _STATUS.is_file():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
