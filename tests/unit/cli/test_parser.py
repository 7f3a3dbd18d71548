from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck import __version__
from tapecheck.cli.check import check
from tapecheck.cli.lint import lint
from tapecheck.cli.parser import parse
from tapecheck.cli.record import record
from tapecheck.cli.rules import rules
from tapecheck.cli.serve import serve


def test_check_without_options() -> None:
    options = parse(["check"])
    assert options.command is check
    assert (options.paths, options.contracts, options.output) == ([], None, None)
    assert (options.format, options.engine, options.jobs) == ("text", "jsonschema-rs", 0)
    assert (options.strict, options.select, options.ignore) == (False, None, None)


def test_check_with_all_options() -> None:
    line = "check a b/c.yaml --contracts d --format json --output e --jobs 3 --engine jsonschema --strict"
    options = parse([*line.split(), "--select", "TC1,tc301", "--ignore", " TC104 , "])
    assert (options.paths, options.contracts) == ([Path("a"), Path("b/c.yaml")], Path("d"))
    assert (options.format, options.output, options.jobs, options.engine) == ("json", Path("e"), 3, "jsonschema")
    assert (options.strict, options.select, options.ignore) == (True, ("TC1", "TC301"), ("TC104",))


def test_lint_and_rules() -> None:
    assert parse(["lint"]).command is lint
    assert parse(["lint"]).contracts is None
    assert parse(["lint", "a"]).contracts == Path("a")
    assert parse(["rules"]).command is rules
    assert parse(["rules", "tc101"]).code == "tc101"


def test_record_and_serve() -> None:
    recorded = parse(["record", "p", "--base-url", "http://localhost:1", "--dry-run"])
    assert recorded.command is record
    assert (recorded.provider, recorded.base_url, recorded.dry_run) == ("p", "http://localhost:1", True)
    served = parse(["serve", "p", "q", "--port", "0", "--cassettes", "a", "--cassettes", "b"])
    assert served.command is serve
    assert (served.providers, served.port, served.cassettes) == (["p", "q"], 0, [Path("a"), Path("b")])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["chek"], "invalid choice: 'chek'"),
        (["check", "--colour"], "unrecognized arguments: --colour"),
        (["check", "--con", "a"], "unrecognized arguments: --con"),
        (["check", "--contracts"], "--contracts: expected one argument"),
        (["check", "--format", "xml"], "--format: invalid choice: 'xml'"),
        (["check", "--engine", "ajv"], "--engine: invalid choice: 'ajv'"),
        (["check", "--jobs", "0"], "--jobs: a number of processes is 1 or more, got '0'"),
        (["check", "--jobs", "-1"], "--jobs"),
        (["check", "--jobs", "two"], "--jobs: a number of processes is 1 or more, got 'two'"),
        (["check", "--jobs", "1.5"], "--jobs: a number of processes is 1 or more, got '1.5'"),
        (["lint", "a", "b"], "unrecognized arguments: b"),
        (["lint", "--strict"], "unrecognized arguments: --strict"),
        (["rules", "a", "b"], "unrecognized arguments: b"),
        (["record"], "the following arguments are required: PROVIDER"),
        (["serve", "--port", "65536"], "--port: a port is a number from 0 to 65535, got '65536'"),
        (["serve", "--port", "http"], "--port: a port is a number from 0 to 65535, got 'http'"),
    ],
)
def test_a_usage_error_is_told(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(arguments)
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert complaint in captured.err
    assert captured.err.startswith("usage: tapecheck")
    assert captured.out == ""


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"tapecheck {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ("check ", "lint ", "rules ", "Check cassettes against contracts")),
        (["check", "--help"], ("--contracts DIR", "--format", "--jobs N", "--strict", "PATH")),
        (["lint", "--help"], ("DIR",)),
        (["rules", "--help"], ("CODE",)),
    ],
)
def test_help_names_everything(
    arguments: list[str], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(arguments)
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert [word for word in words if word not in printed] == []


def test_every_option_of_check_is_in_the_reference(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["check", "--help"])
    reference = (Path(__file__).parents[3] / "docs/reference/command-line.md").read_text(encoding="utf-8")
    options = {word.strip("[],") for word in capsys.readouterr().out.split() if word.strip("[],").startswith("--")}
    assert {option for option in options - {"--help"} if option not in reference} == set()
