"""`python -m connectors.<source> <stream>`: look at a source's records without a database.

One record a line, the payload alone and in the API's own field names, to standard output;
progress to standard error. Without a stream the command lists what there is; `check` in place of
one says what is wrong with an account. A source may add words of its own. The environment is read
here, with `.env` of the working directory behind it; on Dagster's side
`orchestration/resources.py` does that.

The exit status says what to do: 0 all is well, 1 a person has to change something, 2 the command
was not understood, 75 the same command may succeed later.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO

from dotenv import dotenv_values

from connectors import settings
from connectors.errors import ConnectorError, Misconfigured, Retryable
from connectors.findings import Checkup, Finding
from connectors.stream import (
    Account,
    Changes,
    Client,
    Days,
    Foresight,
    Source,
    Stream,
    Traffic,
    Window,
    WriteMode,
)

DONE, FAILED, NOT_UNDERSTOOD, LATER = 0, 1, 2, 75

Handler = Callable[[Account], int]
"""A word that a source adds to its command: takes the account, returns the exit status. The first
line of its docstring is its help."""

_CHECK = "check"
_HOME = Path(".warehouse/production")
_SAID_EVERY = 5_000
_SHOWN_DAYS = timedelta(days=30)


def main(source: Source, argv: Sequence[str], extra: Mapping[str, Handler] | None = None) -> int:
    """Run the command of a source and return its exit status.

    Args:
        source: whose command it is.
        argv: what was typed behind it.
        extra: what the source's command does beside printing and checking, by the word for it.
    """
    handlers: dict[str, Handler] = {_CHECK: partial(_check, source), **(extra or {})}
    chosen = _parser(source, handlers).parse_args(argv)
    if chosen.word is None:
        _list_streams(source, sys.stdout)
        return DONE
    environ = _environment()
    try:
        account = _account(source, environ, chosen.account)
        if chosen.word in handlers:
            return handlers[chosen.word](account)
        return _show(source, account, chosen, as_of=_as_of(environ))
    except BrokenPipeError:
        # The reader (`head`, say) has seen enough; nothing may be flushed into its pipe any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except ConnectorError as failure:
        _say(str(failure))
        return LATER if isinstance(failure, Retryable) else FAILED


def _parser(source: Source, handlers: Mapping[str, Handler]) -> argparse.ArgumentParser:
    helps = {
        _CHECK: "say what is wrong with an account, and how to mend it",
        **{word: _first_line(handler) for word, handler in handlers.items() if word != _CHECK},
    }
    parser = argparse.ArgumentParser(
        prog=f"python -m connectors.{source.name}",
        description=f"Print records of {source.title}, one a line; list the streams without one.",
        epilog="\n".join(f"{word}: {said}" for word, said in helps.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [stream.name for stream in source.streams]
    parser.add_argument(
        "word",
        nargs="?",
        choices=[*names, *handlers],
        metavar="stream",
        help=f"{', '.join(names)}; or one of {', '.join(handlers)}, see below",
    )
    parser.add_argument("--format", choices=["jsonl"], default="jsonl", help="one JSON a line")
    parser.add_argument("--account", help="which account, where there are several")
    parser.add_argument(
        "--since",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="only what changed since this day, or the days from it on",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="stop after so many records")
    return parser


def _first_line(handler: Handler) -> str:
    return (handler.__doc__ or "").strip().partition("\n")[0]


def _show(source: Source, account: Account, chosen: argparse.Namespace, *, as_of: date) -> int:
    with closing(source.open(account)) as client:
        stream = source.stream(chosen.word)
        reason = client.unavailable().get(stream.name)
        if reason is not None:
            raise Misconfigured(reason, source=source.name, method=stream.name)
        window = _window(stream, chosen.since, as_of)
        if isinstance(client, Foresight) and chosen.limit is None:
            _say(f"{stream.name}: {client.estimate(stream, window)}")
        shown = _print(client, stream, window, limit=chosen.limit, out=sys.stdout.buffer)
        _say(f"{stream.name}: {shown:,} records; {_cost(client.traffic)}")
    return DONE


def _check(source: Source, account: Account) -> int:
    status = DONE
    with closing(source.open(account)) as client:
        for finding in _findings(source, client):
            mark = "fault" if finding.is_fault else "ok"
            sys.stdout.write(f"{mark:<5}  {finding.subject}: {finding.says}\n")
            for line in finding.remedy.splitlines():
                sys.stdout.write(f"         {line}\n")
            status = FAILED if finding.is_fault else status
    return status


def _findings(source: Source, client: Client) -> Iterator[Finding]:
    """Yield what the client finds; of one that has no checkup, which streams are off."""
    if isinstance(client, Checkup):
        yield from client.check()
        return
    off = client.unavailable()
    for stream in source.streams:
        says = off.get(stream.name, "can be loaded")
        yield Finding(is_fault=stream.name in off, subject=stream.name, says=says)


def _list_streams(source: Source, out: TextIO) -> None:
    width = max(len(stream.name) for stream in source.streams)
    for stream in source.streams:
        out.write(f"{stream.name:<{width}}  {stream.description}\n")


def _environment() -> dict[str, str]:
    """Return the environment; what is set there goes before what `.env` says."""
    filed = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**filed, **os.environ}


def _account(source: Source, environ: Mapping[str, str], name: str | None) -> Account:
    shared = Path(environ.get("WAREHOUSE_HOME") or _HOME) / "shared"
    found = settings.accounts(source, environ, shared)
    if not found:
        names = ", or ".join(
            ", ".join(f"{source.name}__MAIN__{field}".upper() for field in way)
            for way in settings.ways_in(source.settings)
        )
        short = "".join(f" (in short: {alias})" for alias in source.settings_aliases)
        msg = f"not configured: set {names}{short} in the environment or in .env"
        raise Misconfigured(msg, source=source.name)
    if name is None:
        return found[0]
    for account in found:
        if account.name == name.lower():
            return account
    known = ", ".join(account.name for account in found)
    msg = f"there is no such account; there are {known}"
    raise Misconfigured(msg, source=source.name)


def _as_of(environ: Mapping[str, str]) -> date:
    stated = environ.get("AS_OF")
    try:
        return date.fromisoformat(stated) if stated else _yesterday()
    except ValueError:
        msg = "AS_OF is no day such as 2026-11-24"
    raise Misconfigured(msg, source="environment")


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def _window(stream: Stream, since: date | None, as_of: date) -> Window:
    if stream.write is WriteMode.REPLACE_WINDOW:
        first = since or as_of - _SHOWN_DAYS + timedelta(days=1)
        return Days(first=first, last=max(first, as_of))
    if since is None:
        return Changes()
    return Changes(since=datetime.combine(since, time_of_day.min, UTC))


def _print(
    client: Client, stream: Stream, window: Window, *, limit: int | None, out: BinaryIO
) -> int:
    shown = 0
    for payload in _payloads(client, stream, window):
        if limit is not None and shown >= limit:
            break
        out.write(payload + b"\n")
        shown += 1
        if shown % _SAID_EVERY == 0:
            _say(f"{stream.name}: {shown:,} records …")
    out.flush()
    return shown


def _payloads(client: Client, stream: Stream, window: Window) -> Iterator[bytes]:
    for page in client.pages(stream, window):
        for record in page.records:
            yield record.payload


def _cost(traffic: Traffic) -> str:
    return (
        f"{traffic.requests:,} requests ({traffic.retries:,} repeated), "
        f"{traffic.bytes_received:,} bytes, {traffic.seconds_slept:.1f} s of waiting"
    )


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
