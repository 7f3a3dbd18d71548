from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
import pytest
from pydantic import JsonValue
from sqlalchemy import make_url, text

from backend.api.body_limit import LARGEST_BODY
from backend.database.engine import make_engine
from backend.errors import NotFoundError, OutdatedError, PreconditionError, UnavailableError
from backend.settings import Settings
from backend.shared.document import Space, Terms, Write
from backend.shared.etags import Tags
from backend.shared.history import Feed, History
from backend.shared.store import SharedStore
from backend.tests.unit.shared.sharing import WRITER, store_on, write

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

NOBODY = "postgresql://backend:secret@127.0.0.1:9/backend"
"""Nothing listens there: it is the port of the discard protocol."""


@pytest.fixture
def store(engine: AsyncEngine) -> SharedStore:
    return store_on(engine)


@pytest.mark.parametrize(
    "value", [None, False, 0, -0.5, "", "a\0b", "größe 🌍", [], [None], {}, {"a": {"b": None}}, 10**40]
)
async def test_what_is_written_is_read(store: SharedStore, value: JsonValue) -> None:
    written = await write(store, "a", value)
    assert (written.version, written.revision, written.written_by) == (1, 1, WRITER)
    assert await store.get("a") == written
    assert repr(written.value) == repr(value)


async def test_there_is_nothing_before_it_is_written(store: SharedStore) -> None:
    with pytest.raises(NotFoundError, match="nothing was written to 'a'"):
        await store.get("a")
    with pytest.raises(NotFoundError) as caught:
        await store.get("x" * 255)
    assert len(caught.value.detail) < 200


async def test_versions_count_a_document_and_revisions_its_space(engine: AsyncEngine, store: SharedStore) -> None:
    written = [await write(store, name, 0) for name in ("a", "b", "a")]
    written.append(await write(store_on(engine, space=Space.RESOURCES), "a", 0))
    assert [(each.version, each.revision) for each in written] == [(1, 1), (1, 2), (2, 3), (1, 1)]


async def test_who_names_the_current_version_may_write(store: SharedStore) -> None:
    assert (await write(store, "a", "one", read=0)).version == 1
    assert (await write(store, "a", "two", read=1)).version == 2
    assert (await write(store, "a", "three")).version == 3


@pytest.mark.parametrize("read", [0, 1, 3, 99])
async def test_who_names_another_version_is_told_the_current_one(store: SharedStore, read: int) -> None:
    await write(store, "a", "one")
    current = await write(store, "a", None)
    with pytest.raises(OutdatedError, match=f"you read version {read}, but the current version is 2, which agt_1") as e:
        await write(store, "a", "mine", read=read)
    told = {"version": 2, "value": None, "written_by": WRITER, "written_at": current.written_at}
    assert e.value.members() == {"current": told}
    assert await store.get("a") == current


async def test_a_refused_write_leaves_nothing_behind(engine: AsyncEngine, store: SharedStore) -> None:
    with pytest.raises(OutdatedError, match="nothing was written yet") as caught:
        await write(store, "a", "mine", read=1)
    assert caught.value.members() == {"current": None}
    async with engine.connect() as connection:
        for table in ("spaces", "documents", "versions"):
            assert await connection.scalar(text(f"SELECT count(*) FROM shared_{table}")) == 0
    assert (await write(store, "b", 0)).revision == 1


@pytest.mark.parametrize(("read", "tags", "fits"), [(None, '"1"', True), (1, '"1"', True), (None, '"2"', False)])
async def test_a_condition_must_hold(store: SharedStore, read: int | None, tags: str, fits: bool) -> None:
    current = await write(store, "a", "one")
    terms = Terms(read=read, condition=Tags(tags=frozenset([tags])))
    wanted = Write(name="a", value="two", written_by=WRITER, terms=terms)
    if fits:
        assert (await store.write(wanted)).version == 2
    else:
        with pytest.raises(PreconditionError, match="the current version is 1") as caught:
            await store.write(wanted)
        shown = caught.value.members()["current"]
        assert isinstance(shown, dict)
        assert (shown["version"], shown["value"]) == (1, "one")
        assert await store.get("a") == current


async def test_a_condition_holds_for_nothing_that_is_not_there(store: SharedStore) -> None:
    wanted = Write(name="a", value=1, written_by=WRITER, terms=Terms(condition=Tags(any=True)))
    with pytest.raises(PreconditionError, match="nothing was written yet"):
        await store.write(wanted)
    await write(store, "a", 0)
    assert (await store.write(wanted)).version == 2


async def test_changes_since_the_version_that_was_read_are_merged(store: SharedStore) -> None:
    await write(store, "a", {"x": 1, "y": 1, "z": None})
    await write(store, "a", {"x": 2, "y": 1, "z": None})
    merged = await write(store, "a", {"x": 1, "y": None}, read=1, merge=True)
    assert (merged.version, merged.value) == (3, {"x": 2, "y": None})
    assert await store.get("a") == merged


async def test_who_read_nothing_merges_with_an_empty_object(store: SharedStore) -> None:
    assert (await write(store, "a", {"x": 1}, read=0, merge=True)).value == {"x": 1}
    assert (await write(store, "a", {"y": 2}, read=0, merge=True)).value == {"x": 1, "y": 2}


async def test_conflicts_are_listed_and_nothing_is_written(store: SharedStore) -> None:
    await write(store, "a", {"x": 1, "y": {"z": 1}, "u": 1})
    current = await write(store, "a", {"x": 2, "y": {"z": 2}, "u": 1})
    with pytest.raises(OutdatedError, match="`conflicts`") as caught:
        await write(store, "a", {"x": 3, "y": {"z": 3}, "u": 5}, read=1, merge=True)
    assert caught.value.members()["conflicts"] == ["/x", "/y/z"]
    assert await store.get("a") == current


async def test_what_cannot_be_read_any_more_cannot_be_merged_with(engine: AsyncEngine) -> None:
    store = store_on(engine, kept=2)
    for number in range(4):
        await write(store, "a", {"x": number})
    with pytest.raises(OutdatedError, match=r"version 2, which you read, is not kept any more \(only the last 2 are\)"):
        await write(store, "a", {"x": 1, "y": 1}, read=2, merge=True)
    assert (await write(store, "a", {"x": 2, "y": 1}, read=3, merge=True)).value == {"x": 3, "y": 1}


async def test_no_merge_makes_more_than_a_body_may_hold(store: SharedStore) -> None:
    half = "x" * (LARGEST_BODY // 2)
    await write(store, "a", {"one": half}, read=0, merge=True)
    with pytest.raises(OutdatedError, match="together have more than"):
        await write(store, "a", {"two": half}, read=0, merge=True)
    assert (await write(store, "a", {"two": half[20:]}, read=0, merge=True)).version == 2


async def test_only_so_many_versions_of_each_document_are_kept(engine: AsyncEngine) -> None:
    store = store_on(engine, kept=2)
    for name in ("a", "b", "a", "a", "b"):
        await write(store, name, 0)
    async with engine.connect() as connection:
        found = await connection.execute(text("SELECT name, version FROM shared_versions ORDER BY name, version"))
        assert [tuple(row) for row in found] == [("a", 2), ("a", 3), ("b", 1), ("b", 2)]


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
async def test_of_those_who_read_the_same_one_writes(database_url: str, isolation: str) -> None:
    """Whatever the database does by default, a write sees what was committed while it waited."""
    options = {"options": f"-c default_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}"}
    url = make_url(database_url).update_query_dict(options).render_as_string(hide_password=False)
    engine = make_engine(url, Settings(pool_size=8))
    store = store_on(engine)
    for version in range(3):
        racing = [write(store, "a", number, read=version) for number in range(8)]
        outcomes = await asyncio.gather(*racing, return_exceptions=True)
        assert sum(isinstance(each, OutdatedError) for each in outcomes) == 7
        assert (await store.get("a")) in outcomes
    await engine.dispose()


async def test_no_addition_is_lost_however_many_add(engine: AsyncEngine, store: SharedStore) -> None:
    async def add() -> None:
        while True:
            try:
                current = await store.get("sum")
                await write(store, "sum", int(str(current.value)) + 1, read=current.version)
            except OutdatedError:
                continue
            return

    await write(store, "sum", 0)
    await asyncio.gather(*[add() for _ in range(20)])
    page = await History(engine).behind(Feed(space=Space.STATE, name="sum"), 0)
    assert [each.value for each in page.versions] == list(range(21))


async def test_who_is_the_victim_of_a_deadlock_writes_in_the_end(database_url: str) -> None:
    # PostgreSQL looks only once, so long after a wait begins: by then the other must wait as well.
    url = make_url(database_url).update_query_dict({"options": "-c deadlock_timeout=2s"})
    engine = make_engine(url.render_as_string(hide_password=False), Settings())
    store = store_on(engine)
    await write(store, "a", 0)
    async with (
        await psycopg.AsyncConnection.connect(database_url) as other,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as watching,
    ):
        await other.execute("SET deadlock_timeout = '1min'")
        await other.execute("SELECT revision FROM shared_spaces FOR UPDATE")
        writing = asyncio.create_task(write(store, "a", 1))
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while await (await watching.execute(waits)).fetchone() == (0,):
            pass
        await other.execute(
            "SELECT version FROM shared_documents FOR UPDATE"
        )  # it goes on once the write is the victim
        await other.rollback()
    assert (await writing).version == 2
    await engine.dispose()


async def test_nothing_works_without_a_database() -> None:
    engine = make_engine(NOBODY, Settings())
    store = store_on(engine)
    for call in (store.get("a"), write(store, "a", 0)):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            await call
    await engine.dispose()
