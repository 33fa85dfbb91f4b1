"""A service account's way in: signed for the sandbox, which verifies it with another library."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors import settings
from connectors.errors import ConnectorError, Misconfigured, Unauthorized
from connectors.google_ads import SOURCE
from connectors.google_ads.client import GoogleAds
from infra.sandbox.server import STORE_NAME
from tests.connectors.canary import leaked, told
from tests.connectors.google_ads.imagined import read
from tests.infra.sandbox import tiny_world
from tests.infra.sandbox.serving import Served, served

EMAIL = "warehouse@project.iam.gserviceaccount.com"
FILE = "GOOGLE_ADS__MAIN__SERVICE_ACCOUNT_FILE"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, key: rsa.RSAPrivateKey) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("google")
    tiny_world.build(directory / STORE_NAME)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with served(directory) as found:
        found.store.set_meta(
            {"google_service_account": EMAIL, "google_service_account_key": public.decode()}
        )
        yield found


def private(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def file(tmp_path: Path, key: rsa.RSAPrivateKey) -> Callable[..., Path]:
    """Write a key file, something of which may be changed."""

    def written(**changed: Any) -> Path:
        path = tmp_path / "service-account.json"
        document = {
            "type": "service_account",
            "client_email": EMAIL,
            "private_key": private(key),
            "private_key_id": "1234",
            # Never followed: the signature would be handed to whoever wrote the file.
            "token_uri": "https://elsewhere.example/token",
        }
        path.write_text(json.dumps({**document, **changed}), encoding="utf-8")
        return path

    return written


def opened(world: Served, path: Path, tmp_path: Path, **more: str) -> GoogleAds:
    of_a_user = ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")
    environ = {
        name: value
        for name, value in world.settings.items()
        if name.rpartition("__")[2] not in of_a_user
    }
    given = {f"GOOGLE_ADS__MAIN__{name}": value for name, value in more.items()}
    (account,) = settings.accounts(SOURCE, {**environ, FILE: str(path), **given}, tmp_path)
    client = SOURCE.open(account)
    assert isinstance(client, GoogleAds)
    return client


def test_a_service_account_reads_what_a_user_reads(
    world: Served,
    file: Callable[..., Path],
    key: rsa.RSAPrivateKey,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert len(read(opened(world, file(), tmp_path), "campaign_days")) == 32
    logging.getLogger("anybody").warning("%s", private(key))
    assert leaked({private(key)}, caplog.text) == set()


def test_a_user_of_the_domain_is_named(
    world: Served, file: Callable[..., Path], tmp_path: Path
) -> None:
    anna = "anna@romashka.example"
    with pytest.raises(Unauthorized, match="IMPERSONATED_EMAIL"):
        read(opened(world, file(), tmp_path, IMPERSONATED_EMAIL=anna), "campaign_days")
    world.store.set_meta({"google_service_account_subject": anna})
    try:
        client = opened(world, file(), tmp_path, IMPERSONATED_EMAIL=anna)
        assert read(client, "campaign_days")
    finally:
        world.store.set_meta({"google_service_account_subject": ""})


def test_a_foreign_key_is_refused(world: Served, file: Callable[..., Path], tmp_path: Path) -> None:
    foreign = private(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with pytest.raises(Unauthorized, match="make a new key") as caught:
        read(opened(world, file(private_key=foreign), tmp_path), "campaign_days")
    assert leaked({foreign}, told(caught.value)) == set()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"private_key": "canary of a key"}, "no private key"),
        ({"private_key": ""}, "no JSON key"),
        ({"type": "authorized_user"}, "no JSON key"),
        ({"client_email": None}, "no JSON key"),
    ],
)
def test_a_wrong_file_is_told_without_its_contents(
    world: Served, file: Callable[..., Path], tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(Misconfigured, match=f"SERVICE_ACCOUNT_FILE .*{said}") as caught:
        read(opened(world, file(**changed), tmp_path), "campaign_days")
    assert leaked({"canary of a key", EMAIL}, told(caught.value)) == set()


@pytest.mark.parametrize("text", [None, "", "canary of a key", "[]"])
def test_a_file_that_is_no_key_is_told(world: Served, tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "other.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConnectorError, match="SERVICE_ACCOUNT_FILE names a file") as caught:
        read(opened(world, path, tmp_path), "campaign_days")
    assert isinstance(caught.value, Misconfigured)
    assert leaked({"canary of a key"}, told(caught.value)) == set()


def test_nobody_else_loads_the_library() -> None:
    code = "import connectors.google_ads, sys; sys.exit('google.auth.jwt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
