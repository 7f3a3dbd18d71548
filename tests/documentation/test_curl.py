"""Our curl does what curl does, as far as it goes."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.documentation import curl

SHOWN = ("accept", "content-type", "x-one")
FORM = "content-type: application/x-www-form-urlencoded"
JSON = "accept: application/json\ncontent-type: application/json"


class Echo(BaseHTTPRequestHandler):
    """Answers with the request; at `/broken` with less than it announces."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        headers = [f"{name}: {value}" for name in SHOWN if (value := self.headers[name])]
        body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
        answer = "\n".join([f"{self.command} {self.path}", *headers, body]).encode()
        self.send_response(418, "I'm a teapot")
        self.send_header("content-length", str(len(answer) + (self.path == "/broken")))
        self.end_headers()
        self.wfile.write(answer)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer((curl.LOOPBACK, 0), Echo) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://{curl.LOOPBACK}:{server.server_port}"
        server.shutdown()
        thread.join()


def run(*arguments: str, given: str = "") -> tuple[int, str, str]:
    command = [sys.executable, "-I", "-S", curl.__file__, *arguments]
    result = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", check=False)
    return result.returncode, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        ([], "GET {path}\n"),
        (["-sN"], "GET {path}\n"),
        (["-X", "PUT"], "PUT {path}\n"),
        (["-H", "X-One: 1:2"], "GET {path}\nx-one: 1:2\n"),
        (["-d", "a=b"], f"POST {{path}}\n{FORM}\na=b"),
        (["--json", '{"a": "é"}'], f'POST {{path}}\n{JSON}\n{{{{"a": "é"}}}}'),
        (["--json", "1", "-X", "PUT"], f"PUT {{path}}\n{JSON}\n1"),
        (["--json", "1", "-H", "Accept: */*"], "POST {path}\naccept: */*\ncontent-type: application/json\n1"),
        (["--json", "@-"], f"POST {{path}}\n{JSON}\ngiven"),
    ],
    ids=["plain", "flags", "method", "header", "form", "json", "json with method", "header wins", "standard input"],
)
@pytest.mark.parametrize("path", ["/a?b=c", "/"])
def test_it_sends_what_the_options_say(url: str, arguments: list[str], request_: str, path: str) -> None:
    status, answer, errors = run(*arguments, url + path, given="given")
    assert (status, answer, errors) == (0, request_.format(path=path), "")


def test_it_sends_files(url: str, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("[1]", encoding="utf-8")
    assert run(url, "--json", f"@{body}")[1].endswith("\n[1]")


def test_it_shows_the_headers(url: str) -> None:
    _, answer, _ = run("-si", url)
    head, _, body = answer.partition("\n\n")
    assert head.splitlines()[0] == "HTTP/1.1 418 I'm a teapot"
    assert "content-length: 6" in head.splitlines()
    assert body == "GET /\n"


def test_it_says_what_fails(url: str) -> None:
    with socket.socket() as unused:
        unused.bind((curl.LOOPBACK, 0))
        nobody = f"http://{curl.LOOPBACK}:{unused.getsockname()[1]}"
        assert run(nobody) == (7, "", f"curl: (7) Failed to connect to {nobody.removeprefix('http://')}\n")
        assert run("-s", nobody) == (7, "", "")
    assert run("-s", f"{url}/broken")[0] == 56


@pytest.mark.parametrize("address", ["http://api.example.com/", "https://127.0.0.1:8000/", "http://127.0.0.1/", "/"])
def test_it_asks_this_machine_only(address: str) -> None:
    status, answer, errors = run(address)
    assert (status, answer) == (3, "")
    assert errors.startswith("curl: (3) expected http://127.0.0.1:PORT/")


def test_it_knows_no_other_option(url: str) -> None:
    assert run("--fail", url)[0] == 2
