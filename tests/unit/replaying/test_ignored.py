from __future__ import annotations

import pytest

from tapecheck.contracts import Secrets
from tapecheck.errors import ConfigurationError
from tapecheck.replaying.ignored import Ignored


def test_pointers_and_parameters() -> None:
    ignored = Ignored.of(["/a~1b/*", "?page", "/c", "host"])
    assert ignored == Ignored(fields=(("a/b", "*"), ("c",)), query=frozenset({"page"}), address=frozenset({"host"}))


def test_what_a_contract_calls_secret() -> None:
    secret = Ignored.secret(Secrets(fields=(("token",),), query=frozenset({"key"})))
    assert secret | Ignored.of(["?page", "port"]) == Ignored(
        fields=(("token",),), query=frozenset({"key", "page"}), address=frozenset({"port"})
    )


@pytest.mark.parametrize("path", ["a", "/a~2"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ConfigurationError, match="JSON pointer"):
        Ignored.of([path])
