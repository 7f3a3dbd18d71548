"""Gets what an external API says, for an agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backend.clock import Clock, Deadline
from backend.errors import UpstreamError
from backend.outgoing.asking import asking
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import read_bounded
from backend.outgoing.content import Content, parse_content_type, read_content
from backend.outgoing.origins import origin
from backend.outgoing.retries import Retrier, RetryPolicy
from backend.outgoing.statuses import expect_whole, host_of, reporting_busy
from backend.outgoing.urls import check_url, parse_url
from backend.settings import Settings

if TYPE_CHECKING:
    import httpx
    from pydantic import JsonValue

BODILESS: Final = frozenset({204, 205})
"""The successes that have no content (RFC 9110, sections 15.3.5 and 15.3.6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an external API answered.

    Attributes:
        url: where the last redirect led.
        status: from 200 to 299, but never 206.
        content_type: the header, as it came.
        data: JSON.
        text: any other text; None beside JSON, and where there is no content.
        attempts: how often it was asked.
    """

    url: str
    status: int
    content_type: str | None
    data: JsonValue
    text: str | None
    attempts: int


class Fetcher:
    """Calls external APIs: public addresses only, each host behind its circuit breaker, again where that may help.

    Args:
        client: sends the requests, through a `GuardedTransport`; it follows no redirects.
        breakers: are asked before each host is, and told what came of it.
        retrier: repeats attempts.
        clock: measures the deadline.
        settings: tell the deadline, the backoff, the most bytes and the most redirects.
    """

    def __init__(
        self, client: httpx.AsyncClient, *, breakers: Breakers, retrier: Retrier, clock: Clock, settings: Settings
    ) -> None:
        self._client = client
        self._breakers = breakers
        self._retrier = retrier
        self._clock = clock
        self._settings = settings

    async def fetch(self, url: str, max_retries: int) -> Fetched:
        """GET a URL.

        Args:
            url: of the scheme http or https.
            max_retries: how often a failed attempt is repeated.

        Raises:
            AddressRefusedError: it may not be called, or redirects to what may not be.
            TimedOutError: the answer did not come in time.
            UpstreamError: there is no answer; or it is no success, too large, or neither JSON nor text.
            UnavailableError: the API wants to be left alone for now, or its circuit breaker is open.
        """
        target = parse_url(url)
        check_url(target)
        deadline = Deadline(self._clock, self._settings.call_timeout)
        policy = RetryPolicy.of(self._settings, max_retries)
        attempts = 0

        async def attempt() -> Fetched:
            nonlocal attempts
            attempts += 1
            return await self._follow(target, attempts, deadline)

        with reporting_busy():
            return await self._retrier.run(policy, attempt, deadline)

    async def _follow(self, url: httpx.URL, attempts: int, deadline: Deadline) -> Fetched:
        """Make one attempt, redirects included."""
        request = self._client.build_request("GET", url)
        for _ in range(self._settings.redirects + 1):
            answer = await self._ask(request, attempts, deadline)
            if isinstance(answer, Fetched):
                return answer
            request = answer
        host = host_of(request.url)
        detail = f"more than {self._settings.redirects} redirects, the last one to {host}"
        raise UpstreamError(detail, transient=False, blames_host=False)

    async def _ask(self, request: httpx.Request, attempts: int, deadline: Deadline) -> Fetched | httpx.Request:
        """Send one request; return the answer, or the request to which it redirects."""
        # Agents choose the host: its failures must not keep chats, or the upstream, from one that they call too.
        permit = self._breakers.permit(f"fetches from {origin(request.url)}", deadline)
        async with asking(self._client, request, permit=permit, who=host_of(request.url)) as response:
            return response.next_request or await self._read(response, attempts)

    async def _read(self, response: httpx.Response, attempts: int) -> Fetched:
        expect_whole(response, self._clock.now())
        header = response.headers.get("content-type")
        content = Content() if response.status_code in BODILESS else await self._content(response, header)
        return Fetched(
            url=str(response.url),
            status=response.status_code,
            content_type=header,
            data=content.data,
            text=content.text,
            attempts=attempts,
        )

    async def _content(self, response: httpx.Response, header: str | None) -> Content:
        kind = parse_content_type(header)  # before the body, which may be a long film
        return read_content(await read_bounded(response, self._settings.answer_bytes), kind)
