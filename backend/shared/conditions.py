"""What a request says of the version that it is for: in its body, and in its headers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import Header, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field

from backend.api.models import NUMERIC
from backend.api.problems import UNREADABLE
from backend.shared.document import Terms
from backend.shared.etags import PATTERN, parse, tag

_LARGEST: Final = 2**31 - 2

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        pattern=r"^[^\x00-\x1f\x7f-\x9f]*$",
        description="Any characters but control characters.",
        examples=["plan"],
    ),
]
KnownVersion = Annotated[int, Field(ge=0, le=_LARGEST), NUMERIC]
IfMatch = Annotated[str | None, Header(pattern=PATTERN, description="Entity tags that the current version must match.")]
IfNoneMatch = Annotated[str | None, Header(pattern=PATTERN, description="Entity tags of versions that are known.")]

ETAG: Final[dict[str, object]] = {"ETag": {"description": "The version, in quotes.", "schema": {"type": "string"}}}
UNCHANGED: Final[dict[str, object]] = {"description": "The version is one of those that are known.", "headers": ETAG}

GONE: Final = "the database cannot be reached: try again later"
NO_AGENT: Final = "there is no agent 'agt_0190f2c4': create one with POST /api/agents"
_TOLD: Final = "the current version is 3, which agt_0190f2c4 wrote"
REFUSED: Final[Mapping[int, str]] = MappingProxyType(
    {
        **UNREADABLE,
        403: "agent 'Scout' is STUDENT: to write what agents share needs SUPERVISED or more",
        404: NO_AGENT,
        409: f"you read version 2, but {_TOLD}: read it, and write again",
        412: f"If-Match does not hold: {_TOLD}",
        422: "/body/value: Field required",
        503: GONE,
    }
)
"""How a write may be refused, and"""

UNREAD: Final[Mapping[int, str]] = MappingProxyType(
    {404: "nothing was written to 'plan' yet", 422: "/header/if-none-match: String should match pattern", 503: GONE}
)
"""how a look, for `documented`."""


def agree(version: int | None, merge: bool, if_match: str | None) -> Terms:
    """Return the terms of a request.

    Raises:
        RequestValidationError: the header asks for another version than the body, or the body for a merge without one.
    """
    condition = parse(if_match)
    if merge and version is None:
        raise _wrong(("body", "version"), "To merge, the version that was read is needed")
    if condition is not None and version is not None and not condition.match_strongly(version):
        raise _wrong(("header", "if-match"), f"If-Match should hold for version {version}, which the body names")
    return Terms(read=version, merge=merge, condition=condition)


def unless_known(version: int, if_none_match: str | None) -> Response | None:
    """Return the answer to whoever knows a version already, None where it is to be sent."""
    known = parse(if_none_match)
    if known is None or not known.match_weakly(version):
        return None
    return Response(status_code=304, headers={"ETag": tag(version)})


def _wrong(location: tuple[str, str], message: str) -> RequestValidationError:
    return RequestValidationError([{"type": "value_error", "loc": location, "msg": message}])
