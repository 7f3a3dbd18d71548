from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tapecheck.contracts import Contract
from tapecheck.delivering.bodies import FORM, JSON, decoded, encoded, replaced
from tapecheck.errors import GenerationError
from tapecheck.model import Headers, JSONValue, resolve

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text("aé🙂\n&=+%"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc&=", max_size=3), inner, max_size=3),
)


@pytest.mark.parametrize("media", [JSON, FORM, "application/x-www-form-urlencoded; charset=utf-8"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1))
def test_what_is_encoded_is_decoded(hub: Contract, media: str, value: JSONValue) -> None:
    assert hub.webhooks is not None
    body = encoded(hub.webhooks, media, value)
    assert decoded(hub, hub.webhooks, Headers((("content-type", media),)), body) == value


def test_a_flat_object_is_the_form_itself(hub: Contract) -> None:
    assert hub.webhooks is not None
    assert encoded(hub.webhooks, FORM, {"a": "1 2", "b": "&"}) == b"a=1+2&b=%26"
    assert encoded(hub.webhooks, FORM, {"a": 1}) == b"payload=%7B%22a%22%3A1%7D"


def test_a_form_needs_a_field(hub: Contract) -> None:
    assert hub.webhooks is not None
    with pytest.raises(GenerationError, match="no `form`"):
        encoded(replace(hub.webhooks, form=None), FORM, {"a": 1})


@pytest.mark.parametrize("body", [b"", b"nothing", b"{", b"\xff"])
def test_what_is_no_json_is_nothing(hub: Contract, body: bytes) -> None:
    assert hub.webhooks is not None
    assert decoded(hub, hub.webhooks, Headers((("content-type", JSON),)), body) is None


def test_a_value_is_replaced_and_the_rest_shared() -> None:
    value: JSONValue = {"a": [1, {"b": 2}], "c": 3}
    changed = replaced(value, ("a", "1", "b"), 4)
    assert changed == {"a": [1, {"b": 4}], "c": 3}
    assert resolve(value, ("a", 1, "b")) == 2
    assert replaced(value, (), 5) == 5


def test_a_place_that_is_not_there() -> None:
    with pytest.raises(LookupError):
        replaced({"a": 1}, ("a", "b"), 2)
