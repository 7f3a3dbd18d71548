"""TC403: code of this process that a test asks over HTTP, and that a tape answers for."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from tapecheck.model import Code, Finding
from tapecheck.replaying.finding import about
from tapecheck.replaying.places import without_query
from tapecheck.replaying.tapes import Play


def replayed_app(play: Play, root: Path) -> Finding | None:
    """Say that the code that was asked did not run; None where no code of this process was asked.

    Since vcrpy 8.2 cassettes replay httpx's ASGITransport, WSGITransport and MockTransport, too.
    """
    if play.transport is None:
        return None
    sent = play.sent
    host = urlsplit(sent.uri).hostname
    return about(
        play,
        Code.REPLAYED_APP,
        f"{sent.method} {without_query(sent.uri)} went through {play.transport}, and the tape answered: the code "
        "behind it did not run",
        f"Set ignore_hosts=[{host!r}] in vcr_config, or name the transport in skip_patchers; then take the interaction "
        "off the tape.",
        root,
    )
