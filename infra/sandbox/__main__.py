"""`python -m infra.sandbox`: build a world, serve it, change it while it is served."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from infra.sandbox import process
from infra.sandbox.bitrix24.limits import PLANS
from infra.sandbox.control import ENTITY_NAMES, UnknownChange, apply_change
from infra.sandbox.server import (
    DEFAULT_PLAN,
    DEFAULT_RATE,
    STORE_NAME,
    CannotServe,
    Options,
    Sandbox,
    serve,
)
from infra.sandbox.store import Store

DEMO = "demo"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except (CannotServe, UnknownChange, process.SandboxFailed) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    build = commands.add_parser("build", help="build a world")
    build.add_argument("--world", required=True, help="demo, or the path of a world file")
    build.add_argument("--to", type=Path, required=True, help="directory to build it in")
    build.set_defaults(run=_build)

    serving = _with_directory(commands.add_parser("serve", help="serve a built world"))
    serving.add_argument("--plan", choices=sorted(PLANS), default=DEFAULT_PLAN)
    serving.add_argument(
        "--rate",
        type=float,
        default=DEFAULT_RATE,
        help="how many times the real portal's allowance; 1 is the real one",
    )
    serving.add_argument(
        "--command-ms",
        type=float,
        default=0.0,
        help="how long the portal really works on each command; 0 answers at once",
    )
    serving.add_argument("--http-port", type=int)
    serving.add_argument("--https-port", type=int)
    serving.set_defaults(run=_serve)

    _with_directory(commands.add_parser("start", help="serve it in the background")).set_defaults(
        run=_start
    )
    _with_directory(commands.add_parser("stop", help="stop the background server")).set_defaults(
        run=_stop
    )

    changing = _with_directory(
        commands.add_parser(
            "change",
            help="change a world, served or not",
            usage="%(prog)s --dir DIR ENTITY ID FIELD=VALUE… | create ENTITY FIELD=VALUE…"
            " | delete ENTITY ID | rows ENTITY ID NAME:PRICE:QUANTITY…"
            " | spend PLATFORM ACCOUNT CAMPAIGN DAY AMOUNT",
        )
    )
    changing.add_argument(
        "what",
        help=f"{', '.join(ENTITY_NAMES)}, activity, invoice, the number of a smart process;"
        " or create, delete, rows, spend",
    )
    changing.add_argument("words", nargs="+")
    changing.set_defaults(run=_change)
    return parser


def _with_directory(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--dir", type=Path, required=True, help="directory of the world")
    return command


def _build(arguments: argparse.Namespace) -> int:
    from infra.sandbox.worlds import build

    world = arguments.world if arguments.world == DEMO else Path(arguments.world)
    info = build(world, arguments.to)
    print(f"built {info.name} as of {info.as_of} in {arguments.to}")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    allowed = PLANS[arguments.plan].times(arguments.rate)
    options = Options(
        plan=replace(allowed, command_seconds=arguments.command_ms / 1000),
        http_port=arguments.http_port,
        https_port=arguments.https_port,
    )
    serve(arguments.dir, options, _announce)
    print("stopped", flush=True)
    return 0


def _announce(sandbox: Sandbox) -> None:
    print(f"serving {sandbox.http_url} and {sandbox.https_url}", flush=True)


def _start(arguments: argparse.Namespace) -> int:
    running = process.start(arguments.dir)
    print(f"serving {running.http_url} and {running.https_url} (process {running.pid})")
    return 0


def _stop(arguments: argparse.Namespace) -> int:
    process.stop(arguments.dir)
    return 0


def _change(arguments: argparse.Namespace) -> int:
    path = arguments.dir / STORE_NAME
    if not path.is_file():
        msg = f"no world in {arguments.dir}"
        raise CannotServe(msg)
    with Store.open(path) as store:
        apply_change(store, _read_change(arguments.what, arguments.words))
        print(f"changed; the portal's clock now shows {store.meta('now')}")
    return 0


def _read_change(what: str, words: Sequence[str]) -> dict[str, object]:
    """Read the words of a change.

    Raises:
        UnknownChange: they do not follow the usage.
    """
    if what == "spend":
        names = ("platform", "account", "campaign_id", "day", "spend")
        if len(words) != len(names):
            msg = "spend takes PLATFORM ACCOUNT CAMPAIGN DAY AMOUNT"
            raise UnknownChange(msg)
        return dict(zip(names, words, strict=True))
    if what == "delete":
        if len(words) != 2:
            msg = "delete takes ENTITY ID"
            raise UnknownChange(msg)
        return {"entity": words[0], "id": words[1], "delete": True}
    if what == "create":
        return {"entity": words[0], "create": _read_fields(words[1:])}
    if what == "rows":
        rows = [_read_row(word) for word in words[2:]]
        return {"entity": words[0], "id": words[1:2] and words[1], "product_rows": rows}
    fields = _read_fields(words[1:])
    if not fields:
        msg = f"{what} takes an id and FIELD=VALUE pairs"
        raise UnknownChange(msg)
    return {"entity": what, "id": words[0], "fields": fields}


def _read_fields(words: Sequence[str]) -> dict[str, str]:
    fields = dict(word.partition("=")[::2] for word in words if "=" in word)
    if len(fields) != len(words):
        msg = "fields are written FIELD=VALUE"
        raise UnknownChange(msg)
    return fields


def _read_row(word: str) -> dict[str, object]:
    name, *numbers = word.rsplit(":", 2)
    if len(numbers) != 2:
        msg = "a product row is written NAME:PRICE:QUANTITY"
        raise UnknownChange(msg)
    return {"productName": name, "price": numbers[0], "quantity": numbers[1]}


if __name__ == "__main__":
    sys.exit(main())
