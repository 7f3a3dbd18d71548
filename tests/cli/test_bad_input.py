"""Whatever is wrong with what it is given, tapecheck says so, ends as it should, and checks all else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Result

Run = Callable[..., "Result"]
Tape = Callable[..., str]

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{above}'] * 9)}]\n" for above, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def finding_for(run: Run, name: str) -> dict[str, object]:
    """Check the whole folder, and return the finding of one file: the others are checked as ever."""
    result = run("check", "tapes", "--format", "json")
    found = {str(finding["cassette"]): finding for finding in result.findings}
    assert result.status == 1
    assert set(found) == {"tapes/broken.yaml", "tapes/drifted.yaml", f"tapes/{name}"}
    assert result.summary["cassettes"] == 5
    return found[f"tapes/{name}"]


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        ("empty.yaml", "", "TC307", "the cassette holds no interaction"),
        ("blank.yaml", "\n \n# a comment\n", "TC307", "the cassette holds no interaction"),
        ("none.yaml", "interactions: []\nversion: 1\n", "TC307", "the cassette holds no interaction"),
        ("number.yaml", "3\n", "TC302", "got a single value, expected a cassette"),
        ("list.yaml", "- request: {}\n", "TC302", "got a list"),
        ("other.yaml", "name: CI\non: push\n", "TC302", "expected a cassette"),
        ("bytes.yaml", b"interactions:\n- \xff\xfe\n", "TC302", "expected YAML text in UTF-8"),
        ("nul.yaml", b"\0" * 100, "TC302", "expected YAML text"),
        ("image.yaml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "TC302", "expected YAML text"),
        ("open.yaml", "interactions:\n- request: {method: 'GET\n", "TC302", "got no valid YAML"),
        ("tab.yaml", "interactions:\n\t- a\n", "TC302", "got no valid YAML"),
        ("tag.yaml", "interactions:\n- !custom {a: 1}\n", "TC302", "got the tag !custom, expected plain data"),
        ("bomb.yaml", BOMB + "interactions: *i\n", "TC302", "aliases that expand to"),
        ("self.yaml", "interactions: &a [*a]\n", "TC302", "an alias that contains itself"),
        ("deep.yaml", "[" * 100_000, "TC302", ""),
        ("deep.json", '{"interactions": ' + "[" * 100_000, "TC302", ""),
        ("cut.json", '{"interactions": [{"request": ', "TC302", ""),
        ("cut.yaml.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab", "TC302", "got a broken gzip file"),
        ("fields.yaml", "interactions:\n- request: {method: GET}\n  response: {}\n", "TC302", "uri"),
        ("status.yaml", "interactions:\n- request: {method: GET, uri: a}\n  response: {status: x}\n", "TC302", ""),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith((".yaml", ".json", ".gz")) else "",
)
def test_a_file_that_is_no_good(
    tapecheck: Run, project: Path, name: str, content: str | bytes, code: str, message: str
) -> None:
    (project / "tapes" / name).write_bytes(content.encode() if isinstance(content, str) else content)
    finding = finding_for(tapecheck, name)
    assert finding["code"] == code
    assert message in str(finding["message"])
    assert isinstance(finding["line"], int)


def test_a_file_that_is_cut_anywhere(tapecheck: Run, project: Path) -> None:
    whole = """\
interactions:
- request:
    method: GET
    uri: https://api.weather.example/v2/forecast/x
    headers: {}
    body: null
  response:
    status: {code: 200, message: OK}
    headers: {content-type: [application/json]}
    body: {string: '{"days": 3}'}
version: 1
"""
    (project / "cuts").mkdir()
    for size in range(0, len(whole), 7):
        (project / f"cuts/{size:03}.yaml").write_text(whole[:size], encoding="utf-8")
    result = tapecheck("check", "cuts", "tapes/drifted.yaml", "--format", "json")
    assert result.status == 1
    assert {"TC302", "TC307"} <= set(result.codes)
    assert result.codes[-1] == "TC201"


def test_a_sparse_file_of_200_megabytes(tapecheck: Run, project: Path) -> None:
    with (project / "tapes/sparse.yaml").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    finding = finding_for(tapecheck, "sparse.yaml")
    assert finding["code"] == "TC302"
    assert finding["message"] == "got 209,715,200 bytes, expected at most 67,108,864"


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch made']",
        "!!python/object/new:os.system ['touch made']",
        "!!python/object:pathlib.Path {}",
        "!!python/name:os.system",
        "!!python/module:antigravity",
        "!!python/object/apply:pathlib.Path.touch [made]",
        "!ruby/object:Gem::Installer {}",
    ],
)
def test_no_object_is_ever_made(tapecheck: Run, project: Path, tag: str) -> None:
    (project / "tapes/evil.yaml").write_text(f"interactions:\n- request: {tag}\n", encoding="utf-8")
    finding = finding_for(tapecheck, "evil.yaml")
    assert (finding["code"], finding["line"]) == ("TC302", 2)
    assert "tapecheck never makes objects from a tag" in str(finding["message"])
    assert not (project / "made").exists()
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_may_not_be_read(tapecheck: Run, project: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Root may read everything, so the refusal is played."""
    (project / "tapes/secret").mkdir()
    (project / "tapes/secret/a.yaml").write_text("{}", encoding="utf-8")
    scandir = os.scandir
    opened: Callable[..., object] = Path.open

    def no_scandir(path: str | Path = ".") -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def no_open(path: Path, *arguments: object, **options: object) -> object:
        if path.parent.name == "secret":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "scandir", no_scandir) if kind == "folder" else monkeypatch.setattr(Path, "open", no_open)
    finding = finding_for(tapecheck, "secret" if kind == "folder" else "secret/a.yaml")
    assert finding["code"] == "TC302"
    assert finding["message"] == "cannot be read: Permission denied"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_that_nobody_writes_to(tapecheck: Run, project: Path) -> None:
    os.mkfifo(project / "tapes/pipe.yaml")
    assert finding_for(tapecheck, "pipe.yaml")["message"] == "got a named pipe, expected a file"


@pytest.mark.parametrize("target", ["absent.yaml", "link.yaml"])
def test_a_link_that_leads_nowhere(tapecheck: Run, project: Path, target: str) -> None:
    (project / "tapes/link.yaml").symlink_to(target)
    assert finding_for(tapecheck, "link.yaml")["code"] == "TC302"


def test_a_folder_that_contains_itself(tapecheck: Run, project: Path) -> None:
    (project / "tapes/again").symlink_to(project / "tapes", target_is_directory=True)
    assert tapecheck("check", "tapes", "--format", "json").codes == ["TC101", "TC201"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "NaN",
        '{"days": 1e999}',
        '{"days": ' + "9" * 5000 + "}",
        '{"days": "\\ud800"}',
        "[" * 10_000,
        '{"days": ' * 500 + "1" + "}" * 500,
        '{"days": 3}\0',
        '{"days": 3, "days": "three"}',
        "data: {}\n\n",
        "<html>",
    ],
)
def test_a_body_that_is_no_good(tapecheck: Run, tape: Tape, project: Path, body: str) -> None:
    (project / "tapes/zz.yaml").write_text(tape(body), encoding="utf-8")
    for engine in ("jsonschema-rs", "jsonschema"):
        result = tapecheck("check", "tapes", "--format", "json", "--engine", engine)
        assert result.status == 1
        assert result.codes[:2] == ["TC101", "TC201"]
        assert {finding["cassette"] for finding in result.findings[2:]} <= {"tapes/zz.yaml"}


@pytest.mark.parametrize("uri", ["", "/v2", "https://", "http://[", "https://api.weather.example:x/", "\n", "a:b"])
def test_a_uri_that_is_none(tapecheck: Run, tape: Tape, project: Path, uri: str) -> None:
    (project / "tapes/zz.yaml").write_text(tape("{}", uri=uri), encoding="utf-8")
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('cassettes = ["tapes/zz.yaml"]\n')
    result = tapecheck("check", "--format", "json")
    assert (result.status, result.codes) == (1, ["TC301"])


CONTRACT = "contracts/weather/contract.toml"
SCHEMA = "contracts/weather/forecast/response.schema.json"
STREAM = """
[operations.forecast.stream]
events = "forecast/events"
name = "/type"
order = "start end"
"""


def dialect(**keywords: object) -> str:
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **keywords}, indent=2)


@pytest.mark.parametrize(
    ("file", "old", "new", "mistake"),
    [
        (SCHEMA, "", "{", ":1: the schema is not JSON: "),
        (SCHEMA, "", "[]", ":1: a schema file holds one object, got list"),
        (SCHEMA, "", "{}", ':1: "$schema" is None, expected '),
        (
            SCHEMA,
            "",
            dialect(items={"$ref": "#/nope"}),
            ":4: $ref '#/nope' leads nowhere (at /items/$ref)\n  A $ref is a path",
        ),
        (
            SCHEMA,
            "",
            dialect(items={"$ref": "../absent.schema.json"}),
            ":4: $ref '../absent.schema.json' leads nowhere",
        ),
        (SCHEMA, "", dialect(type="text"), ":3: not a valid JSON Schema: "),
        (SCHEMA, "", dialect(pattern="("), ":3: '(' is no regular expression: "),
        (SCHEMA, "", dialect(**{"$id": "a"}), ":3: $id is not supported"),
        (SCHEMA, "", "[" * 100_000, ":1: the schema nests deeper than 100"),
        (CONTRACT, "", 'title = "', ":1: not TOML: "),
        (CONTRACT, "", "title = [\n", ":1: not TOML: "),
        (CONTRACT, 'version = "2"', "", ":1: version: the key is missing\n  See docs/reference/contracts.md"),
        (
            CONTRACT,
            "response =",
            "reponse =",
            ":10: operations.forecast.reponse: the key is unknown\n  Is 'response' meant?",
        ),
        (CONTRACT, 'version = "2"', "version = 2", ":2: version: got 2, expected a string"),
        (
            CONTRACT,
            'method = "GET"',
            'method = "FETCH"',
            ":8: operations.forecast.method: got 'FETCH', expected 'GET', ",
        ),
        (CONTRACT, "/response.schema", "/absent.schema", ":10: operations.forecast.response: there is no schema "),
        (
            CONTRACT,
            "\nresponse",
            STREAM.replace('"start end"', '"start ("') + "#",
            ":13: operations.forecast.stream.order: the order cannot be read: column 8: got the end",
        ),
        (
            CONTRACT,
            "\nresponse",
            STREAM.replace("start end", "start ned") + "#",
            ":13: operations.forecast.stream.order: the event 'ned' has no schema in the folder of events",
        ),
        (
            CONTRACT,
            "\nresponse",
            STREAM.replace("/events", "/absent") + "#",
            ":11: operations.forecast.stream.events: no event schema is in the folder",
        ),
        (
            CONTRACT,
            "api.weather",
            "API.weather",
            ":4: hosts[0]: got 'API.weather.example', expected a host name in lower case",
        ),
    ],
)
def test_a_contract_that_is_no_good(tapecheck: Run, project: Path, file: str, old: str, new: str, mistake: str) -> None:
    for event in ("start", "end"):
        path = project / f"contracts/weather/forecast/events/{event}.schema.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dialect(), encoding="utf-8")
    text = (project / file).read_text(encoding="utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new) if old else new, encoding="utf-8")
    for arguments in (("lint",), ("check", "tapes")):
        result = tapecheck(*arguments)
        assert (result.status, result.out) == (2, "")
        assert file + mistake in result.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.tapecheck]\ncasettes = []",
            "pyproject.toml:2: tool.tapecheck.casettes: the setting is unknown; known are ",
        ),
        (
            '[tool.tapecheck]\ncassettes = "tapes"',
            "pyproject.toml:2: tool.tapecheck.cassettes: expected an array of strings, got 'tapes'",
        ),
        ('[tool.tapecheck]\nselect = ["E1"]', "pyproject.toml:2: tool.tapecheck.select: 'E1' is no code of a finding"),
        ("[tool.tapecheck", "pyproject.toml:1: not TOML: "),
    ],
)
@pytest.mark.parametrize("arguments", [("check", "tapes"), ("lint",)])
def test_settings_that_are_no_good(
    tapecheck: Run, project: Path, text: str, message: str, arguments: tuple[str, ...]
) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    result = tapecheck(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err
