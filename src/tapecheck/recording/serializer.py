"""A serializer for vcrpy whose cassettes hold no secrets and are written for review (`tapecheck.cassettes.render`).

    vcr.register_serializer("yaml", tapecheck.recording.serializer.Serializer(contracts))

What it writes, plain vcrpy reads. See https://vcrpy.readthedocs.io/en/latest/advanced.html#register-your-own-serializer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NotRequired, TypeAlias, TypedDict

from tapecheck.cassettes import Limits, render
from tapecheck.cassettes.decoding import decode
from tapecheck.checking.delivery import is_delivery
from tapecheck.checking.secrets import secrets_for
from tapecheck.contracts import Contracts
from tapecheck.errors import CassetteError
from tapecheck.model import Body, Headers, Interaction, Request, Response
from tapecheck.recording.scrubbing import scrub

_Payload: TypeAlias = str | bytes | Iterable[bytes] | None
_Fields: TypeAlias = Mapping[str, Sequence[str]]


class _Request(TypedDict):
    method: str
    uri: str
    headers: _Fields
    body: _Payload


class _Status(TypedDict):
    code: int
    message: str | None


class _ResponseBody(TypedDict):
    string: _Payload


class _Response(TypedDict):
    status: _Status
    headers: _Fields
    body: _ResponseBody


class _Recorded(TypedDict):
    request: _Request
    response: _Response


class _Tape(TypedDict):
    """What vcrpy hands to a serializer."""

    interactions: Sequence[_Recorded]
    metadata: NotRequired[Mapping[str, object]]


class Serializer:
    """What vcrpy takes for a serializer.

    Args:
        contracts: say what is secret besides what is so everywhere.
    """

    def __init__(self, contracts: Contracts = Contracts()) -> None:  # noqa: B008 - frozen
        self._contracts = contracts

    def serialize(self, tape: _Tape) -> str:
        """Return the YAML of what vcrpy has recorded, scrubbed.

        Bodies are written without their `content-encoding`.

        Raises:
            CassetteError: nothing was recorded, or it has metadata: pytest-recording 0.14.1 fails on replaying either;
                or a body cannot be decompressed, so that nobody knows what secrets it holds.
        """
        if tape.get("metadata"):
            raise CassetteError(
                "a cassette with metadata, where only interactions were expected",
                hint="pytest-recording cannot replay it: keep such values elsewhere",
            )
        if not tape["interactions"]:
            raise CassetteError(
                "a cassette without any interaction",
                hint="pytest-recording cannot replay it: look for a hook that drops all of them",
            )
        scrubbed = scrub_all(_interactions(tape["interactions"]), self._contracts)
        return render(scrubbed, lambda request: is_delivery(self._contracts, request))

    def deserialize(self, text: str) -> object:
        """Return what plain vcrpy reads from a cassette."""
        from vcr.serializers import yamlserializer

        loaded: object = yamlserializer.deserialize(text)
        return loaded


def scrub_all(interactions: Iterable[Interaction], contracts: Contracts) -> list[Interaction]:
    """Scrub interactions, each of what is secret at the provider that was called."""
    found = ((each, contracts.match(each.request.method, each.request.uri).contract) for each in interactions)
    return [scrub(each, secrets_for(contracts, contract)) for each, contract in found]


def _interactions(recorded: Sequence[_Recorded]) -> Iterator[Interaction]:
    for index, each in enumerate(recorded):
        request, response = each["request"], each["response"]
        sent, received = _headers(request["headers"]), _headers(response["headers"])
        yield Interaction(
            index=index,
            line=1,
            request=Request(
                method=request["method"],
                uri=request["uri"],
                headers=sent,
                body=_body(request["body"], sent),
            ),
            response=Response(
                status=response["status"]["code"],
                reason=response["status"]["message"] or "",
                headers=received,
                body=_body(response["body"]["string"], received),
            ),
        )


def _headers(fields: _Fields) -> Headers:
    return Headers(tuple((name, value) for name, values in fields.items() for value in values))


def _body(payload: _Payload, headers: Headers) -> Body:
    """Return a body decompressed; vcrpy hands on text as a string, and files and iterators as they are."""
    if payload is None:
        return Body()
    if isinstance(payload, str):
        payload = payload.encode()
    found = payload if isinstance(payload, bytes) else b"".join(payload)
    content, problem = decode(found, headers, Limits().body_bytes)
    if problem is not None:
        hint = "secrets in it could not be found: let vcrpy decompress it, or ask for it with accept-encoding: identity"
        raise CassetteError(problem, hint=hint)
    return Body(content=content, blank=not found)
