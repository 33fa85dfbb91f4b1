"""The command of a source: records to standard output, everything else to standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from connectors.command import main
from connectors.errors import Unauthorized, Unavailable
from connectors.findings import Finding
from connectors.registry import SOURCES
from connectors.stream import Account, Changes, Days, Source, Stream, WriteMode

STREAMS = (
    Stream(name="deals", description="One deal.", write=WriteMode.UPSERT),
    Stream(
        name="days",
        description="One day.",
        write=WriteMode.REPLACE_WINDOW,
        lookback=timedelta(days=1),
    ),
)


class Settings(BaseModel):
    token: SecretStr


@pytest.fixture
def source(fake_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Source:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKE__MAIN__TOKEN", "canary0secret")
    monkeypatch.setenv("AS_OF", "2026-11-23")
    for number in range(1, 8):
        fake_server.put(number, datetime(2026, 11, 23, tzinfo=UTC), title=f"сделка {number}")
    return Source(
        name="fake",
        title="Fake",
        streams=STREAMS,
        settings=Settings,
        open=lambda _account: fake_server,
        settings_aliases={"FAKE_TOKEN": "FAKE__MAIN__TOKEN"},
    )


def test_records_go_out_one_a_line_payload_only(
    source: Source, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(source, ["deals", "--format", "jsonl"]) == 0
    out, told = capfd.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"id": number, "title": f"сделка {number}"} for number in range(1, 8)
    ]
    assert "deals: 7 records" in told


def test_a_limit_and_a_day_narrow_it(
    source: Source, fake_server: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(source, ["deals", "--since", "2026-11-01", "--limit", "2"]) == 0
    assert fake_server.asked == [Changes(since=datetime(2026, 11, 1, tzinfo=UTC))]
    assert len(capfd.readouterr().out.splitlines()) == 2
    assert main(source, ["days", "--since", "2026-11-20"]) == 0
    assert main(source, ["days"]) == 0
    assert fake_server.asked[1:] == [
        Days(first=date(2026, 11, 20), last=date(2026, 11, 23)),
        Days(first=date(2026, 10, 25), last=date(2026, 11, 23)),
    ]


def test_without_a_stream_they_are_listed(
    source: Source, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(source, []) == 0
    assert capfd.readouterr().out == "deals  One deal.\ndays   One day.\n"


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (Unauthorized("refused", source="fake"), 1),
        (Unavailable("gone", source="fake"), 75),
    ],
)
def test_the_exit_status_says_what_to_do(
    source: Source,
    fake_server: Any,
    capfd: pytest.CaptureFixture[str],
    failure: Exception,
    status: int,
) -> None:
    fake_server.fails_after = (1, failure)
    assert main(source, ["deals"]) == status
    out, told = capfd.readouterr()
    assert len(out.splitlines()) == 3
    assert str(failure) in told
    assert "Traceback" not in told


def test_what_is_not_configured_is_named(
    source: Source, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(source, ["deals", "--account", "second"]) == 1
    assert "there are main" in capfd.readouterr().err
    monkeypatch.setenv("AS_OF", "yesterday")
    assert main(source, ["days"]) == 1
    assert "AS_OF" in capfd.readouterr().err
    monkeypatch.delenv("FAKE__MAIN__TOKEN")
    assert main(source, ["deals"]) == 1
    assert "set FAKE__MAIN__TOKEN (in short: FAKE_TOKEN)" in capfd.readouterr().err


def test_a_file_of_settings_stands_behind_the_environment(
    source: Source, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FAKE__MAIN__TOKEN")
    Path(".env").write_text("FAKE_TOKEN=from-the-file\n")
    assert main(source, ["deals"]) == 0
    capfd.readouterr()


def test_a_stream_that_is_off_says_why(
    source: Source, fake_server: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    fake_server.off = {"deals": "the webhook lacks the right crm"}
    assert main(source, ["deals"]) == 1
    assert "lacks the right" in capfd.readouterr().err


def test_a_check_tells_what_is_wrong_and_how_to_mend_it(
    source: Source, fake_server: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    found = [
        Finding(is_fault=False, subject="address", says="the portal answers"),
        Finding(
            is_fault=True,
            subject="calls",
            says="the scope 'telephony' is missing",
            remedy="Open the webhook.\nTick telephony.",
        ),
    ]
    fake_server.check = lambda: iter(found)
    assert main(source, ["check"]) == 1
    assert capfd.readouterr().out == (
        "ok     address: the portal answers\n"
        "fault  calls: the scope 'telephony' is missing\n"
        "         Open the webhook.\n"
        "         Tick telephony.\n"
    )
    del found[1]
    assert main(source, ["check"]) == 0


def test_a_check_of_a_source_without_one_lists_what_is_off(
    source: Source, fake_server: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(source, ["check"]) == 0
    fake_server.off = {"days": "no access"}
    assert main(source, ["check"]) == 1
    assert capfd.readouterr().out.splitlines()[-2:] == [
        "ok     deals: can be loaded",
        "fault  days: no access",
    ]


def test_a_check_that_cannot_reach_the_source_may_succeed_later(
    source: Source, fake_server: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    def unreachable() -> None:
        message = "no answer"
        raise Unavailable(message, source="fake")

    fake_server.check = unreachable
    assert main(source, ["check"]) == 75
    assert "no answer" in capfd.readouterr().err


def test_a_source_adds_words_of_its_own(source: Source, capfd: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def authorise(account: Account) -> int:
        """Put the first token in.

        More of it.
        """
        asked.append(account.name)
        message = "the code has expired"
        raise Unauthorized(message, source="fake")

    words = {"authorise": authorise}
    assert main(source, ["authorise", "--account", "main"], words) == 1
    assert asked == ["main"]
    assert "has expired" in capfd.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(source, ["--help"], words)
    assert ended.value.code == 0
    assert "authorise: Put the first token in.\n" in capfd.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(source, ["chekc"], words)
    assert ended.value.code == 2
    assert "'authorise'" in capfd.readouterr().err


@pytest.mark.parametrize("registered", SOURCES, ids=lambda registered: registered.name)
def test_every_source_is_a_command_of_its_own(registered: Source, tmp_path: Path) -> None:
    """Listing needs neither settings nor a network, and no environment at all."""
    done = subprocess.run(
        [sys.executable, "-m", f"connectors.{registered.name}"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    listed = [line.split()[0] for line in done.stdout.splitlines()]
    assert listed == [stream.name for stream in registered.streams]
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    folder = tmp_path / "company"
    folder.mkdir()
    header = (
        "rule_id,priority,portal,click_id_kind,utm_source,utm_medium,number,source_id,"
        "referrer_host,channel_code,valid_from,valid_to"
    )
    rules = [f"rule {n},1,,,source{n},cpc,,,,google_ads,," for n in range(20_000)]
    (folder / "channel_rules.csv").write_text("\n".join([header, *rules]))
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m connectors.company channel_rules | head -n 1"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "COMPANY__MAIN__FOLDER": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout)["rule_id"] == "rule 0"
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
