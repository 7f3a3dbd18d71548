"""One request to another service, behind its circuit breaker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from backend.outgoing.client import translating

if TYPE_CHECKING:
    import httpx


@asynccontextmanager
async def asking(
    client: httpx.AsyncClient, request: httpx.Request, *, permit: AbstractAsyncContextManager[None], who: str
) -> AsyncIterator[httpx.Response]:
    """Send a request, and give the response, whose body has yet to be read; it is closed at the end.

    What is raised within the context counts for the breaker too.

    Args:
        client: sends the request.
        request: goes out once; redirects are not followed.
        permit: of the circuit breaker, see `Breakers.permit`.
        who: the other service, as its name appears in errors.

    Raises:
        UnavailableError: the breaker is open; or see `translating`, for this and all other errors.
    """
    async with permit:
        with translating(who):
            # Where httpx follows redirects, it reads the whole of each body on its way.
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                yield response
            finally:
                await response.aclose()
