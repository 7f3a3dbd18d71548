"""`tapecheck deliver`"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.receiver import Receiver, listening

if TYPE_CHECKING:
    from tests.cli.conftest import Result

    Tapecheck = Callable[..., Result]

WEBHOOKS = """
[webhooks]
events = "webhooks"
name = "/type"
retries = [1]

[[webhooks.recognised]]
headers = { "weather-signature" = "^" }

[[webhooks.signatures]]
header = "weather-signature"
each = "([0-9a-f]{64})"
"""
STORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["type", "place"],
    "properties": {"type": {"const": "storm"}, "place": {"type": "string"}},
}


@pytest.fixture
def warned(project: Path) -> Path:
    """The project, whose provider delivers warnings."""
    folder = project / "contracts/weather"
    with (folder / "contract.toml").open("a", encoding="utf-8") as file:
        file.write(WEBHOOKS)
    (folder / "webhooks").mkdir()
    (folder / "webhooks/storm.schema.json").write_text(json.dumps(STORM), encoding="utf-8")
    return project


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one


def test_what_it_saves_is_checked(warned: Path, tapecheck: Tapecheck, receiver: Receiver) -> None:
    path = warned / "tapes/weather/webhooks/storm.yaml"
    sent = tapecheck("deliver", "weather", "storm", "--to", receiver.url, "--secret", "test", "--save", path)
    assert (sent.status, sent.err) == (0, "")
    assert tapecheck("check", path.parent, "--format", "json").summary["checked"] == 1
    lock = path.parent / "cassettes.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace('"test"', '"other"'), encoding="utf-8")
    assert tapecheck("check", path.parent, "--format", "json").codes == ["TC111"]


def test_the_status_says_whether_it_was_acknowledged(warned: Path, tapecheck: Tapecheck, receiver: Receiver) -> None:
    receiver.statuses = [500, 200, 500]
    arguments = ("deliver", "weather", "storm", "--to", receiver.url, "--secret", "test", "--speed", "1e6")
    assert tapecheck(*arguments).status == 0
    assert tapecheck(*arguments).status == 1
    assert len(receiver.came) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["weather", "storm"], "--to URL is missing"),
        (["weather", "storms", "--to", "http://127.0.0.1:9"], "Did you mean storm?"),
        (["weather", "storm", "--to", "here"], "expected a URL"),
        (["weather", "storm", "--to", "http://127.0.0.1:9", "--fault", "tampered"], "--secret"),
        (["weather", "storm", "--to", "http://127.0.0.1:9", "--count", "0"], "1 or more"),
    ],
)
def test_mistakes_in_the_command(warned: Path, tapecheck: Tapecheck, arguments: list[str], message: str) -> None:
    result = tapecheck("deliver", *arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_a_secret_is_never_shown(warned: Path, tapecheck: Tapecheck, receiver: Receiver) -> None:
    receiver.statuses = [500]
    result = tapecheck("deliver", "weather", "storm", "--to", receiver.url, "--secret", "hidden", "--no-retries")
    assert result.status == 1
    assert "hidden" not in result.out + result.err
