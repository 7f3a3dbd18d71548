"""Sends data on to the configured upstream, and processes what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.clock import Clock, Deadline
from backend.errors import UnavailableError, UpstreamError
from backend.outgoing.asking import asking
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import read_bounded
from backend.outgoing.content import parse_content_type, read_content
from backend.outgoing.origins import origin
from backend.outgoing.retries import Retrier, RetryPolicy
from backend.outgoing.statuses import expect_whole, host_of, reporting_busy
from backend.settings import Settings

if TYPE_CHECKING:
    import httpx
    from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What the upstream answered.

    Attributes:
        status: from 200 to 299, but never 206.
        result: its JSON.
    """

    status: int
    result: JsonValue


class Relay:
    """Sends data on, once: the upstream may not take the same data twice.

    Args:
        client: sends the requests.
        breakers: are asked before the upstream is, and told what came of it.
        retrier: keeps the deadline.
        clock: measures it.
        settings: tell the upstream, the deadline and the most bytes.
    """

    def __init__(
        self, client: httpx.AsyncClient, *, breakers: Breakers, retrier: Retrier, clock: Clock, settings: Settings
    ) -> None:
        self._client = client
        self._breakers = breakers
        self._retrier = retrier
        self._clock = clock
        self._settings = settings

    async def send(self, data: JsonValue) -> Processed:
        """POST `{"data": data}` to the upstream, and return what it answers.

        Raises:
            TimedOutError: the answer did not come in time.
            UpstreamError: there is none, or it is no success, too large, or not JSON.
            UnavailableError: no upstream is configured, it wants to be left alone, or its circuit breaker is open.
        """
        if self._settings.upstream_url is None:
            raise UnavailableError("no upstream is configured: set BACKEND_UPSTREAM_URL and start the service again")
        request = self._client.build_request("POST", str(self._settings.upstream_url), json={"data": data})
        deadline = Deadline(self._clock, self._settings.call_timeout)
        with reporting_busy():
            once = RetryPolicy.of(self._settings, retries=0)
            return await self._retrier.run(once, lambda: self._ask(request, deadline), deadline)

    async def _ask(self, request: httpx.Request, deadline: Deadline) -> Processed:
        permit = self._breakers.permit(origin(request.url), deadline)
        async with asking(self._client, request, permit=permit, who=host_of(request.url)) as response:
            return await self._read(response)

    async def _read(self, response: httpx.Response) -> Processed:
        expect_whole(response, self._clock.now())
        kind = parse_content_type(response.headers.get("content-type"))
        if not kind.is_json:
            detail = f"{host_of(response.url)} answered with content type {kind.name!r}, expected JSON"
            raise UpstreamError(detail, transient=False, blames_host=False)
        content = read_content(await read_bounded(response, self._settings.answer_bytes), kind)
        return Processed(status=response.status_code, result=content.data)
