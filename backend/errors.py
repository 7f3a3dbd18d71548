"""Everything that the backend raises.

```
BackendError
├── StartError                  the service cannot start: a setting, a server, a port
├── StepError                   a step of a workflow raised
├── WorkflowError               a workflow has no result: it failed, was cancelled, or is lost
└── Problem                     a request cannot be answered as asked; becomes an RFC 9457 document
    ├── AddressRefusedError     400  the address may not be called
    ├── UnauthorizedError       401  no valid API key
    ├── ForbiddenError          403  the agent may not do this
    ├── NotFoundError           404  there is no such thing
    ├── TimedOutError           408  another service did not answer in time
    ├── ConflictError           409  it is not in the state that this is for
    │   └── OutdatedError       409  it was written by another since it was read
    ├── PreconditionError       412  it is not the version that the request is for
    ├── KeyReusedError          422  an idempotency key came with another request before
    ├── RateLimitedError        429  another service wants fewer requests
    ├── UpstreamError           502  another service failed
    │   └── BrokenOffError      502  its answer stopped before its end
    └── UnavailableError        503  it cannot be asked now: breaker open, no key, cache or database gone
```

`transient` tells whether trying again may help, `blames_host` whether the circuit breaker counts it against the other
service. `challenge` is the scheme of authentication that a 401 asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

_SHOWN: Final = 80


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

    def members(self) -> Mapping[str, object]:
        """Return what its document has besides, as extension members (RFC 9457, section 3.2)."""
        return {}


class AddressRefusedError(Problem):
    """An address that may not be called."""

    status = 400
    title = "Address refused"


class UnauthorizedError(Problem):
    """A request without a valid API key."""

    status = 401
    title = "Unauthorized"
    challenge = "Bearer"


class ForbiddenError(Problem):
    """Something that the agent may not do."""

    status = 403
    title = "Forbidden"


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


class OutdatedError(ConflictError):
    """Something that another wrote since it was read.

    Args:
        detail: what happened.
        current: how it is now, as in `PreconditionError`.
        conflicts: JSON pointers to what both changed, where a merge was wanted.
    """

    def __init__(
        self, detail: str, *, current: Mapping[str, object] | None = None, conflicts: Sequence[str] = ()
    ) -> None:
        super().__init__(detail)
        self.current = current
        self.conflicts = conflicts

    def members(self) -> Mapping[str, object]:
        """Return how it is now, and where the conflicts are."""
        conflicts = {"conflicts": list(self.conflicts)} if self.conflicts else {}
        return {"current": self.current, **conflicts}


class PreconditionError(Problem):
    """Something that is not the version that a header of the request asks for.

    Args:
        detail: what happened.
        current: `version`, `value`, `written_by` and `written_at` of what there is; None where there is nothing.
    """

    status = 412
    title = "Precondition failed"

    def __init__(self, detail: str, *, current: Mapping[str, object] | None = None) -> None:
        super().__init__(detail)
        self.current = current

    def members(self) -> Mapping[str, object]:
        """Return how it is now."""
        return {"current": self.current}


class KeyReusedError(Problem):
    """An idempotency key that came with another request before."""

    status = 422
    title = "Idempotency key reused"


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

    def members(self) -> Mapping[str, object]:
        """Return what had arrived, where anything had."""
        return {"partial": self.partial} if self.partial else {}


class UnavailableError(Problem):
    """Something that is needed cannot be used now."""

    status = 503
    title = "Unavailable"


def quoted(name: str) -> str:
    """Return a name of the caller's as a message quotes it: the beginning of one that is long."""
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…")
