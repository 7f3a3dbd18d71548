from __future__ import annotations

import pytest

from tapecheck.pytest_plugin.markers import Leave, leave


def item_with(pytester: pytest.Pytester, marker: str) -> pytest.Item:
    return pytester.getitem(f"import pytest\n{marker}\ndef test_it(): ...\n", "test_it")


def test_without_a_marker_nothing_is_ignored(pytester: pytest.Pytester) -> None:
    assert leave(item_with(pytester, "")) == Leave()
    assert not Leave().ignores("TC401")


@pytest.mark.parametrize(
    ("ignored", "expected"),
    [
        ("'TC402'", Leave(codes=("TC402",))),
        ("['TC402', 'TC5']", Leave(codes=("TC402", "TC5"))),
        ("('/user', 'TC4', '?key')", Leave(codes=("TC4",), paths=("/user", "?key"))),
    ],
)
def test_codes_and_paths_are_told_apart(pytester: pytest.Pytester, ignored: str, expected: Leave) -> None:
    assert leave(item_with(pytester, f"@pytest.mark.contracts(ignore={ignored}, reason='so')")) == expected


def test_the_markers_of_a_module_and_of_a_test_add_up(pytester: pytest.Pytester) -> None:
    [item] = pytester.getitems(
        "import pytest\n"
        "pytestmark = pytest.mark.contracts(ignore='TC5', reason='a module of mocks')\n"
        "@pytest.mark.contracts(ignore='TC402', reason='so')\n"
        "def test_it(): ...\n"
    )
    found = leave(item)
    assert (found.ignores("TC402"), found.ignores("TC505"), found.ignores("TC401")) == (True, True, False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("ignore='TC402'", "needs a reason, got None"),
        ("ignore='TC402', reason=' '", "needs a reason, got ' '"),
        ("ignore='TC402', reason=3", "needs a reason, got 3"),
        ("reason='so'", "got None"),
        ("ignore=[], reason='so'", "got None"),
        ("ignore='TC999', reason='so'", "got 'TC999'"),
        ("ignore=['user'], reason='so'", "got 'user'"),
        ("ignore=[3], reason='so'", "got 3"),
        ("'TC402', reason='so'", "takes ignore= and reason=, got ('TC402',)"),
        ("ignore='TC402', why='so'", "takes ignore= and reason=, got ['ignore', 'why']"),
    ],
)
def test_a_wrong_marker_says_what_is_wrong_with_it(pytester: pytest.Pytester, arguments: str, message: str) -> None:
    with pytest.raises(pytest.UsageError) as caught:
        leave(item_with(pytester, f"@pytest.mark.contracts({arguments})"))
    assert message in str(caught.value)
    assert "Write it so: @pytest.mark.contracts(" in str(caught.value)
