from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.contracts import load

OPERATION = '[operations."a.b"]\nsummary = "S"\nmethod = "GET"\npath = "/"\nsuccess = [204]\n'
STREAM = f'{OPERATION}[operations."a.b".stream]\nevents = "events"\nname = "/type"\norder = "a"\n'
METHODS = "'GET', 'POST', 'PUT', 'PATCH', 'DELETE' or 'HEAD'"
SCHEMAS: dict[str, object] = {"events/a.schema.json": {}}

Mistakes = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("max-age-days = '7'", "contract.toml:5: max-age-days: got '7', expected an integer"),
        ("max-age-days = 0", "contract.toml:5: max-age-days: got 0, expected a number of at least 1"),
        ("max-age-days = [1]", "contract.toml:5: max-age-days: got an array, expected an integer"),
        ("max-age-days = 2026-01-01", 'contract.toml:5: max-age-days: got "2026-01-01", expected an integer'),
        ("maxage = 1", "contract.toml:5: maxage: the key is unknown"),
        ("secrets = []", "contract.toml:5: secrets: got an array, expected a table"),
        ("operations = 1", "contract.toml:5: operations: got 1, expected a table"),
        (
            OPERATION.replace('"GET"', '"get"'),
            f"contract.toml:7: operations.\"a.b\".method: got 'get', expected {METHODS}",
        ),
        (
            OPERATION.replace("204", "99"),
            'contract.toml:9: operations."a.b".success[0]: got 99, expected a number of at least 100',
        ),
        (
            OPERATION.replace("204", "600"),
            'contract.toml:9: operations."a.b".success[0]: got 600, expected a number of at most 599',
        ),
        (
            OPERATION.replace('"/"', "3"),
            'contract.toml:8: operations."a.b".path: got 3, expected a string or an array of strings',
        ),
        (
            OPERATION.replace('"/"', '["/", {}]'),
            'contract.toml:8: operations."a.b".path[1]: got a table, expected a string',
        ),
        (
            OPERATION.replace('"/"', '"a"'),
            (
                "contract.toml:8: operations.\"a.b\".path[0]: got 'a', expected a path that begins with '/', "
                "its varying parts as {name}"
            ),
        ),
        (OPERATION.replace('path = "/"\n', ""), 'contract.toml:5: operations."a.b".path: the key is missing'),
        (
            STREAM.replace('"/type"', "3"),
            'contract.toml:12: operations."a.b".stream.name: got 3, expected a JSON pointer or an array of tables',
        ),
        (
            STREAM.replace('"/type"', '"type"'),
            "contract.toml:12: operations.\"a.b\".stream.name: a JSON pointer is empty or begins with '/', got 'type'",
        ),
        (
            STREAM.replace('"/type"', '[{ name = "a", when = 3 }]'),
            'contract.toml:12: operations."a.b".stream.name[0].when: got 3, expected a string',
        ),
        (
            STREAM + '[[operations."a.b".stream.pairs]]\nopen = "a"\nclose = "a"\nkey = [1]\n',
            'contract.toml:17: operations."a.b".stream.pairs[0].key[0]: got 1, expected a string',
        ),
        (
            STREAM + '[[operations."a.b".stream.pairs]]\nopen = "a"\nclose = "a"\nkey = "/i"\ninterleaved = "no"\n',
            "contract.toml:18: operations.\"a.b\".stream.pairs[0].interleaved: got 'no', expected true or false",
        ),
    ],
)
def test_one_mistake_is_one_message(mistakes: Mistakes, toml: str, message: str) -> None:
    assert mistakes(toml, SCHEMAS) == [message]


def test_all_mistakes_come_in_the_order_of_their_lines(mistakes: Mistakes) -> None:
    found = mistakes("max-age-days = 0\nmaxage = 1\n" + OPERATION.replace('"GET"', "1").replace('summary = "S"\n', ""))
    assert [line.split(":")[1:3] for line in found] == [
        ["5", " max-age-days"],
        ["6", " maxage"],
        ["7", ' operations."a.b".summary'],
        ["8", ' operations."a.b".method'],
    ]


def test_two_keys_of_one_table_may_be_missing(write: Callable[..., object]) -> None:
    loaded = load(write({"weather/contract.toml": 'title = "T"\nhosts = ["t.example"]\n'}))  # type: ignore[arg-type]
    assert [problem.message for problem in loaded.problems] == [
        "version: the key is missing",
        "documentation: the key is missing",
    ]


@pytest.mark.parametrize(
    ("toml", "hint"),
    [
        ("max_age_days = 1", "Is 'max-age-days' meant?"),
        ("secrets = { header = [] }", "Is 'headers' meant?"),
        (OPERATION + 'reponse = "a"', "Is 'response' meant?"),
        (OPERATION + 'zzz = "a"', "Known are summary, method, path, request, "),
        ('[operations.stream]\nreqest = ""', "Is 'request' meant?"),
        (STREAM + 'allways = ["a"]', "Known are asked-by, "),
        (STREAM + "pairs = [{ form = 1 }]", "Is 'from' meant?"),
        (STREAM.replace('"/type"', '[{ nam = "a" }]'), "Is 'name' meant?"),
        (STREAM + 'series = [{ total = { events = "a" } }]', "Is 'event' meant?"),
        ("max-age-days = 0", "See docs/reference/contracts.md"),
    ],
)
def test_the_hint_names_the_key_that_was_meant(write: Callable[..., object], toml: str, hint: str) -> None:
    head = 'title = "T"\nversion = "1"\ndocumentation = ""\nhosts = ["t.example"]\n'
    loaded = load(write({"weather/contract.toml": head + toml}))  # type: ignore[arg-type]
    assert any((problem.hint or "").startswith(hint) for problem in loaded.problems)


def test_a_long_value_is_cut(mistakes: Mistakes) -> None:
    (message,) = mistakes(f"max-age-days = '{'x' * 1000}'")
    assert len(message) < 200
    assert "xxx…, expected an integer" in message
