"""A provider's stand-in: real HTTP on 127.0.0.1, with answers from files.

An answer is an HTTP message (RFC 9112) in `<folder>/<name>.http`; the request names it in a header. `date` and
`content-length` are added. An answer with `transfer-encoding: chunked` is sent piece by piece: up to a blank line (an
event) or a line with nothing but a comma (an element of an array).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

NAME = "x-answer"
"""The header that names the answer; who sends it sees to it that it is not recorded."""

DATE = "Mon, 05 Jan 2026 09:00:00 GMT"
"""Time stands still, so that recordings repeat."""

PIECE = re.compile(rb".+?(?:\n(?:\n|,\n)|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: a status, header fields, and the body in pieces."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    pieces: tuple[bytes, ...]
    chunked: bool


def parse(message: bytes) -> Answer:
    """Read the message of an answer."""
    head, _, body = message.partition(b"\n\n")
    start, *fields = head.decode().splitlines()
    _, status, reason = start.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (field.partition(":") for field in fields))
    chunked = ("transfer-encoding", "chunked") in headers
    length = () if chunked else (("content-length", str(len(body))),)
    pieces = tuple(PIECE.findall(body)) if chunked else (body,)
    return Answer(int(status), reason, (*headers, ("date", DATE), *length), pieces, chunked)


def absent(name: str, folder: Path) -> Answer:
    """Say that there is no such answer, with a status that no provider uses."""
    return parse(
        f"HTTP/1.1 421 Misdirected Request\ncontent-type: text/plain\n\n"
        f"no answer {name!r} in {folder.name}/: write {name}.http\n".encode()
    )


class Handler(BaseHTTPRequestHandler):
    """Answers whatever is asked, with the answer that the request names."""

    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers.get("content-length", "0")))
        name = self.headers.get(NAME, "")
        path = self.folder / f"{name}.http"
        answer = parse(path.read_bytes()) if name and path.is_file() else absent(name, self.folder)
        self.send_response_only(answer.status, answer.reason)
        for field in answer.headers:
            self.send_header(*field)
        self.end_headers()
        for piece in answer.pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if answer.chunked else piece)
        self.wfile.write(b"0\r\n\r\n" if answer.chunked else b"")

    def do_POST(self) -> None:
        """Answer."""
        self.do_GET()


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve the answers of a folder; yield the URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, folder)) as server:
        thread = Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
