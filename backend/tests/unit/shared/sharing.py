"""What the tests of shared values have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import JsonValue

from backend.shared.document import Space, Terms, Version, Write
from backend.shared.store import SharedStore
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

WRITER: Final = "agt_1"


def store_on(engine: AsyncEngine, *, space: Space = Space.STATE, kept: int = 100) -> SharedStore:
    return SharedStore(engine, space, clock=VirtualClock(), kept=kept)


async def write(
    store: SharedStore, name: str, value: JsonValue, *, read: int | None = None, merge: bool = False
) -> Version:
    return await store.write(Write(name=name, value=value, written_by=WRITER, terms=Terms(read=read, merge=merge)))
