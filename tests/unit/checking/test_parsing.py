from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.checking.parsing import MAX_DEPTH, Unreadable, parse
from tapecheck.model import JSONValue

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
)


def refused(content: bytes) -> tuple[str, int]:
    with pytest.raises(Unreadable) as caught:
        parse(content)
    return caught.value.reason, caught.value.line


@given(JSON_VALUES)
def test_json_is_read_as_it_was_written(value: JSONValue) -> None:
    read = parse(json.dumps(value).encode())
    assert json.dumps(read) == json.dumps(value)  # tells 1, 1.0 and true apart


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"18446744073709551616", 2**64),
        (b"-9223372036854775809", -(2**63) - 1),
        (b'{"id": ' + b"9" * 400 + b"}", {"id": int("9" * 400)}),
        (b"1e308", 1e308),
        (b"[1E+100 ]", [1e100]),
        (b"0e999", 0.0),
        (b'"chatcmpl-1e999"', "chatcmpl-1e999"),
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        (b'"\\u0000"', "\0"),
    ],
    ids=["65 bits", "minus 65 bits", "400 digits", "large", "exponent", "zero", "no number", "byte order mark", "twice",
         "surrogate pair", "null character"],
)  # fmt: skip
def test_what_json_parsers_differ_about(content: bytes, value: JSONValue) -> None:
    assert parse(content) == value


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b'{\n"a": }', "is not JSON: Expecting value at column 6", 1),
        (b"{} {}", "is not JSON: Extra data at column 4", 0),
        (b"[1,\n2", "is not JSON: Expecting ',' delimiter at column 2", 1),
        (b"\n\n\xff", "is not UTF-8: byte 0xff at offset 2", 2),
        ("{}".encode("utf-16"), "is not UTF-8: byte 0xff at offset 0", 0),
        (b'[1,\n"\\uD83d"]', "is not Unicode: \\ud83d is half of a surrogate pair", 1),
        (b'{"\\udc00": 1}', "is not Unicode: \\udc00 is half of a surrogate pair", 0),
        (b"[NaN]", "cannot be read: NaN is no JSON number", 0),
        (b"-Infinity", "cannot be read: -Infinity is no JSON number", 0),
        (b"[1e999]", "cannot be read: the number 1e999 is beyond what a double holds", 0),
        (b"-1E+0400", "cannot be read: the number -1E+0400 is beyond what a double holds", 0),
        (b"9" * 400 + b".0", f"cannot be read: the number {'9' * 20} is beyond what a double holds", 0),
    ],
)
def test_what_is_not_json_is_said_with_its_line(content: bytes, reason: str, line: int) -> None:
    assert refused(content) == (reason, line)


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    """Python writes none of more than 4300 digits, so no rule could quote it."""
    reason = f"cannot be read: the number {'9' * 20}… has {{}} digits, expected at most 400"
    assert refused(b"9" * 401) == (reason.format(401), 0)
    assert refused(b"[" + b"9" * 5000 + b"]") == (reason.format(5000), 0)
    assert parse(b"-" + b"9" * 400) == -int("9" * 400)


@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
@pytest.mark.parametrize("levels", [129, 255, 256, 1022, 1024, 1025, 10_000, 200_000])
def test_deep_nesting_is_refused(opens: str, closes: str, levels: int) -> None:
    text = f"{opens * levels}1{closes * levels}"
    assert refused(text.encode()) == ("cannot be read: it nests more than 128 levels deep", 0)


def test_nesting_is_counted_in_levels_not_in_brackets() -> None:
    deepest = "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH
    assert parse(deepest.encode()) == json.loads(deepest)
    wide = "[" + ", ".join(["[[]]", '{"a": {}}', '"[[[["'] * 500) + "]"
    assert parse(wide.encode()) == json.loads(wide)
