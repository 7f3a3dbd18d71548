"""As much of curl as the documentation needs, so that its pages are run alike where there is no curl, or another one.

It asks this machine only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
FORM = ("content-type: application/x-www-form-urlencoded",)
JSON = ("content-type: application/json", "accept: application/json")


def main(arguments: Sequence[str]) -> int:
    """Send a request and print the answer.

    Returns:
        curl's exit status: 0 whatever the status of the answer, 3 for a URL that is not taken, 7 where nobody listens,
        56 for an answer that breaks off.
    """
    options = parser().parse_args(arguments)
    url = urlsplit(options.url)
    if url.scheme != "http" or url.hostname != LOOPBACK or not url.port:
        return tell(options, 3, f"expected http://{LOOPBACK}:PORT/…, got {options.url}")
    connection = HTTPConnection(LOOPBACK, url.port)
    try:
        send(connection, url.path + (f"?{url.query}" if url.query else ""), options)
        show(connection.getresponse(), with_headers=options.include)
    except ConnectionRefusedError:
        return tell(options, 7, f"Failed to connect to {url.netloc}")
    except (HTTPException, OSError):
        return tell(options, 56, "the answer broke off")
    finally:
        connection.close()
    return 0


def parser() -> argparse.ArgumentParser:
    """Return a parser of the options that are known; with any other, the status is 2."""
    found = argparse.ArgumentParser(prog="curl", add_help=False, allow_abbrev=False)
    found.add_argument("url")
    found.add_argument("-s", "--silent", action="store_true")
    found.add_argument("-N", "--no-buffer", action="store_true")
    found.add_argument("-i", "--include", action="store_true")
    found.add_argument("-X", "--request")
    found.add_argument("-H", "--header", action="append", default=[])
    found.add_argument("-d", "--data")
    found.add_argument("--json")
    return found


def send(connection: HTTPConnection, target: str, options: argparse.Namespace) -> None:
    """Send the request that the options describe."""
    text, implied = (options.data, FORM) if options.json is None else (options.json, JSON)
    body = None if text is None else read(text)
    given = dict(split(header) for header in (*(() if body is None else implied), *options.header))
    connection.request(options.request or ("GET" if body is None else "POST"), target or "/", body, given)


def read(text: str) -> bytes:
    """Return data as they stand, of a file (`@name`), or of standard input (`@-`)."""
    if not text.startswith("@"):
        return text.encode()
    return sys.stdin.buffer.read() if text == "@-" else Path(text[1:]).read_bytes()


def split(header: str) -> tuple[str, str]:
    """Return name and value of a header."""
    name, _, value = header.partition(":")
    return name.strip().lower(), value.strip()


def show(response: HTTPResponse, *, with_headers: bool) -> None:
    """Print an answer as it comes.

    Raises:
        HTTPException, OSError: it broke off.
    """
    output = sys.stdout.buffer
    if with_headers:
        head = [f"HTTP/1.1 {response.status} {response.reason}", *map(": ".join, response.getheaders()), "", ""]
        output.write("\n".join(head).encode())
    left = response.length or 0
    while piece := response.read1():
        output.write(piece)
        output.flush()
        left -= len(piece)
    if left > 0:
        raise IncompleteRead(b"", left)


def tell(options: argparse.Namespace, status: int, reason: str) -> int:
    """Say why there is no answer, unless nobody wants to know, and return the exit status."""
    if not options.silent:
        sys.stderr.write(f"curl: ({status}) {reason}\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
