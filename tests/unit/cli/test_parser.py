from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck import __version__
from tapecheck.cli.check import check
from tapecheck.cli.deliver import deliver
from tapecheck.cli.lint import lint
from tapecheck.cli.parser import parse
from tapecheck.cli.record import record
from tapecheck.cli.rules import rules
from tapecheck.cli.serve import serve


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let help look alike wherever the tests run."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


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


def test_deliver() -> None:
    options = parse(["deliver", "p", "e", "--to", "u"])
    assert options.command is deliver
    assert (options.provider, options.event, options.to, options.count, options.speed) == ("p", "e", "u", 1, 1.0)
    assert (options.all, options.vary, options.form, options.no_retries) == (False, False, False, False)
    assert (options.seed, options.secret, options.secret_env, options.fault) == (None, None, None, None)
    assert (options.cassette, options.save, options.contracts) == (None, None, None)
    line = "deliver p --all --to u --count 3 --seed 7 --speed 1.5 --cassette a --save b --secret-env S"
    options = parse(line.split())
    assert (options.event, options.all, options.count, options.seed, options.speed) == (None, True, 3, 7, 1.5)
    assert (options.cassette, options.save, options.secret_env) == (Path("a"), Path("b"), "S")


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
        (["deliver", "--count", "0"], "--count: a number of deliveries is 1 or more, got '0'"),
        (["deliver", "--speed", "0"], "--speed: a speed is a number of 0.001 or more, got '0'"),
        (["deliver", "--speed", "inf"], "--speed: a speed is a number of 0.001 or more, got 'inf'"),
        (["deliver", "--speed", "fast"], "--speed: a speed is a number of 0.001 or more, got 'fast'"),
        (["deliver", "--seed", "one"], "--seed: invalid int value: 'one'"),
        (["deliver", "--secret", "a", "--secret-env", "B"], "--secret-env: not allowed with argument --secret"),
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


@pytest.mark.parametrize("command", ["check", "deliver"])
def test_every_option_is_in_the_reference(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse([command, "--help"])
    reference = (Path(__file__).parents[3] / "docs/reference/command-line.md").read_text(encoding="utf-8")
    options = {word.strip("[],") for word in capsys.readouterr().out.split() if word.strip("[],").startswith("--")}
    assert {option for option in options - {"--help"} if option not in reference} == set()
