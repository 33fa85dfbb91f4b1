"""Tokens that a server replaces as they are used: kept encrypted, and replaced by one at a time.

An API whose refresh token changes with each use leaves one valid pair of tokens, which every
process needs. It lies in a file of the account's shared folder. Whoever renews it holds a lock on
it, and commits the new pair to the disk before anybody uses it: a pair that is lost with a crash
needs a person to authorise anew.

The file is encrypted with a key that lies elsewhere, so that a copy of the warehouse's folder
gives nobody access. The key may be replaced: several of them, the new one first, separated by
commas, read what either has written, and the next renewal writes with the first.

Not here: asking for tokens, and when to renew them (each source).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from filelock import FileLock, Timeout
from pydantic import SecretStr

from connectors import redaction
from connectors.errors import Misconfigured, Unauthorized, Unavailable

_LOCK_SECONDS = 300.0
_LONGEST_MARGIN = timedelta(minutes=2)
_MARGIN_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a server has issued for one account.

    Args:
        access_token: goes with each request.
        refresh_token: buys the next pair, once.
        issued_at: when the server was asked for it.
        expires_at: when the access token ends.
        details: what else belongs to the tokens, such as the address they are for; no secrets.
    """

    access_token: SecretStr
    refresh_token: SecretStr
    issued_at: datetime
    expires_at: datetime
    details: Mapping[str, str]

    def is_due(self, now: datetime) -> bool:
        """Tell whether the access token would not outlive a request that begins now."""
        lifetime = self.expires_at - self.issued_at
        return now >= self.expires_at - min(_LONGEST_MARGIN, lifetime * _MARGIN_SHARE)


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    tokens: str


class _Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    access_token: str
    refresh_token: str
    issued_at: datetime
    expires_at: datetime
    details: dict[str, str]


class TokenStore:
    """One account's tokens.

    Args:
        path: the file; it and its folder are made with private modes.
        key: one or more keys of `new_key`, separated by commas.
        source: the source's name, for errors.
        command: what a person runs to authorise anew, for errors.
        lock_seconds: how long to wait for another process that is renewing.

    Raises:
        Misconfigured: the key is none.
    """

    def __init__(
        self,
        path: Path,
        key: SecretStr,
        *,
        source: str,
        command: str,
        lock_seconds: float = _LOCK_SECONDS,
    ) -> None:
        redaction.protect(*(SecretStr(one) for one in _split(key)))
        self._path = path
        self._source = source
        self._command = command
        self._cipher = self._opened(key)
        self._names = [_name_of(one) for one in _split(key)]
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = FileLock(
            path.with_name(f"{path.name}.lock"),
            timeout=lock_seconds,
            mode=0o600,
            poll_interval=0.02,
        )

    def read(self) -> Tokens:
        """Return the pair that was committed last; needs no lock.

        Raises:
            Unauthorized: there is none, or the file is damaged: a person has to authorise.
            Misconfigured: it was encrypted with another key.
        """
        try:
            stored = msgspec.json.decode(self._path.read_bytes(), type=_Stored)
        except FileNotFoundError:
            raise self._unauthorized(is_missing=True) from None
        except OSError as error:
            raise self._unusable(error) from None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise self._unauthorized(is_missing=False) from None
        if stored.key not in self._names:
            msg = (
                "TOKEN_KEY is not the key that the stored tokens were encrypted with: "
                f"put that one back, or authorise again: {self._command}"
            )
            raise Misconfigured(msg, source=self._source)
        try:
            plain = msgspec.json.decode(self._cipher.decrypt(stored.tokens), type=_Plain)
        except (InvalidToken, msgspec.MsgspecError):
            raise self._unauthorized(is_missing=False) from None
        return _protected(plain)

    @contextmanager
    def locked(self) -> Generator[Callable[[Tokens], None]]:
        """Hold the tokens: nobody else renews them until the block ends.

        Yields:
            What puts a pair in place of the last one; when it returns, the pair is on the disk.
            It raises `Misconfigured` where that fails, and the last pair stays.

        Raises:
            Unavailable: another process has not let go in time.
            Misconfigured: the lock's file cannot be made.
        """
        try:
            held = self._lock.acquire()
        except Timeout:
            msg = "another process has been renewing the tokens for too long"
            raise Unavailable(msg, source=self._source) from None
        except OSError as error:
            raise self._unusable(error) from None
        with held:
            yield self._write

    def _write(self, tokens: Tokens) -> None:
        plain = _Plain(
            access_token=tokens.access_token.get_secret_value(),
            refresh_token=tokens.refresh_token.get_secret_value(),
            issued_at=tokens.issued_at.astimezone(UTC),
            expires_at=tokens.expires_at.astimezone(UTC),
            details=dict(tokens.details),
        )
        encrypted = self._cipher.encrypt(msgspec.json.encode(plain)).decode("ascii")
        stored = msgspec.json.encode(_Stored(key=self._names[0], tokens=encrypted))
        try:
            _commit(self._path, stored)
        except OSError as error:
            raise self._unusable(error) from None

    def _opened(self, key: SecretStr) -> MultiFernet:
        try:
            return MultiFernet([Fernet(one) for one in _split(key)])
        except ValueError:
            msg = f"TOKEN_KEY is no key: leave it empty, and {self._command} makes one"
        raise Misconfigured(msg, source=self._source)

    def _unauthorized(self, *, is_missing: bool) -> Unauthorized:
        said = "there are no tokens yet" if is_missing else "the stored tokens are damaged"
        msg = f"{said}; authorise: {self._command}"
        return Unauthorized(msg, source=self._source)

    def _unusable(self, error: OSError) -> Misconfigured:
        msg = f"tokens cannot be kept in {self._path.parent}: {error.strerror}"
        return Misconfigured(msg, source=self._source)


def new_key() -> SecretStr:
    """Return a fresh key."""
    return SecretStr(Fernet.generate_key().decode("ascii"))


def _split(key: SecretStr) -> list[str]:
    return [one.strip() for one in key.get_secret_value().split(",")]


def _name_of(key: str) -> str:
    """Return what tells keys apart and gives nothing of them away: they are long and random."""
    return hashlib.sha256(f"token key {key}".encode()).hexdigest()[:16]


def _protected(plain: _Plain) -> Tokens:
    tokens = Tokens(
        access_token=SecretStr(plain.access_token),
        refresh_token=SecretStr(plain.refresh_token),
        issued_at=plain.issued_at,
        expires_at=plain.expires_at,
        details=plain.details,
    )
    redaction.protect(tokens.access_token, tokens.refresh_token)
    return tokens


def _commit(path: Path, content: bytes) -> None:
    """Replace a file; after a crash either the old one is there whole or the new one is."""
    draft = path.with_name(f"{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
