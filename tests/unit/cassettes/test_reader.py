from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tapecheck.cassettes import Limits, discover, read
from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

RECORDINGS = Path(os.environ.get("TAPECHECK_RECORDINGS", Path(__file__).parents[4] / "shared/recordings"))
ReadText = Callable[..., Cassette]
Refused = Callable[..., CassetteError]
TAPE = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://host/path?q=1
    headers: {A: [b]}
    body: hello
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {string: world}
"""


@pytest.mark.parametrize("text", ["", " \n", "# nothing yet\n", "null\n", "interactions: []", "interactions: null"])
def test_a_file_without_interactions_is_an_empty_cassette(read_text: ReadText, text: str) -> None:
    cassette = read_text(text)
    assert (cassette.format, cassette.interactions) == ("vcrpy", ())


def test_a_cassette_knows_its_file_and_format(save: Callable[..., Path]) -> None:
    path = save(TAPE, "no-suffix-at-all")
    cassette = read(path)
    assert (cassette.path, cassette.format) == (path, "vcrpy")


@pytest.mark.parametrize("text", ["- a: 1", "[1]", "[]"])
def test_a_list_is_no_cassette(refused: Refused, text: str) -> None:
    error = refused(text)
    assert "before version 1.0" in error.message
    assert "migration" in str(error.hint)


@pytest.mark.parametrize("text", ["just words", "42", "'quoted'"])
def test_a_single_value_is_no_cassette(refused: Refused, text: str) -> None:
    assert "single value" in refused(text).message


@pytest.mark.parametrize(
    ("text", "got"),
    [("{}", "no fields"), ("name: x\non: push", "name, on"), ('{"log": 1}', "log"), ("requests: []", "requests")],
)
def test_a_mapping_of_something_else_is_no_cassette(refused: Refused, text: str, got: str) -> None:
    error = refused(text)
    assert f"got a mapping of {got}" in error.message
    assert error.line == 1


@pytest.mark.parametrize(
    ("change", "message", "line"),
    [
        (("    method: POST\n", ""), "expected a field 'method'", 4),
        (("    uri: https://host/path?q=1\n", ""), "expected a field 'uri'", 4),
        (("    uri: https://host/path?q=1\n", "    uri:\n"), "got nothing as 'uri', expected text", 5),
        (("method: POST", "method: [POST]"), "got a list as 'method', expected text", 4),
        (("    status: {code: 200, message: OK}\n", ""), "expected a field 'status'", 9),
        (("code: 200, ", ""), "expected a field 'code'", 9),
        (("code: 200", "code: OK"), "got 'OK' as 'code', expected a whole number", 9),
        (("headers: {A: [b]}", "headers: text"), "got a single value as 'headers'", 6),
        (("- request:", "- 5\n- request:"), "got a single value as '0', expected a mapping", 3),
        (("- request:", "- req:"), "got req, response in '0', expected a field 'request'", 3),
    ],
)
def test_a_missing_or_wrong_field_is_named(refused: Refused, change: tuple[str, str], message: str, line: int) -> None:
    error = refused(TAPE.replace(*change))
    assert error.message.startswith("interaction 0: ")
    assert message in error.message
    assert error.line == line


def test_the_interaction_at_fault_is_numbered(refused: Refused) -> None:
    second = TAPE.partition("interactions:\n")[2].replace("code: 200", "code: x")
    error = refused(TAPE + second)
    assert error.message.startswith("interaction 1: ")
    assert error.pointer == "/interactions/1/response/status/code"


def test_a_cassette_cut_short_is_refused_or_read_but_never_crashes(save: Callable[..., Path]) -> None:
    for end in range(len(TAPE)):
        with suppress(CassetteError):
            read(save(TAPE[:end]))


def test_interactions_that_are_no_list_are_refused(refused: Refused) -> None:
    assert refused("interactions: {a: 1}").message == "got a mapping as 'interactions', expected a list"


def test_lines_are_those_of_the_file(read_text: ReadText) -> None:
    (interaction,) = read_text(TAPE).interactions
    assert (interaction.index, interaction.line) == (0, 3)
    assert (interaction.request.body.line, interaction.response.body.line) == (7, 11)


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\u0085", "\r"])
def test_line_ends_that_editors_do_not_know_are_not_counted(read_text: ReadText, odd: str) -> None:
    (interaction,) = read_text(f"\ufeffnote: 'é{odd}{odd}x'\n" + TAPE).interactions
    assert interaction.line == 4


def test_a_gzipped_cassette_has_the_lines_of_its_text(read_text: ReadText) -> None:
    assert read_text(gzip.compress(TAPE.encode())).interactions == read_text(TAPE).interactions


def test_json_is_read_as_json_with_lines(read_text: ReadText) -> None:
    request = {"method": "get", "uri": "http://host/", "headers": {}, "body": "\U0001f600"}
    response = {"status": {"code": 200, "message": "OK"}, "headers": {"A": ["b"]}, "body": {"string": "x\ny"}}
    text = json.dumps({"version": 1, "interactions": [{"request": request, "response": response}]}, indent=4)
    (interaction,) = read_text(text).interactions
    assert interaction.request.method == "GET"
    assert interaction.request.body.content == "\U0001f600".encode()
    assert interaction.line == 4
    assert not interaction.response.body.verbatim


def test_yaml_that_begins_like_json_is_read_as_yaml(read_text: ReadText) -> None:
    assert read_text("{interactions: []}").interactions == ()


def test_what_is_neither_is_refused_as_the_json_it_looks_like(refused: Refused) -> None:
    error = refused('{"interactions": [\n {"request": {')
    assert "no valid JSON: the end of the file" in error.message
    assert error.line == 2


def test_json_beyond_a_limit_is_not_tried_as_yaml(refused: Refused) -> None:
    error = refused('{"a": [[[1]]]}', Limits(depth=2))
    assert error.message == "got lists and objects nested deeper than 2, expected a cassette"


def test_limits_are_kept(save: Callable[..., Path]) -> None:
    path = save(TAPE)
    with pytest.raises(CassetteError, match="more than 5 values"):
        read(path, Limits(nodes=5))


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"the recordings are not at {RECORDINGS}")
@pytest.mark.parametrize("folder", ["formats", "history-errors"])
def test_every_real_recording_is_read(folder: str) -> None:
    for found in discover([RECORDINGS / folder]):
        assert isinstance(found, Path)
        for interaction in read(found).interactions:
            assert interaction.request.method.isupper()
            assert 100 <= interaction.response.status < 600
            assert interaction.request.body.problem is interaction.response.body.problem is None
