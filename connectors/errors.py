"""Every way in which talking to the outside can fail, sorted by what the caller should do.

::

    ConnectorError
    ├── Retryable            the same request may succeed later
    │   ├── RateLimited      too many requests; `retry_after` says when, if the server said
    │   ├── Unavailable      5xx, a broken connection, an answer cut short
    │   ├── TimedOut         no answer in time
    │   ├── Busy             another load of the same stream is running here
    │   └── Deferred         not before a far moment: end this source now, run it again later
    └── Permanent            repeating the request will not help
        ├── Misconfigured    a setting is missing or wrong: names the setting, never its value
        ├── Unauthorized     credentials refused, or without the right that is needed
        ├── Rejected         the server refused the request itself
        │   └── Moved        it sends us to another host, which is not followed
        └── ContractBroken   the answer is not what the API documents

What is not here: HTTP status tables. Each source maps its own answers onto these classes.

The text of an error is shown to people and stored by Dagster, so it never holds a URL, a
header or a body: only the source, the method, the server's own code and its request id.
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Something outside failed.

    Args:
        message: one sentence for a person, free of secrets and of personal data.
        source: the source's name, such as `bitrix24`.
        method: the API's own name of what was called, such as `crm.item.list`.
        code: the server's own error code, where it gave one.
        request_id: what the vendor's support asks for, where the server gave one.
    """

    def __init__(
        self,
        message: str,
        *,
        source: str,
        method: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        self.message = message
        self.source = source
        self.method = method
        self.code = code
        self.request_id = request_id
        super().__init__(message)

    def __str__(self) -> str:
        where = self.source if self.method is None else f"{self.source} {self.method}"
        details = [
            f"{name} {value}"
            for name, value in (("code", self.code), ("request", self.request_id))
            if value is not None
        ]
        suffix = f" ({', '.join(details)})" if details else ""
        return f"{where}: {self.message}{suffix}"


class Retryable(ConnectorError):
    """The same request may succeed later.

    Args:
        message: see `ConnectorError`.
        retry_after: seconds to wait first, as the server said; None where it did not.
        source: see `ConnectorError`.
        method: see `ConnectorError`.
        code: see `ConnectorError`.
        request_id: see `ConnectorError`.
    """

    def __init__(
        self,
        message: str,
        *,
        source: str,
        method: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, source=source, method=method, code=code, request_id=request_id)
        self.retry_after = retry_after


class RateLimited(Retryable):
    """Too many requests, or the method's time budget is spent."""


class Unavailable(Retryable):
    """The server failed, or the connection broke before the answer was complete."""


class TimedOut(Retryable):
    """No answer in time."""


class Busy(Retryable):
    """Another load of the same stream is running on our side; it ends in minutes."""


class Deferred(Retryable):
    """The server names a moment too far away to wait for: this source is done for now."""


class Permanent(ConnectorError):
    """Repeating the request will not help; a person has to change something."""


class Misconfigured(Permanent):
    """A setting is missing or wrong. The message names the setting, never its value."""


class Unauthorized(Permanent):
    """The credentials were refused, or lack a right. The message says which."""


class Rejected(Permanent):
    """The server understood the request and refused it."""


class Moved(Rejected):
    """The server redirects to another host; secrets are not carried there."""


class ContractBroken(Permanent):
    """The answer does not look as the API documents it; nothing of it was stored."""
