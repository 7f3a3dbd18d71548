"""`POST /api/cache/set`, `GET /api/cache/get/{key}`."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field, JsonValue

from backend.api.models import IDENTIFIER, NUMERIC, RequestBody, ResponseModel
from backend.api.problems import UNREADABLE, Responses, documented
from backend.cache.store import Cache

LONGEST: Final = 366 * 24 * 3600


class CacheEntry(RequestBody):
    """A value to be kept; `ttl` is in seconds, and without one it is kept for as long as there is room."""

    key: Annotated[str, Field(pattern=IDENTIFIER, examples=["greeting"])]
    value: JsonValue
    ttl: Annotated[int, Field(ge=1, le=LONGEST), NUMERIC] | None = None


class CachedValue(ResponseModel):
    """A value that was kept."""

    key: str
    value: JsonValue


_GONE: Final = "the cache cannot be used (ConnectionError)"
SET: Final[Responses] = {
    200: {
        "description": "The value is kept.",
        "links": {
            "get": {
                "operationId": "get_cached",
                "parameters": {"key": "$response.body#/key"},
                "description": "The key names the value.",
            }
        },
    },
    **documented({**UNREADABLE, 422: "/body/key: Field required", 503: _GONE}),
}
GET: Final = documented(
    {
        404: "the cache has nothing by the key 'greeting': set it with POST /api/cache/set",
        422: "/path/key: String should match pattern",
        503: _GONE,
    }
)

router = APIRouter(tags=["cache"])


def _cache(request: Request) -> Cache:
    cache: Cache = request.state.cache
    return cache


@router.post("/api/cache/set", responses=SET, operation_id="set_cached", summary="Keep a value")
async def set_cached(entry: CacheEntry, cache: Annotated[Cache, Depends(_cache)]) -> CachedValue:
    """Keep a value by a key, in place of the one before."""
    await cache.set(entry.key, entry.value, entry.ttl)
    return CachedValue(key=entry.key, value=entry.value)


@router.get("/api/cache/get/{key}", responses=GET, operation_id="get_cached", summary="Get a value")
async def get_cached(
    key: Annotated[str, Path(pattern=IDENTIFIER, examples=["greeting"])], cache: Annotated[Cache, Depends(_cache)]
) -> CachedValue:
    """Return the value that is kept by a key."""
    return CachedValue(key=key, value=await cache.get(key))
