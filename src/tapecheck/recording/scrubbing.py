"""Takes out of an interaction, before it is written, what must never reach a cassette."""

from __future__ import annotations

from dataclasses import replace

from tapecheck.checking.secrets import REDACTED, Scanner
from tapecheck.contracts import Secrets
from tapecheck.model import Headers, Interaction

_COOKIES = frozenset({"cookie", "set-cookie"})


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
