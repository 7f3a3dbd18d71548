"""Everything that the backend raises.

```
BackendError
├── StartError                  the service cannot start: a setting, a server, a port
├── StepError                   a step of a workflow raised
├── WorkflowError               a workflow has no result: it failed, was cancelled, or is lost
└── Problem                     a request cannot be answered as asked; becomes an RFC 9457 document
    ├── AddressRefusedError     400  the address may not be called
    ├── UnauthorizedError       401  no valid API key
    ├── NotFoundError           404  there is no such thing
    ├── TimedOutError           408  another service did not answer in time
    ├── ConflictError           409  it is not in the state that this is for
    ├── RateLimitedError        429  another service wants fewer requests
    ├── UpstreamError           502  another service failed
    │   └── BrokenOffError      502  its answer stopped before its end
    └── UnavailableError        503  it cannot be asked now: breaker open, no key, cache or database gone
```

`transient` tells whether trying again may help, `blames_host` whether the circuit breaker counts it against the other
service. `challenge` is the scheme of authentication that a 401 asks for.
"""

from __future__ import annotations

from typing import ClassVar


class BackendError(Exception):
    """What went wrong, and what to do next."""


class StartError(BackendError):
    """The service cannot start."""


class StepError(BackendError):
    """A step of a workflow raised; the message is the kind of the error and its text."""


class WorkflowError(BackendError):
    """A workflow has no result."""


class Problem(BackendError):  # noqa: N818 - RFC 9457 calls it so
    """A request that cannot be answered as asked.

    Args:
        detail: what happened, for whoever sent the request; it never holds a secret.
        retry_after: seconds after which trying again makes sense, where that is known.
    """

    status: ClassVar[int]
    title: ClassVar[str]
    challenge: ClassVar[str | None] = None
    transient: bool = False
    blames_host: bool = False

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after


class AddressRefusedError(Problem):
    """An address that may not be called."""

    status = 400
    title = "Address refused"


class UnauthorizedError(Problem):
    """A request without a valid API key."""

    status = 401
    title = "Unauthorized"
    challenge = "Bearer"


class NotFoundError(Problem):
    """Something that there is not."""

    status = 404
    title = "Not found"


class TimedOutError(Problem):
    """Another service did not answer in time."""

    status = 408
    title = "Timeout"
    transient = True
    blames_host = True


class ConflictError(Problem):
    """Something that is not in the state that the request is for."""

    status = 409
    title = "Conflict"


class RateLimitedError(Problem):
    """Another service wants fewer requests."""

    status = 429
    title = "Too many requests"
    transient = True


class UpstreamError(Problem):
    """Another service failed, or answered what it must not.

    Args:
        detail: what happened.
        retry_after: seconds after which the other service wants to be asked again.
        transient: whether trying again may help.
        blames_host: whether it tells against the other service, as a rejected request does not.
    """

    status = 502
    title = "Upstream failure"

    def __init__(
        self, detail: str, *, retry_after: float | None = None, transient: bool = True, blames_host: bool = True
    ) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.transient = transient
        self.blames_host = blames_host


class BrokenOffError(UpstreamError):
    """An answer that stopped before its end.

    Args:
        detail: what happened.
        partial: what had arrived by then.
    """

    title = "Answer broke off"

    def __init__(self, detail: str, *, partial: str = "") -> None:
        super().__init__(detail)
        self.partial = partial


class UnavailableError(Problem):
    """Something that is needed cannot be used now."""

    status = 503
    title = "Unavailable"
