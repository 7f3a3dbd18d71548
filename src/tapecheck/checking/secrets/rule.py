"""TC303: secrets that were recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tapecheck.checking.problem import Problem, line_in
from tapecheck.checking.secrets.places import Leak
from tapecheck.model import Code, Interaction, Side, pointer

_HINT = "If it is real, revoke it: whoever has the file has it. Then scrub the cassette or record it again."


def leaked_secrets(interaction: Interaction, leaks: Iterable[Leak]) -> Iterator[Problem]:
    """Yield a problem for each secret of an interaction, whether or not it falls under a contract."""
    for leak in leaks:
        place = leak.place
        yield Problem(
            code=Code.LEAKED_SECRET,
            message=f"{place} holds {leak.what} ({leak.beginning})",
            side=place.side,
            line=_line(interaction, leak),
            event=place.event,
            instance_path=None if place.path is None else pointer(place.path),
            hint=_HINT,
        )


def _line(interaction: Interaction, leak: Leak) -> int:
    if not leak.place.in_body:
        return interaction.line
    body = interaction.request.body if leak.place.side is Side.REQUEST else interaction.response.body
    return line_in(body, leak.place.line)
