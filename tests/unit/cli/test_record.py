from __future__ import annotations

import json
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Source, read, read_lock
from tapecheck.cli.record import SOURCES, record
from tapecheck.errors import UsageError

Options = Callable[..., Namespace]
NAME = "weather/forecast/plain.yaml"
SETTINGS = '[tool.tapecheck]\ncontracts = "contracts"\ncassettes = ["tapes"]\nrecord = "test_{provider}.py"\n'
KEY = '\n[credentials]\nenvironment = "WEATHER_API_KEY"\n'

TESTS = """\
import os
from pathlib import Path
from urllib.request import urlopen

from tapecheck.cassettes import write
from tapecheck.model import Body, Headers, Interaction, Request, Response


def test_forecast():
    with urlopen(os.environ["TAPECHECK_BASE_URL"] + "/forecast") as answer:
        body, media = answer.read(), answer.headers["content-type"]
    request = Request(method="GET", uri="https://api.weather.example/forecast")
    response = Response(status=200, headers=Headers((("content-type", media),)), body=Body(content=body))
    path = Path(os.environ["TAPECHECK_CASSETTES"], "weather/forecast/plain.yaml")
    write(path, [Interaction(index=0, line=1, request=request, response=response)])
"""


@pytest.fixture
def project(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with tests that ask whom they are told to ask."""
    (here / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (here / "test_weather.py").write_text(TESTS, encoding="utf-8")
    contract = here / "contracts/weather/contract.toml"
    before, operations, after = contract.read_text(encoding="utf-8").partition("\n[operations")
    contract.write_text(before + KEY + operations + after, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.delenv("WEATHER_API_KEY", raising=False)
    return here


def test_a_stand_in_answers(project: Path, options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(options("record", "weather", "--source", "sandbox")) == 0
    captured = capsys.readouterr()
    assert captured.out.endswith("weather, recorded sandbox: 1 new\nthe new cassettes are in place\n")
    assert captured.err.splitlines()[0] == "tapecheck: running test_weather.py"
    assert read_lock(project / "tapes" / LOCK)[NAME].source is Source.SANDBOX


def test_a_stand_in_answers_with_what_was_recorded(project: Path, options: Options) -> None:
    record(options("record", "weather", "--source", "sandbox"))
    path = project / "tapes" / NAME
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("string:")] + 'string: \'{"sky": "as recorded"}\'\n', encoding="utf-8")
    assert record(options("record", "weather", "--source", "sandbox")) == 0
    assert json.loads(read(path).interactions[0].response.body.content) == {"sky": "as recorded"}


def test_a_dry_run(project: Path, options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(options("record", "weather", "--source", "sandbox", "--dry-run")) == 0
    assert capsys.readouterr().out.endswith("dry run: nothing was replaced\n")
    assert not (project / "tapes").exists()


def test_findings_are_told(project: Path, options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    text = TESTS.replace("weather.example/forecast", "weather.example/other")
    (project / "test_weather.py").write_text(text, encoding="utf-8")
    assert record(options("record", "weather", "--source", "sandbox")) == 1
    assert "TC301 error" in (out := capsys.readouterr().out)
    assert out.endswith("nothing was replaced, as these are errors\n")
    assert not (project / "tapes").exists()


def test_failing_tests_are_told(project: Path, options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "test_weather.py").write_text("def test_it():\n    assert False, 'too bad'\n", encoding="utf-8")
    assert record(options("record", "weather", "--source", "sandbox")) == 1
    assert "too bad" in capsys.readouterr().out


def test_live_is_the_default(project: Path, options: Options) -> None:
    assert SOURCES[0] == "live"
    with pytest.raises(UsageError, match="the environment variable WEATHER_API_KEY is not set"):
        record(options("record", "weather"))
    assert not (project / "tapes").exists()


def test_no_such_provider(project: Path, options: Options) -> None:
    with pytest.raises(UsageError, match="Did you mean 'weather'"):
        record(options("record", "whether"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (SETTINGS.replace('record = "test_{provider}.py"\n', ""), "no setting `record`"),
        (SETTINGS.replace('["tapes"]', "[]"), "no setting `cassettes` names the folder to record into"),
        (SETTINGS.replace("tapes", "tape.yaml"), "no setting `cassettes` names the folder to record into"),
    ],
)
def test_settings_that_are_needed(project: Path, options: Options, settings: str, message: str) -> None:
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        record(options("record", "weather", "--source", "sandbox"))


def test_the_settings_say_which_findings_count(project: Path, options: Options) -> None:
    text = TESTS.replace("weather.example/forecast", "weather.example/other")
    (project / "test_weather.py").write_text(text, encoding="utf-8")
    (project / "pyproject.toml").write_text(f'{SETTINGS}ignore = ["TC301"]\n', encoding="utf-8")
    assert record(options("record", "weather", "--source", "sandbox")) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there a signal ends the process at once")
def test_a_signal_is_a_way_out(project: Path, options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("tapecheck.cli.record._announce", lambda step: signal.raise_signal(signal.SIGTERM))
    with pytest.raises(SystemExit) as exited:
        record(options("record", "weather", "--source", "sandbox"))
    assert exited.value.code == 128 + signal.SIGTERM
    assert [path.name for path in project.iterdir() if path.name.startswith(".tapes")] == []
    assert signal.getsignal(signal.SIGTERM) is before
