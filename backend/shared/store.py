"""Where shared values are written: every write is a new version, and none is lost.

A write locks its document, then its space, so that no two wait for each other. It holds the lock of the space from the
moment that it draws a revision to the commit: whoever can see a revision can see all before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.api.body_limit import LARGEST_BODY
from backend.clock import Clock
from backend.database.failures import is_conflict
from backend.database.working import working
from backend.errors import NotFoundError, OutdatedError, PreconditionError, quoted
from backend.notifications.sending import notify
from backend.shared.document import Space, Version, Write, topic
from backend.shared.merging import merge
from backend.shared.reading import CURRENT, version_of
from backend.shared.tables import VersionRow

_TRIES: Final = 3
_LOCK: Final = text("""
    INSERT INTO shared_documents (space, name, version) VALUES (:space, :name, 0)
    ON CONFLICT (space, name) DO UPDATE SET version = shared_documents.version
    RETURNING version
""")
_WRITE: Final = text("""
    WITH drawn AS (
        INSERT INTO shared_spaces (space, revision) VALUES (:space, 1)
        ON CONFLICT (space) DO UPDATE SET revision = shared_spaces.revision + 1
        RETURNING revision
    ), moved AS (
        UPDATE shared_documents SET version = :version WHERE space = :space AND name = :name
    ), forgotten AS (
        DELETE FROM shared_versions WHERE space = :space AND name = :name AND version <= :forgotten
    )
    INSERT INTO shared_versions (space, name, version, revision, value, written_by, written_at)
    SELECT :space, :name, :version, revision, CAST(:value AS json), :written_by, :written_at FROM drawn
    RETURNING revision
""")


class SharedStore:
    """The documents of a space.

    Every method raises `UnavailableError` when the database cannot be used now.

    Args:
        engine: of a database whose migrations are done.
        space: in which it writes and reads.
        clock: tells when something is written.
        kept: how many versions of each document are kept, at least 1.
    """

    def __init__(self, engine: AsyncEngine, space: Space, *, clock: Clock, kept: int) -> None:
        self._engine = engine
        # A statement must see what was committed while it waited for a lock, whatever the database does by default.
        self._writing = engine.execution_options(isolation_level="READ COMMITTED")
        self._space = space
        self._clock = clock
        self._kept = kept

    async def get(self, name: str) -> Version:
        """Return the current version of a document.

        Raises:
            NotFoundError: it was never written.
        """
        async with working(self._engine), self._engine.connect() as connection:
            found = await self._current(connection, name)
        if found is None:
            raise NotFoundError(f"nothing was written to {quoted(name)} yet")
        return found

    async def write(self, wanted: Write) -> Version:
        """Write a new version.

        Raises:
            PreconditionError: the current version is not what the condition asks for.
            OutdatedError: another version than the one that was read is the current one, and no merge is wanted or
                possible.
        """
        async with working(self._engine):
            for _ in range(_TRIES - 1):
                try:
                    return await self._write(wanted)
                except DBAPIError as error:
                    if not is_conflict(error):
                        raise
            return await self._write(wanted)

    async def _write(self, wanted: Write) -> Version:
        place = {"space": self._space.value, "name": wanted.name}
        async with self._writing.begin() as connection:
            current: int = (await connection.execute(_LOCK, place)).scalar_one()
            value = await self._agreed(connection, wanted, current)
            version, now = current + 1, self._clock.now()
            new = {
                "version": version,
                "forgotten": version - self._kept,
                "value": _written(value),
                "written_by": wanted.written_by,
                "written_at": now,
            }
            revision: int = (await connection.execute(_WRITE, {**place, **new})).scalar_one()
            await notify(connection, topic(self._space), topic(self._space, wanted.name))
        return Version(
            name=wanted.name,
            version=version,
            revision=revision,
            value=value,
            written_by=wanted.written_by,
            written_at=now,
        )

    async def _agreed(self, connection: AsyncConnection, wanted: Write, current: int) -> JsonValue:
        """Return what is to be written, now that nobody else can write to the document."""
        terms = wanted.terms
        fits = terms.condition is None or terms.condition.match_strongly(current)
        if fits and terms.read in (None, current):
            return wanted.value
        found = await self._current(connection, wanted.name)
        if not fits:
            raise PreconditionError(f"If-Match does not hold: {_told(found)}", current=_shown(found))
        if found is None or not terms.merge or (terms.read or 0) > current:
            raise OutdatedError(
                f"you read version {terms.read}, but {_told(found)}: read it, and write again", current=_shown(found)
            )
        return await self._merged(connection, wanted, found)

    async def _merged(self, connection: AsyncConnection, wanted: Write, current: Version) -> JsonValue:
        """Return the current value with the writer's changes."""
        merged = merge(await self._base(connection, wanted, current), current.value, wanted.value)
        if merged.conflicts:
            raise OutdatedError(
                f"version {current.version} of {current.written_by} and yours cannot be merged: both changed what "
                "`conflicts` lists, and not to the same",
                current=_shown(current),
                conflicts=merged.conflicts,
            )
        if len(_written(merged.value).encode()) > LARGEST_BODY:
            raise OutdatedError(
                f"version {current.version} of {current.written_by} and yours together have more than {LARGEST_BODY} "
                "bytes, which is the most that is kept",
                current=_shown(current),
            )
        return merged.value

    async def _base(self, connection: AsyncConnection, wanted: Write, current: Version) -> JsonValue:
        """Return what the writer read; who read that there was nothing is taken to have read an empty object."""
        read = wanted.terms.read
        if read == 0:
            return {}
        query = select(VersionRow.value).where(
            VersionRow.space == self._space, VersionRow.name == wanted.name, VersionRow.version == read
        )
        base = (await connection.execute(query)).one_or_none()
        if base is None:
            raise OutdatedError(
                f"version {read}, which you read, is not kept any more (only the last {self._kept} are), so "
                f"nothing can be merged with it: {_told(current)}; read it, and write again",
                current=_shown(current),
            )
        value: JsonValue = base.value
        return value

    async def _current(self, connection: AsyncConnection, name: str) -> Version | None:
        query = CURRENT.where(VersionRow.space == self._space, VersionRow.name == name)
        row = (await connection.execute(query)).one_or_none()
        return None if row is None else version_of(row)


def _written(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _told(current: Version | None) -> str:
    if current is None:
        return "nothing was written yet"
    return f"the current version is {current.version}, which {current.written_by} wrote"


def _shown(current: Version | None) -> Mapping[str, object] | None:
    if current is None:
        return None
    return {
        "version": current.version,
        "value": current.value,
        "written_by": current.written_by,
        "written_at": current.written_at,
    }
