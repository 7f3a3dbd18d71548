from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backend.database.engine import make_engine
from backend.errors import UnavailableError
from backend.settings import Settings
from backend.shared.document import Space, topic
from backend.shared.history import PAGE, Feed, History, Page
from backend.tests.unit.shared.sharing import store_on, write

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

ALL = Feed(space=Space.STATE)
OF_A = Feed(space=Space.STATE, name="a")
NOBODY = "postgresql://backend:secret@127.0.0.1:9/backend"


@pytest.fixture
def history(engine: AsyncEngine) -> History:
    return History(engine)


def told(page: Page) -> list[tuple[str, int]]:
    return [(each.name, each.version) for each in page.versions]


async def pages(history: History, feed: Feed, after: int = 0) -> list[Page]:
    """All pages behind a cursor."""
    found = []
    while (page := await history.behind(feed, after)).versions:
        found.append(page)
        after = page.cursor
    return found


@pytest.mark.parametrize("feed", [ALL, OF_A])
async def test_before_anything_is_written_there_is_nothing(history: History, feed: Feed) -> None:
    assert await history.behind(feed, 0) == Page(versions=(), snapshot=False, cursor=0)
    assert await history.behind(feed, 7) == Page(versions=(), snapshot=False, cursor=7)
    assert await history.behind(feed, 2**63 - 1) == Page(versions=(), snapshot=False, cursor=2**63 - 1)


async def test_a_feed_has_what_was_written_in_order(engine: AsyncEngine, history: History) -> None:
    store = store_on(engine)
    await write(store_on(engine, space=Space.RESOURCES), "a", "elsewhere")
    written = [await write(store, name, number) for number, name in enumerate("abacab")]
    assert await history.behind(ALL, 0) == Page(versions=tuple(written), snapshot=False, cursor=6)
    assert await history.behind(ALL, 4) == Page(versions=tuple(written[4:]), snapshot=False, cursor=6)
    assert told(await history.behind(OF_A, 0)) == [("a", 1), ("a", 2), ("a", 3)]
    assert await history.behind(OF_A, 2) == Page(versions=(written[4],), snapshot=False, cursor=3)
    assert told(await history.behind(Feed(space=Space.RESOURCES), 0)) == [("a", 1)]


async def test_much_comes_page_by_page(engine: AsyncEngine, history: History) -> None:
    store = store_on(engine)
    written = [await write(store, "ab"[number % 2], number) for number in range(PAGE + 3)]
    first, second = await pages(history, ALL)
    assert (len(first.versions), len(second.versions)) == (PAGE, 3)
    assert [*first.versions, *second.versions] == written
    assert not first.snapshot
    assert not second.snapshot


async def test_of_one_value_the_snapshot_is_the_current_version(engine: AsyncEngine, history: History) -> None:
    store = store_on(engine, kept=2)
    written = [await write(store, "a", number) for number in range(5)]
    assert await history.behind(OF_A, 2) == Page(versions=(written[4],), snapshot=True, cursor=5)
    assert await history.behind(OF_A, 3) == Page(versions=tuple(written[3:]), snapshot=False, cursor=5)


async def test_what_comes_before_a_gap_is_no_snapshot(engine: AsyncEngine, history: History) -> None:
    store = store_on(engine, kept=1)
    for name in "abccad":  # what is kept has the revisions 2, 4, 5 and 6
        await write(store, name, 0)
    assert [(told(page), page.snapshot, page.cursor) for page in await pages(history, ALL, 1)] == [
        ([("b", 1)], False, 2),
        ([("c", 2), ("a", 2), ("d", 1)], True, 6),
    ]


async def test_snapshots_have_pages_too_and_lead_to_the_same_state(engine: AsyncEngine, history: History) -> None:
    store = store_on(engine, kept=1)
    names = [f"k{number}" for number in range(PAGE + 5)]
    for value in range(2):
        for name in names:
            await write(store, name, value)
    first, *rest = await pages(history, ALL, 3)
    assert first.snapshot
    assert len(first.versions) == PAGE
    followed = {each.name: each.value for page in (first, *rest) for each in page.versions}
    assert followed == dict.fromkeys(names, 1)


def test_a_feed_is_notified_of_what_is_in_it() -> None:
    assert ALL.topic == topic(Space.STATE)
    assert OF_A.topic == topic(Space.STATE, "a")


async def test_nothing_works_without_a_database() -> None:
    engine = make_engine(NOBODY, Settings())
    with pytest.raises(UnavailableError, match="cannot be reached"):
        await History(engine).behind(ALL, 0)
    await engine.dispose()
