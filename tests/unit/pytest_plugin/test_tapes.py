from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.pytest_plugin.notes import Notes
from tapecheck.pytest_plugin.tapes import look_at_tapes
from tapecheck.replaying import TapeUse
from tests.unit.pytest_plugin.cassettes import written


@pytest.fixture
def item(pytester: pytest.Pytester) -> pytest.Item:
    return pytester.getitem("import pytest\n@pytest.mark.vcr\ndef test_it(): ...\n", "test_it")


@pytest.fixture
def own(tmp_path: Path) -> TapeUse:
    """The cassette of the test, half played."""
    return TapeUse(path=written(tmp_path / "test_it.yaml"), interactions=2, played=frozenset({0}))


def test_what_is_left_on_its_own_cassette_is_told(item: pytest.Item, own: TapeUse) -> None:
    notes = Notes()
    [finding] = look_at_tapes(item, [own], notes, passed=True, alone=True)
    assert (finding.code.value, finding.interaction, finding.line) == ("TC402", 1, 4)
    assert notes == Notes(opened=[str(own.path)], names=["test_it"])


def test_what_is_left_on_others_is_for_the_end_of_the_run(item: pytest.Item, own: TapeUse) -> None:
    notes = Notes()
    assert look_at_tapes(item, [own], notes, passed=True, alone=False) == []
    assert notes.tapes == [own]
    assert notes.unsure == []


def test_a_test_that_did_not_pass_might_have_played_more(item: pytest.Item, own: TapeUse) -> None:
    notes = Notes()
    look_at_tapes(item, [own], notes, passed=False, alone=False)
    assert notes.unsure == ["test_it", own.path.as_posix().lstrip("/")]


def test_further_files_are_for_the_end_of_the_run(pytester: pytest.Pytester, own: TapeUse) -> None:
    [item] = pytester.getitems("import pytest\n@pytest.mark.vcr('/more.yaml')\ndef test_it(): ...\n")
    notes, more = Notes(), TapeUse(path=Path("/more.yaml"), interactions=3, played=frozenset({2}))
    [finding] = look_at_tapes(item, [own, more], notes, passed=True, alone=True)
    assert finding.interaction == 1
    assert notes.opened == ["/more.yaml", str(own.path), "/more.yaml"]
    assert notes.tapes == [more]


def test_a_cassette_opened_by_hand_is_for_the_end_of_the_run(pytester: pytest.Pytester, own: TapeUse) -> None:
    [item] = pytester.getitems("def test_it(): ...\n")
    notes = Notes()
    assert look_at_tapes(item, [own], notes, passed=True, alone=True) == []
    assert (notes.tapes, notes.names) == ([own], [])
