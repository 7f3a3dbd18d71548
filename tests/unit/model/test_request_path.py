from __future__ import annotations

import pytest

from tapecheck.model import is_request_path


@pytest.mark.parametrize("text", ["/user", "/messages/*/id", "?page", "scheme", "host", "port", "path"])
def test_parts_of_requests(text: str) -> None:
    assert is_request_path(text)


@pytest.mark.parametrize("text", ["", "/", "?", "user", "method", "TC402"])
def test_what_names_none(text: str) -> None:
    assert not is_request_path(text)
