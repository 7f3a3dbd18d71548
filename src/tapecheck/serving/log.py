"""One line for each request: what was asked, and what the answer was taken from. Never a secret, never a body."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

from tapecheck.checking.secrets import Scanner, secrets_for
from tapecheck.contracts import Contracts
from tapecheck.model import Interaction, Request, Response
from tapecheck.serving.answer import Answer

_UNFIT: Final = re.compile(r"[^\x21-\x7e]")


class Log:
    """Writes lines: method, path without its query, status, provider and operation, source and its name.

    What is not known is a dash, and so is the status where nothing is answered at all.

    Args:
        contracts: tell what is secret.
        write: takes each line.
    """

    def __init__(self, contracts: Contracts, write: Callable[[str], object]) -> None:
        self._scanner = Scanner(secrets_for(contracts, None))
        self._write = write

    def __call__(self, request: Request, answer: Answer) -> None:
        """Write the line of one request."""
        status = "-" if answer.reply.silent else str(answer.reply.status)
        asked = (answer.provider or "-", answer.operation or "-")
        name = () if answer.name is None else (answer.name,)
        self._write(" ".join((_fit(request.method), _fit(self._path(request)), status, *asked, answer.source, *name)))

    def _path(self, request: Request) -> str:
        bare = Request(method=request.method, uri=request.uri)
        told = self._scanner.redact(Interaction(index=0, line=1, request=bare, response=Response(status=200)))
        return urlsplit(told.request.uri).path or "/"


def _fit(text: str) -> str:
    """Write what might play tricks on a terminal in percent signs."""
    return _UNFIT.sub(lambda found: quote(found[0].encode("utf-8", "surrogateescape")), text)
