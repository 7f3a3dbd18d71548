from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.webhooks.errors import DeliveryRefusedError
from backend.webhooks.reading import read_document
from backend.webhooks.source import Source

FORM = "application/x-www-form-urlencoded"
PLAIN = Source(scheme="generic", events=())
FORMS = Source(scheme="generic", events=(), form="payload")
ALL_FIELDS = Source(scheme="generic", events=(), form="")

documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(documents)
def test_json_is_read(document: object) -> None:
    assert read_document(PLAIN, "", json.dumps(document).encode()) == document
    assert read_document(FORMS, "application/json", json.dumps(document, ensure_ascii=False).encode()) == document


def test_half_of_a_surrogate_pair_is_read() -> None:
    assert read_document(PLAIN, "", rb'{"text": "cut \ud83d"}') == {"text": "cut \ud83d"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Expecting value at character 1"),
        (b'{"a": 1', "at character 8"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'["\\ud800",' + b"1" * 5000 + b"]", "too many digits"),
        (b"payload=%7B%7D", "Expecting value at character 1"),
        (b"\xef\xbb\xbf{}", "BOM"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_json_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(DeliveryRefusedError, match=reason) as caught:
        read_document(PLAIN, FORM, body)
    assert len(caught.value.detail) < 150


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8", " Application/X-WWW-Form-Urlencoded "])
def test_a_form_may_hold_the_document(content_type: str) -> None:
    assert read_document(FORMS, content_type, b"payload=%7B%22a%22%3A+1%7D&more=x") == {"a": 1}


def test_without_the_field_its_fields_are_the_document() -> None:
    assert read_document(FORMS, FORM, b"command=%2Fgo&text=") == {"command": "/go", "text": ""}
    assert read_document(ALL_FIELDS, FORM, b"=x&payload=y") == {"": "x", "payload": "y"}


def test_of_several_fields_by_one_name_the_first_counts() -> None:
    assert read_document(ALL_FIELDS, FORM, b"a=1&a=2") == {"a": "1"}


@pytest.mark.parametrize("body", [b"payload=%7B", b"payload", b"payload=%FF", b"\xff=1", b'{"a": 1}'])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(DeliveryRefusedError):
        read_document(FORMS, FORM, body)


@given(st.binary(), st.sampled_from([FORM, "", "application/json"]), st.sampled_from([PLAIN, FORMS, ALL_FIELDS]))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str, source: Source) -> None:
    with suppress(DeliveryRefusedError):
        json.dumps(read_document(source, content_type, body))
