"""The signature of a service account, verified without the library that the product signs with.

A world that has one states its public half: `google_service_account` (the e-mail address) and
`google_service_account_key` (PEM).
Source: developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE = "https://www.googleapis.com/auth/adwords"
_LONGEST = 3600
_CLOCKS_DIFFER = 300


def is_signed(assertion: str, meta: Mapping[str, str], *, audience: str) -> bool:
    """Say whether an assertion is one of the world's service account, for this endpoint, now."""
    try:
        head, body, signature = assertion.split(".")
        key = serialization.load_pem_public_key(meta["google_service_account_key"].encode())
        if not isinstance(key, rsa.RSAPublicKey) or _read(head).get("alg") != "RS256":
            return False
        signed = f"{head}.{body}".encode()
        key.verify(_bytes(signature), signed, padding.PKCS1v15(), hashes.SHA256())
        claims = _read(body)
        issued, ends = int(claims["iat"]), int(claims["exp"])
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return (
        claims.get("iss") == meta.get("google_service_account")
        and claims.get("aud") == audience
        and claims.get("scope") == _SCOPE
        and claims.get("sub", "") == meta.get("google_service_account_subject", "")
        and ends - issued <= _LONGEST
        and issued - _CLOCKS_DIFFER <= time.time() < ends
    )


def _read(part: str) -> dict[str, Any]:
    found = json.loads(_bytes(part))
    if not isinstance(found, dict):
        raise TypeError(type(found).__name__)
    return found


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
