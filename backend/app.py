"""The web application: the endpoints of all components, and what holds for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

from fastapi import FastAPI

import backend.agents.routes
import backend.cache.routes
import backend.chat.routes
import backend.collaboration.routes
import backend.endpoint.routes
import backend.fetch.routes
import backend.health.routes
import backend.messages.inbox_routes
import backend.messages.routes
import backend.shared.resources_routes
import backend.shared.state_routes
import backend.shared.watch_routes
import backend.webhooks.deliveries_routes
import backend.webhooks.processing.routes
import backend.webhooks.routes
from backend.api import openapi, problems
from backend.api.access_log import AccessLog
from backend.api.body_limit import LARGEST_BODY, BodyLimit
from backend.api.security import DESCRIBED, RequireKey, unauthorized
from backend.parts import Parts
from backend.settings import Settings
from backend.webhooks.routes import is_reception
from tapecheck import __version__

if TYPE_CHECKING:
    from starlette.types import Scope

OpenParts: TypeAlias = Callable[[], AbstractAsyncContextManager[Parts]]

GUARDED: Final = (
    backend.agents.routes.router,
    backend.cache.routes.router,
    backend.chat.routes.router,
    backend.collaboration.routes.router,
    backend.endpoint.routes.router,
    backend.fetch.routes.router,
    backend.messages.inbox_routes.router,
    backend.messages.routes.router,
    backend.shared.resources_routes.router,
    backend.shared.watch_routes.router,  # before the next one, whose keys may be called `watch`
    backend.shared.state_routes.router,
    backend.webhooks.deliveries_routes.router,
    backend.webhooks.processing.routes.router,
)


def create_app(settings: Settings, open_parts: OpenParts) -> FastAPI:
    """Return the application.

    Args:
        settings: of which the API keys matter here.
        open_parts: opens what the endpoints stand on, for as long as the application runs.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        async with open_parts() as parts:
            yield parts.state()

    def limit_of(scope: Scope) -> int:
        return settings.webhook_bytes if is_reception(scope) else LARGEST_BODY

    app = FastAPI(
        title="tapecheck backend",
        summary="A service for AI agents.",
        version=__version__,
        lifespan=lifespan,
        separate_input_output_schemas=False,
        redirect_slashes=False,  # it would lead to whatever the header `Host` says
    )
    app.include_router(backend.webhooks.routes.router)  # first, as routers are tried in order and deliveries come often
    for router in GUARDED:
        if settings.api_keys:
            app.include_router(router, dependencies=[DESCRIBED], responses=unauthorized())
        else:
            app.include_router(router)
    app.include_router(backend.health.routes.router)
    problems.install(app)
    openapi.install(app)
    app.add_middleware(BodyLimit, limit_of=limit_of)
    app.add_middleware(RequireKey, keys=settings.api_keys, is_exempt=is_reception)
    app.add_middleware(AccessLog)  # the last one comes first
    return app
