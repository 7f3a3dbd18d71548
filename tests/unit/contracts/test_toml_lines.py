from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.contracts import dotted, line_of_error, line_of_key, lines_of_keys

NAMES = st.text('ab.-_ "\\#[]=é', max_size=3)

TEXT = '''\
title = "T"
text = """
[not.a.table]
fake = 1
""" # done
hosts = [
  "a", # fake = 2
  ["title"],
  { deep = 1 },
]

[operations."a.b"]   # a comment [c]
path = "/"
literal = 'it"'
stream.order = "x"

[operations.'c d'.stream]
method = "GET"

[[operations.'c d'.stream.series]]
each = ""
[operations.'c d'.stream.series.total]
field = "/a"
[[operations.'c d'.stream.series]]
  key = "/k"
[operations.'c d'.stream.series.total]
field = "/b"

[[ outer ]]
[[outer.inner]]
a = 1
[[outer.inner]]
a = 2
[[outer]]
[[outer.inner]]
a = 3
'''


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ((), 'title = "T"'),
        (("absent",), 'title = "T"'),
        (("title",), 'title = "T"'),
        (("hosts",), "hosts = ["),
        (("hosts", 0), "hosts = ["),
        (("hosts", 2, "deep"), "hosts = ["),
        (("operations", "a.b"), '[operations."a.b"]   # a comment [c]'),
        (("operations", "a.b", "absent"), '[operations."a.b"]   # a comment [c]'),
        (("operations", "a.b", "path"), 'path = "/"'),
        (("operations", "a.b", "stream", "order"), 'stream.order = "x"'),
        (("operations", "c d", "stream", "method"), 'method = "GET"'),
        (("operations", "c d", "stream", "series", 1, "key"), '  key = "/k"'),
        (("operations", "c d", "stream", "series", 0, "total", "field"), 'field = "/a"'),
        (("operations", "c d", "stream", "series", 1, "total", "field"), 'field = "/b"'),
        (("outer", 0, "inner", 1, "a"), "a = 2"),
        (("outer", 1, "inner", 0, "a"), "a = 3"),
    ],
    ids=lambda value: dotted(value) or "all" if isinstance(value, tuple) else "",
)
def test_a_key_is_found_where_it_is_written(path: tuple[str | int, ...], statement: str) -> None:
    tomllib.loads(TEXT)
    assert TEXT.split("\n")[line_of_key(TEXT, path) - 1] == statement


def test_a_file_may_have_the_line_ends_of_windows() -> None:
    assert line_of_key('a = """\r\nb = 1\r\n"""\r\n\r\n[t]\r\nc = 1\r\n', ("t", "c")) == 6


@pytest.mark.parametrize(
    "value",
    [
        '"""a""""',
        '"""a"""""',
        "'''a''''",
        '"""\\"""b = 1"""',
        '"""""\nb = 1\n"""',
        "'\"'",
        '"[\\"{"',
        "[\n]",
        "{a = ']'}",
    ],
)
def test_no_value_hides_the_key_after_it(value: str) -> None:
    text = f"a = {value}\nwanted = 1\n"
    assert set(tomllib.loads(text)) == {"a", "wanted"}
    assert line_of_key(text, ("wanted",)) == text.count("\n")


def quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def written(tables: dict[str, list[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    for table, keys in tables.items():
        yield (table,), f"[{quoted(table)}]"
        for number, key in enumerate(keys):
            yield (table, key), f"{quoted(key)} = {number}"
            yield (), "# a comment"


@given(st.dictionaries(NAMES, st.lists(NAMES, unique=True, max_size=3), max_size=4))
def test_every_key_of_every_table_is_found(tables: dict[str, list[str]]) -> None:
    statements = list(written(tables))
    text = "\n".join(line for _, line in statements)
    assert {name: list(table) for name, table in tomllib.loads(text).items()} == tables
    for number, (place, _) in enumerate(statements, start=1):
        if place:
            assert line_of_key(text, place) == number
            assert lines_of_keys(text)[place] == number


@pytest.mark.parametrize(
    ("text", "line"),
    [('a = 1\nb = "\n', 2), ("a = 1\n\n[b", 3), ("a = 1\n\n[b\n\n", 3), ("a = [\n1,\n", 2), ("a = 1\na = 2\n", 2)],
    ids=["a line", "the end", "blank lines at the end", "an array", "twice"],
)
def test_a_mistake_in_the_syntax_has_its_line(text: str, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert line_of_error(text, caught.value) == line


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a",), "a"),
        (
            ("operations", "chat.completions", "stream", "pairs", 0, "key"),
            'operations."chat.completions".stream.pairs[0].key',
        ),
        (("hosts", 1), "hosts[1]"),
        (("", "a b"), '""."a b"'),
    ],
)
def test_a_place_is_written_as_toml_writes_it(path: tuple[str | int, ...], text: str) -> None:
    assert dotted(path) == text
