"""A service account's way in: what its key signs, for the token endpoint to exchange.

The assertion is a JWT of an hour, signed with the key of the file that Google Cloud gave out
(developers.google.com/identity/protocols/oauth2/service-account#httprest). The file's own
`token_uri` is not followed: a secret goes only to where the settings say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from connectors import redaction
from connectors.errors import Misconfigured
from connectors.google_ads.verdicts import SOURCE_NAME

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE = "https://www.googleapis.com/auth/adwords"
_LIFETIME = 3600


def assertion(file: Path, *, audience: str, subject: str | None, now: float) -> SecretStr:
    """Return what is exchanged for an access token.

    Args:
        file: the JSON key.
        audience: the address of the token endpoint.
        subject: the user as whom to read, if not as the service account itself.
        now: seconds since 1970.

    Raises:
        Misconfigured: the file cannot be read, or is no key; nothing of it is shown.
    """
    # Loading it takes a noticeable part of a second, which only those pay who sign in this way.
    from google.auth import crypt, jwt

    key = _key(file)
    claims: dict[str, object] = {
        "iss": key["client_email"],
        "scope": _SCOPE,
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + _LIFETIME,
    }
    if subject is not None:
        claims["sub"] = subject
    try:
        # The library states no types.
        signer = cast("Any", crypt).RSASigner.from_service_account_info(key)
        signed = SecretStr(cast("Any", jwt).encode(signer, claims).decode("ascii"))
    except (ValueError, TypeError):
        signed = None
    if signed is None:
        said = "holds no private key that can sign"
        raise _wrong(said)
    redaction.protect(signed)
    return signed


def _key(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        text = None
    if text is None:
        said = "names a file that cannot be read"
        raise _wrong(said)
    try:
        found = cast("object", json.loads(text))
    except ValueError:
        found = None
    wanted = ("client_email", "private_key", "private_key_id")
    key = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    if key.get("type") != "service_account" or not all(
        isinstance(key.get(name), str) and key[name] for name in wanted
    ):
        said = "names a file that is no JSON key of a service account"
        raise _wrong(said)
    redaction.protect(SecretStr(cast("str", key["private_key"])))
    return key


def _wrong(said: str) -> Misconfigured:
    return Misconfigured(f"SERVICE_ACCOUNT_FILE {said}", source=SOURCE_NAME)
