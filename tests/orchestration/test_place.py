"""A sandbox company and a real one never meet."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Warehouse
from orchestration.commands import demo, identity, launch, place, up, world
from orchestration.commands.place import PRODUCTION, CommandError, Place

SECRET = "https://portal.example/rest/1/canary0canary/"


def at(home: Path, *, name: str = "demo", **environ: str) -> Place:
    return Place(name=name, home=home, sandbox=name != PRODUCTION, environ=environ, admin_dsn=None)


@pytest.mark.parametrize(
    "name",
    ["BITRIX24_WEBHOOK_URL", "BITRIX24__SHOP__WEBHOOK_URL", "YANDEX_DIRECT__MAIN__TOKEN"],
)
def test_the_demo_refuses_beside_credentials_and_names_what_to_type(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "settings", lambda: {name: SECRET})
    with pytest.raises(CommandError) as caught:
        demo.demo("demo")
    assert name in str(caught.value)
    assert "`make up`" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_an_empty_line_is_no_credential() -> None:
    assert place.credentials({"BITRIX24_WEBHOOK_URL": "", "BITRIX24__MAIN__PLAN": ""}) == []


def test_a_run_of_real_sources_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "settings", dict)
    with pytest.raises(CommandError, match="make demo"):
        demo.real()


def test_the_shell_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("REPORTING_CURRENCY=EUR\nVAT_BASIS=net\nAS_OF=\n")
    monkeypatch.setattr(place, "ROOT", tmp_path)
    monkeypatch.setenv("REPORTING_CURRENCY", "KZT")
    found = place.settings()
    assert found["REPORTING_CURRENCY"] == "KZT"
    assert found["VAT_BASIS"] == "net"
    assert "AS_OF" not in found


@pytest.fixture
def marked(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    """A database that carries the mark of the sandbox company `demo`."""
    identity.mark(warehouse, at(tmp_path))
    return warehouse


def test_real_sources_refuse_a_sandbox_database(marked: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"sandbox company 'demo'.*`make demo`"):
        identity.refuse_strangers(marked, at(tmp_path, name=PRODUCTION))


def test_a_sandbox_refuses_a_real_database(warehouse: Warehouse, tmp_path: Path) -> None:
    identity.mark(warehouse, at(tmp_path, name=PRODUCTION))
    with pytest.raises(CommandError, match=r"holds a real company.*`make up`"):
        identity.refuse_strangers(warehouse, at(tmp_path))


def test_worlds_do_not_share_a_database_either(marked: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="'demo'"):
        identity.refuse_strangers(marked, at(tmp_path, name="another"))


def test_its_own_database_and_a_new_one_are_welcome(marked: Warehouse, tmp_path: Path) -> None:
    identity.refuse_strangers(marked, at(tmp_path))
    with psycopg.connect(marked.administrator(), autocommit=True) as admin:
        admin.execute(f"comment on database {marked.database} is null")
    identity.refuse_strangers(marked, at(tmp_path, name=PRODUCTION))


def test_refusal_comes_before_any_change(
    marked: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "_postgres", lambda *_: marked)
    monkeypatch.setattr(launch.postgres, "prepare", lambda *_: pytest.fail("was prepared"))
    with pytest.raises(CommandError, match="Nothing was changed"):
        launch.lay(at(tmp_path, name=PRODUCTION), launch.Steps())


def test_no_setting_of_a_real_company_reaches_a_sandbox_run(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    environ = {"BITRIX24_WEBHOOK_URL": SECRET, "AS_OF": "2020-01-01", "VAT_BASIS": "net"}
    children = launch.children(at(tmp_path, **environ), warehouse)
    assert "BITRIX24_WEBHOOK_URL" not in children
    assert "AS_OF" not in children
    assert children["VAT_BASIS"] == "net"


def test_a_world_cannot_take_the_name_of_real_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "world.yml"
    file.write_text("name: production\n")

    class Info:
        name = PRODUCTION

    monkeypatch.setattr(world.worlds, "describe", lambda _: Info)
    with pytest.raises(CommandError, match="production"):
        world.name_of(str(file))


def test_a_missing_world_is_named() -> None:
    with pytest.raises(CommandError, match=r"no world file nowhere\.yml"):
        world.name_of("nowhere.yml")


def test_the_readers_file_is_private(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "bi_reader.env"
    launch.write_reader(path, warehouse)
    assert path.stat().st_mode & 0o777 == 0o600
    names = [line.partition("=")[0] for line in path.read_text().splitlines()]
    assert names == ["PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD"]


def test_up_names_a_taken_port_and_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(up, "settings", lambda: {"PORT": str(port)})
        monkeypatch.setenv("WAREHOUSES", str(tmp_path))
        with pytest.raises(CommandError, match=rf"Port {port} .*make up PORT={port + 1}"):
            up.up("demo")
