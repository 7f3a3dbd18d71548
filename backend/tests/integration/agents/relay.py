"""What stands between a service and its provider: it notes what is asked, and passes it on when the test says so."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import httpx
from fastapi import FastAPI, Request, Response

from backend.tests.delivering import until
from backend.tests.listening import listening
from tapecheck.testing import CASSETTE_HEADER, FAULT_HEADER

PROVIDER: Final = "openai"
TAPES: Final[Mapping[str, str]] = {
    "Ada": "chat.completions/plain",
    "Bob": "chat.completions/tool-result",
}
"""From which cassette agents are answered, by their names; all others are answered with what the contract allows."""

ANSWERS: Final[Mapping[str, str]] = {"Ada": "calm clear morning", "Bob": "High tide in Harwich is at 14:20."}
"""What these say on their cassettes."""

_NAME: Final = re.compile(r"You are (\w+)[.,]")


class Relay:
    """Passes questions on to a stand-in.

    Args:
        stand_in: asks it.

    Attributes:
        url: where it listens.
        asked: the names of the agents whose provider was asked, in order.
        prompts: what was asked, in the same order.
        faults: what befalls the next answers to an agent, see `tapecheck faults`.
    """

    def __init__(self, stand_in: httpx.AsyncClient) -> None:
        self._stand_in = stand_in
        self._held: dict[str, asyncio.Event] = {}
        self.url = ""
        self.asked: list[str] = []
        self.prompts: list[str] = []
        self.faults: dict[str, list[str]] = {}

    def hold(self, *names: str) -> None:
        """From now on let these agents wait for their answers."""
        self._held.update({name: asyncio.Event() for name in names})

    def release(self) -> None:
        """Let all go on who wait, and nobody wait any more."""
        for held in self._held.values():
            held.set()
        self._held = {}

    async def until_asked(self, *names: str) -> None:
        """Wait until the providers of all these agents have been asked."""

        async def look() -> bool:
            return set(names) <= set(self.asked)

        await until(look)

    async def __call__(self, request: Request) -> Response:
        """Answer a question."""
        body = await request.body()
        prompt = json.loads(body)["messages"][0]["content"]
        found = _NAME.match(prompt)
        assert found, prompt
        name = found[1]
        self.asked.append(name)
        self.prompts.append(prompt)
        if name in self._held:
            await self._held[name].wait()
        headers = {key: request.headers[key] for key in ("authorization", "content-type", "accept")}
        answer = await self._stand_in.post(request.url.path, content=body, headers=headers | self._wanted(name))
        return Response(answer.content, answer.status_code, media_type=answer.headers["content-type"])

    def _wanted(self, name: str) -> dict[str, str]:
        fault = self.faults[name].pop(0) if self.faults.get(name) else None
        tape = {CASSETTE_HEADER: TAPES[name]} if name in TAPES else {}
        return tape if fault is None else {**tape, FAULT_HEADER: fault}


@asynccontextmanager
async def relaying(provider: str) -> AsyncIterator[Relay]:
    """Run a relay to a stand-in at any free port of this machine."""
    async with httpx.AsyncClient(base_url=provider, timeout=60) as stand_in:
        relay = Relay(stand_in)
        app = FastAPI()
        app.add_api_route("/{path:path}", relay.__call__, methods=["POST"])
        async with listening(app) as client:
            relay.url = str(client.base_url).rstrip("/")
            try:
                yield relay
            finally:
                relay.release()
