"""Tokens at rest: encrypted, private, replaced whole, and by one process at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors import token_store
from connectors.errors import ConnectorError, Misconfigured, Unauthorized, Unavailable
from connectors.token_store import Tokens, TokenStore, new_key
from tests.connectors.canary import leaked, told

ACCESS, REFRESH = "canary0access0token", "canary0refresh0token"
COMMAND = "python -m connectors.fake authorise --account main"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = new_key()


def tokens(access: str = ACCESS, refresh: str = REFRESH, *, seconds: float = 3600) -> Tokens:
    return Tokens(
        access_token=SecretStr(access),
        refresh_token=SecretStr(refresh),
        issued_at=NOW,
        expires_at=NOW + timedelta(seconds=seconds),
        details={"endpoint": "https://portal.example/rest"},
    )


def store(folder: Path, key: SecretStr = KEY, *, lock_seconds: float = 5.0) -> TokenStore:
    return TokenStore(
        folder / "shared" / "tokens-main.json",
        key,
        source="fake",
        command=COMMAND,
        lock_seconds=lock_seconds,
    )


def written(folder: Path, key: SecretStr = KEY, given: Tokens | None = None) -> Path:
    with store(folder, key).locked() as write:
        write(given or tokens())
    return folder / "shared" / "tokens-main.json"


def test_another_process_reads_what_was_written(tmp_path: Path) -> None:
    written(tmp_path)
    assert store(tmp_path).read() == tokens()


def test_nothing_on_the_disk_or_in_a_repr_is_readable(tmp_path: Path) -> None:
    path = written(tmp_path)
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
        assert leaked([ACCESS, REFRESH, KEY.get_secret_value()], file.read_text()) == set()
    assert path.parent.stat().st_mode & 0o077 == 0
    shown = repr(store(tmp_path).read()) + repr(store(tmp_path))
    assert leaked([ACCESS, REFRESH, KEY.get_secret_value()], shown) == set()


def _torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _changed(path: Path) -> None:
    path.write_text(path.read_text()[:-20] + "AAAAAAAAAAAAAAAAA" + path.read_text()[-3:])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (Path.unlink, "no tokens yet"),
        (_torn, "damaged"),
        (_changed, "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "damaged"),
        (lambda path: path.write_bytes(b'{"key": 1}'), "damaged"),
    ],
)
def test_what_cannot_be_read_says_what_to_run(
    damage: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    damage(written(tmp_path))
    with pytest.raises(Unauthorized, match=f"{said}.*{COMMAND}") as caught:
        store(tmp_path).read()
    assert leaked([ACCESS, REFRESH], told(caught.value)) == set()


def test_a_wrong_key_is_told_from_damage(tmp_path: Path) -> None:
    written(tmp_path)
    other = new_key()
    with pytest.raises(Misconfigured, match=f"TOKEN_KEY is not the key.*{COMMAND}") as caught:
        store(tmp_path, other).read()
    secrets = [ACCESS, REFRESH, KEY.get_secret_value(), other.get_secret_value()]
    assert leaked(secrets, told(caught.value)) == set()


@pytest.mark.parametrize("key", ["", "canary0no0key", f"{KEY.get_secret_value()},canary0no0key"])
def test_what_is_no_key_is_refused_without_showing_it(key: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=f"TOKEN_KEY is no key.*{COMMAND}") as caught:
        store(tmp_path, SecretStr(key))
    assert leaked(["canary0no0key", KEY.get_secret_value()], told(caught.value)) == set()


def test_a_key_is_replaced_without_losing_the_tokens(tmp_path: Path) -> None:
    written(tmp_path)
    fresh = new_key()
    both = SecretStr(f"{fresh.get_secret_value()}, {KEY.get_secret_value()}")
    assert store(tmp_path, both).read() == tokens()
    written(tmp_path, both)
    assert store(tmp_path, fresh).read() == tokens()
    with pytest.raises(Misconfigured):
        store(tmp_path, KEY).read()


def test_a_write_that_fails_leaves_the_last_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(token_store.os, "fsync", full)
        with pytest.raises(Misconfigured, match=r"cannot be kept.*No space left"):
            written(tmp_path, given=tokens("another0access"))
    assert store(tmp_path).read() == tokens()


def test_a_pair_is_on_the_disk_before_it_takes_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content first, then the name, then the folder that holds the name."""
    done: list[str] = []
    path = tmp_path / "shared" / "tokens-main.json"
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def replaced(self: Path, target: Path) -> Path:
        done.append("replace")
        return replace(self, target)

    monkeypatch.setattr(token_store.os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    written(tmp_path)
    assert done == [f"{path.name}.new", "replace", path.parent.name]


def test_one_process_at_a_time_holds_the_tokens(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from pydantic import SecretStr\n"
        "from connectors.token_store import TokenStore\n"
        "s = TokenStore(Path(sys.argv[1]), SecretStr(sys.stdin.readline()), source='fake',"
        " command='x')\n"
        "with s.locked():\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    path = written(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(f"{KEY.get_secret_value()}\n")
        other.stdin.flush()
        assert other.stdout.readline() == "held\n"
        assert store(tmp_path).read() == tokens()  # reading needs no lock
        with (
            pytest.raises(Unavailable, match="another process"),
            store(tmp_path, lock_seconds=0.1).locked(),
        ):
            pass
        other.kill()
        other.wait()
    with store(tmp_path).locked():  # the lock of a process that died is nobody's
        pass


def test_a_folder_that_cannot_be_written_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "tokens-main.json.new").mkdir()
    with pytest.raises(Misconfigured, match="cannot be kept") as caught:
        written(tmp_path)
    assert isinstance(caught.value, ConnectorError)


@pytest.mark.parametrize(
    ("lifetime", "left", "due"),
    [(3600, 121, False), (3600, 119, True), (2, 0.3, False), (2, 0.1, True), (2, -1, True)],
)
def test_a_token_is_due_shortly_before_its_end(lifetime: float, left: float, *, due: bool) -> None:
    pair = tokens(seconds=lifetime)
    assert pair.is_due(pair.expires_at - timedelta(seconds=left)) is due
