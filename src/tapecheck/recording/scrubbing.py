"""Takes out of an interaction, and of what tests print, what must never reach a cassette or a log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tapecheck.checking.secrets import REDACTED, Scanner
from tapecheck.contracts import Secrets
from tapecheck.model import Body, Headers, Interaction, Request, Response

_COOKIES = frozenset({"cookie", "set-cookie"})
_LEAST = 8  # characters; what is shorter is no key, and stands in other words too


def scrub(interaction: Interaction, secrets: Secrets) -> Interaction:
    """Return an interaction without its secrets: `TC303` finds none in it, and to scrub it again changes nothing.

    - Cookies are dropped, both those that are sent and those that are set.
    - The headers, parameters and fields that the contract lists, and whatever has the shape of a secret, say `REDACTED`
      instead; a header keeps its scheme, such as `Bearer`. The same holds for what tells who has recorded.
    - All else stays byte by byte: JSON is still JSON, and a form a form; in the place of a string stands a string.

    Args:
        interaction: left as it is; a new one is returned. Its bodies should be decompressed.
        secrets: what is secret at its provider, as `secrets_for` returns it.
    """
    scanner = Scanner(secrets)
    done = _without_headers(interaction, secrets)
    while (cleaner := scanner.redact(done)) != done:  # what stood beside a secret may look like one now
        done = cleaner
    return done


def scrub_text(text: str, secrets: Secrets, known: Iterable[str]) -> str:
    """Return a text, such as what pytest prints, without the secrets in it.

    Args:
        text: scrubbed line by line of whatever has the shape of a secret.
        secrets: what is secret at a provider, as `secrets_for` returns it.
        known: values that are secret whatever their shape; those of fewer than 8 characters are left alone.
    """
    for value in sorted(known, key=len, reverse=True):  # one may be the beginning of another
        if len(value) >= _LEAST:
            text = text.replace(value, REDACTED)
    scanner = Scanner(secrets)
    return "".join(_line(line, scanner) for line in text.splitlines(keepends=True))


def _line(line: str, scanner: Scanner) -> str:
    plain = Headers((("content-type", "text/plain"),))
    response = Response(status=200, headers=plain, body=Body(content=line.encode()))
    bare = Interaction(index=0, line=1, request=Request(method="GET", uri=""), response=response)
    return scanner.redact(bare).response.body.content.decode()


def _without_headers(interaction: Interaction, secrets: Secrets) -> Interaction:
    request, response = interaction.request, interaction.response
    return replace(
        interaction,
        request=replace(request, headers=_headers(request.headers, secrets)),
        response=replace(response, headers=_headers(response.headers, secrets)),
    )


def _headers(headers: Headers, secrets: Secrets) -> Headers:
    return Headers(
        tuple(
            (name, REDACTED if name.lower() in secrets.account_headers else value)
            for name, value in headers
            if name.lower() not in _COOKIES
        )
    )
