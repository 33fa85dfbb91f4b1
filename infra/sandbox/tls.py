"""The certificate of the HTTPS side, signed by a CA of the sandbox's own.

Clients that speak HTTPS only are pointed at `tls/ca.pem`. The CA's key is thrown away: nothing
else can ever be signed with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Where the certificates lie.

    Args:
        authority: the CA's certificate, for clients.
        server: the server's key and certificate, readable by its owner alone.
    """

    authority: Path
    server: Path


def certificates(directory: Path) -> Certificates:
    """Return the certificates kept in a world's directory, made when first needed."""
    folder = directory / "tls"
    found = Certificates(authority=folder / "ca.pem", server=folder / "server.pem")
    if not (found.authority.is_file() and found.server.is_file()):
        folder.mkdir(parents=True, exist_ok=True)
        _make(found)
    return found


def _make(paths: Certificates) -> None:
    import trustme

    authority = trustme.CA(organization_name="Sandbox of the warehouse")
    issued = authority.issue_cert(*HOSTS)
    paths.server.touch(mode=0o600)
    paths.server.chmod(0o600)
    paths.server.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
    authority.cert_pem.write_to_path(str(paths.authority))
