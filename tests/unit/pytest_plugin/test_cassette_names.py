from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.pytest_plugin.cassette_names import (
    cassette_name,
    extra_cassettes,
    has_folder_of_its_module,
    is_cassette_of,
    is_named,
    is_named_by_hand,
    is_replayed,
)


def items(pytester: pytest.Pytester, text: str) -> list[pytest.Item]:
    return pytester.getitems(f"import pytest\n{text}")


def test_the_name_is_the_one_of_the_file_that_pytest_recording_opens(pytester: pytest.Pytester) -> None:
    """Recorded with each name, as pytest-recording itself makes it."""
    pytester.makepyfile(
        """
        import pytest
        from tapecheck.pytest_plugin.cassette_names import cassette_name, is_cassette_of

        pytestmark = pytest.mark.vcr

        @pytest.mark.parametrize("value", [1, "a/b", "a:b?", "x.y"])
        def test_parameters(vcr, request, value):
            assert is_cassette_of(request.node, __import__("pathlib").Path(vcr.path))

        class TestOne:
            def test_within(self, vcr, request):
                assert cassette_name(request.node) == "TestOne.test_within"
                assert is_cassette_of(request.node, __import__("pathlib").Path(vcr.path))

        @pytest.mark.default_cassette("folder/chosen.yaml")
        def test_chosen(vcr, request):
            assert is_cassette_of(request.node, __import__("pathlib").Path(vcr.path))
        """
    )
    pytester.runpytest("-p", "no:tapecheck").assert_outcomes(passed=6)


def test_only_marked_tests_are_replayed(pytester: pytest.Pytester) -> None:
    plain, marked = items(pytester, "def test_a(): ...\n@pytest.mark.vcr\ndef test_b(): ...\n")
    assert [is_replayed(plain), is_replayed(marked)] == [False, True]
    assert not is_cassette_of(plain, Path("/cassettes/test_a.yaml"))


def test_the_cassette_of_another_test_is_not_its_own(pytester: pytest.Pytester) -> None:
    [item] = items(pytester, "@pytest.mark.vcr\ndef test_b(): ...\n")
    assert is_cassette_of(item, Path("/cassettes/test_b.yaml"))
    assert not is_cassette_of(item, Path("/cassettes/also_test_b.yaml"))


def test_extra_cassettes_are_those_of_the_marker(pytester: pytest.Pytester) -> None:
    [item] = items(pytester, "@pytest.mark.vcr('a.yaml', '/b.yaml')\ndef test_b(): ...\n")
    folder = item.path.parent / "cassettes" / item.path.stem
    assert extra_cassettes(item) == [folder / "a.yaml", Path("/b.yaml")]


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("/c/test_a.yaml", "test_a", True),
        ("/c/test_a.json", "test_a", True),
        ("/c/test_a[x.y].yaml", "test_a[x.y]", True),
        ("/c/openai/chat/plain.yaml", "openai/chat/plain", True),
        ("/c/test_a.yaml.gz", "test_a", True),
        ("/c/test_a.yaml.gz", "test_a.yaml.gz", True),
        ("/c/test_a.yaml", "a", False),
        ("/c/test_a.yaml", "test_b", False),
    ],
)
def test_names_of_files(path: str, name: str, expected: bool) -> None:
    assert is_named(Path(path), name) is expected


def test_a_test_that_pytest_cannot_open_has_a_name_all_the_same(pytester: pytest.Pytester) -> None:
    [item] = items(pytester, "@pytest.mark.parametrize('a', ['<1>'])\ndef test_a(a): ...\n")
    assert cassette_name(item) == "test_a[-1-]"


def test_a_marker_may_name_the_cassette(pytester: pytest.Pytester) -> None:
    plain, named = items(pytester, "def test_a(): ...\n@pytest.mark.default_cassette('b')\ndef test_b(): ...\n")
    assert [is_named_by_hand(plain), is_named_by_hand(named)] == [False, True]


def test_a_name_by_hand_is_the_same_with_and_without_suffix(pytester: pytest.Pytester) -> None:
    plain, named = items(
        pytester, "def test_a(): ...\n@pytest.mark.default_cassette('test_a.yaml.gz')\ndef test_b(): ...\n"
    )
    assert cassette_name(plain) == cassette_name(named) == "test_a"


def test_a_fixture_may_name_the_folder(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from tapecheck.pytest_plugin.cassette_names import has_folder_of_its_module

        pytestmark = pytest.mark.vcr

        def test_default(vcr, request):
            assert has_folder_of_its_module(request.node)

        class TestElsewhere:
            @pytest.fixture
            def vcr_cassette_dir(self):
                return "tapes"

            def test_chosen(self, vcr, request):
                assert not has_folder_of_its_module(request.node)
        """
    )
    pytester.runpytest("-p", "no:tapecheck").assert_outcomes(passed=2)


def test_a_test_that_was_broken_off_has_the_folder_of_its_module(pytester: pytest.Pytester) -> None:
    item = pytester.getitem("def test_it(): pass", "test_it")
    item.funcargs = None  # type: ignore[attr-defined]
    assert has_folder_of_its_module(item)
