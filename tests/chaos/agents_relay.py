"""What stands between the service and its provider: it notes what is asked, takes its time, and passes it on."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

import httpx

from tapecheck.testing import stand_in

PROVIDER: Final = "openai"
_TAKES: Final = 0.3
"""Seconds, so that there is something to cut."""


class Relay:
    """A relay that runs.

    Args:
        url: where it listens.

    Attributes:
        asked: when each prompt was asked.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: dict[str, list[datetime]] = defaultdict(list)

    @property
    def settings(self) -> Mapping[str, str]:
        """Return the variables of a service that asks it."""
        return {
            f"{PROVIDER.upper()}_BASE_URL": f"{self.url}/{PROVIDER}/v1",
            f"{PROVIDER.upper()}_API_KEY": "chaos-key",
            "BACKEND_PROVIDER": PROVIDER,
        }

    def note(self, body: bytes) -> None:
        """Keep what a request asks."""
        self.asked[json.loads(body)["messages"][0]["content"]].append(datetime.now(UTC))

    def times(self, prompt: str) -> Sequence[datetime]:
        """Return when something was asked."""
        return tuple(self.asked.get(prompt, ()))


@contextmanager
def relaying() -> Iterator[Relay]:
    """Run a relay to a stand-in at any free port of this machine."""
    with stand_in(providers=[PROVIDER]) as provider, httpx.Client(base_url=provider) as client:

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                body = self.rfile.read(size)
                if len(body) < size:  # whoever asked was killed before it had said what
                    return
                relay.note(body)
                time.sleep(_TAKES)
                fields = {name: self.headers[name] for name in ("authorization", "content-type", "accept")}
                answer = client.post(self.path, content=body, headers=fields)
                with suppress(OSError):  # whoever asked was killed
                    self.send_response(answer.status_code)
                    self.send_header("content-type", answer.headers["content-type"])
                    self.send_header("content-length", str(len(answer.content)))
                    self.end_headers()
                    self.wfile.write(answer.content)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            relay = Relay(f"http://127.0.0.1:{server.server_port}")
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield relay
            finally:
                server.shutdown()
                thread.join()
