"""An application that is installed on a sandbox's portal, as an account of the product."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.access import auth_server, open_access, token_store
from connectors.bitrix24.budget import OperatingBudget
from connectors.bitrix24.portal import Portal
from connectors.http import Patience
from connectors.stream import Account, Traffic
from connectors.token_store import Tokens, new_key
from tests.infra.sandbox.serving import Served

PATIENCE = Patience(attempts=3, first_wait=0.01, total_seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """One account of the product, and the world that its portal serves."""

    world: Served
    account: Account
    key: SecretStr
    origin: str

    @classmethod
    def on(
        cls, world: Served, shared: Path, name: str = "main", *, origin: str | None = None
    ) -> Installed:
        """Configure an account; nothing is asked yet."""
        key, origin = new_key(), origin or world.http_url
        meta = world.store.all_meta()
        settings = SOURCE.settings(
            portal=origin,
            client_id=meta["bitrix24_client_id"],
            client_secret=meta["bitrix24_client_secret"],
            token_key=key,
            oauth_url=f"{origin}/oauth/token/",
        )
        account = Account(name=name, settings=settings, shared=str(shared))
        return cls(world=world, account=account, key=key, origin=origin)

    def code(self) -> str:
        """Let the application in, as a person does in a browser."""
        client_id = self.world.store.meta("bitrix24_client_id")
        address = f"{self.world.http_url}/oauth/authorize/?client_id={client_id}"
        found = re.search(r"<code>(\w+)</code>", self.world.client.get(address).text)
        assert found
        return found[1]

    def authorise(self, **changed: Any) -> Tokens:
        """Put a first pair into the store; `aged` sets it back by so many seconds."""
        server = auth_server(self.account, Traffic(), transport=None, patience=PATIENCE)
        tokens = server.exchange(SecretStr(self.code()))
        server.close()
        aged = timedelta(seconds=changed.pop("aged", 0))
        tokens = replace(
            tokens,
            issued_at=tokens.issued_at - aged,
            expires_at=tokens.expires_at - aged,
            **changed,
        )
        with token_store(self.account, self.key).locked() as write:
            write(tokens)
        return tokens

    def stored(self) -> Tokens:
        """Return what the store holds."""
        return token_store(self.account, self.key).read()

    def portal(self, traffic: Traffic | None = None) -> Portal:
        """Open the portal as the product does."""
        traffic = traffic or Traffic()
        access = open_access(self.account, traffic=traffic, transport=None, patience=PATIENCE)
        return Portal(access, OperatingBudget(traffic))

    def control(self, **changed: Any) -> dict[str, Any]:
        """Change how the servers behave; return what they have counted."""
        answer = self.world.client.post(f"{self.world.http_url}/_sandbox/oauth", json=changed)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def environment(self, *, key: bool = True) -> dict[str, str]:
        """Return the account's settings as the environment names them."""
        meta = self.world.store.all_meta()
        prefix = f"BITRIX24__{self.account.name.upper()}__"
        names = {
            "PORTAL": self.origin,
            "CLIENT_ID": meta["bitrix24_client_id"],
            "CLIENT_SECRET": meta["bitrix24_client_secret"],
            "OAUTH_URL": f"{self.origin}/oauth/token/",
            "PLAN": "enterprise",
        }
        if key:
            names["TOKEN_KEY"] = self.key.get_secret_value()
        return {prefix + name: value for name, value in names.items()}

    def secrets(self, *pairs: Tokens) -> list[str]:
        """Return all that must never be shown."""
        known = [self.world.store.meta("bitrix24_client_secret"), self.key.get_secret_value()]
        for pair in pairs:
            known += [
                pair.access_token.get_secret_value(),
                pair.refresh_token.get_secret_value(),
            ]
        return known

    def process(self, program: str) -> subprocess.Popen[str]:
        """Start a program that finds `portal` opened; it waits for a line before it goes on."""
        opening = (
            "import os, sys\n"
            "from pathlib import Path\n"
            "from connectors import settings\n"
            "from connectors.bitrix24 import SOURCE\n"
            "from connectors.bitrix24.access import open_access\n"
            "from connectors.bitrix24.budget import OperatingBudget\n"
            "from connectors.bitrix24.portal import Portal\n"
            "from connectors.http import DEFAULT_PATIENCE\n"
            "from connectors.stream import Traffic\n"
            "shared = Path(os.environ['SHARED'])\n"
            "(account,) = settings.accounts(SOURCE, os.environ, shared)\n"
            "traffic = Traffic()\n"
            "access = open_access(account, traffic=traffic, transport=None,"
            " patience=DEFAULT_PATIENCE)\n"
            "portal = Portal(access, OperatingBudget(traffic))\n"
            "print('ready', flush=True); sys.stdin.readline()\n"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", opening + program],
            env={**self.environment(), "SHARED": str(Path(self.account.shared).parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        said = child.stdout.readline()
        assert said == "ready\n", said + child.communicate()[1]
        return child
