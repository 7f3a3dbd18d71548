"""What was written behind a cursor, in the order in which it was committed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, literal
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.database.working import working
from backend.shared.document import Space, Version, topic
from backend.shared.reading import CURRENT, VERSIONS, version_of
from backend.shared.tables import VersionRow

PAGE: Final = 32
"""The most versions at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Versions behind a cursor, in order.

    Attributes:
        versions: none where there is nothing new.
        snapshot: whether versions between the cursor and these are not kept any more; these are current ones then, and
            with those of the next pages they lead to where all versions would have led.
        cursor: behind the last of them.
    """

    versions: tuple[Version, ...]
    snapshot: bool
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Versions that somebody follows: those of a space, counted by revision, or of one document, counted by version.

    Attributes:
        space: in which.
        name: of the document; None follows all.
    """

    space: Space
    name: str | None = None

    @property
    def topic(self) -> str:
        """What is notified when there is a new one."""
        return topic(self.space, self.name)

    def cursor(self, version: Version) -> int:
        """Return the number of a version, which the one behind it has plus 1."""
        return version.revision if self.name is None else version.version

    def behind(self, after: int) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions of what is behind a cursor."""
        if self.name is None:
            return VersionRow.space == self.space, VersionRow.revision > after
        return (
            VersionRow.space == self.space,
            VersionRow.name == self.name,
            VersionRow.version > literal(after, BigInteger),
        )


@dataclass(frozen=True, slots=True)
class History:
    """The versions in the database.

    Args:
        engine: of a database whose migrations are done.
    """

    _engine: AsyncEngine

    async def behind(self, feed: Feed, after: int) -> Page:
        """Return a page of what was written behind a cursor.

        Args:
            feed: of what.
            after: 0 is before everything.

        Raises:
            UnavailableError: the database cannot be used now.
        """
        async with working(self._engine), self._engine.connect() as connection:
            versions = await _read(connection, feed, after, current=False)
            snapshot = bool(versions) and feed.cursor(versions[0]) != after + 1
            if snapshot:
                versions = await _read(connection, feed, after, current=True)
        whole = [each for place, each in enumerate(versions, start=after + 1) if snapshot or feed.cursor(each) == place]
        return Page(versions=tuple(whole), snapshot=snapshot, cursor=feed.cursor(whole[-1]) if whole else after)


async def _read(connection: AsyncConnection, feed: Feed, after: int, *, current: bool) -> list[Version]:
    order = VersionRow.revision if feed.name is None else VersionRow.version
    query = (CURRENT if current else VERSIONS).where(*feed.behind(after)).order_by(order).limit(PAGE)
    return [version_of(row) for row in await connection.execute(query)]
