from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, read, read_lock
from tapecheck.cli.deliver import deliver
from tapecheck.contracts import load
from tapecheck.contracts.signing import verifies
from tapecheck.delivering import FAULTS
from tapecheck.errors import CassetteError, ConfigurationError, ContractError, FaultError, GenerationError, UsageError
from tapecheck.model import Headers
from tests.receiver import Receiver, listening

Options = Callable[..., Namespace]
Captured = pytest.CaptureFixture[str]
CONTRACT = """\
title = "Hub"
version = "3"
documentation = "https://hub.example/docs"

[webhooks]
events = "webhooks"
name = { header = "x-hub-event" }
id = { header = "x-hub-delivery" }
retries = [5, 300]

[[webhooks.recognised]]
headers = { "x-hub-event" = ".+" }

[[webhooks.signatures]]
header = "x-hub-signature"
each = "sha256=([0-9a-f]{64})"
"""
PUSH = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["ref"],
    "properties": {"ref": {"type": "string"}, "size": {"type": "integer"}},
}
PING = {**PUSH, "required": ["zen"], "properties": {"zen": {"type": "string"}}}


@pytest.fixture
def hub(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a project whose contracts have webhooks."""
    (here / "contracts/hub/webhooks").mkdir(parents=True)
    (here / "contracts/hub/contract.toml").write_text(CONTRACT, encoding="utf-8")
    for name, schema in (("push", PUSH), ("ping", PING)):
        (here / f"contracts/hub/webhooks/{name}.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    settings = '[tool.tapecheck]\ncontracts = "contracts"\ncassettes = ["tapes"]\n'
    (here / "pyproject.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("HUB_SECRET", "whsec_test")
    return here


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one


def lines(captured: Captured) -> list[str]:
    """What was printed, without the milliseconds."""
    return [re.sub(r", \d+ ms:", ":", line) for line in captured.readouterr().out.splitlines()]


def test_a_generated_delivery_is_acknowledged(
    hub: Path, options: Options, receiver: Receiver, capsys: Captured
) -> None:
    assert deliver(options("deliver", "hub", "push", "--to", receiver.url, "--secret-env", "HUB_SECRET")) == 0
    assert lines(capsys) == ["hub push (generated): attempt 1, 200 OK: acknowledged"]
    ((path, headers, body),) = receiver.came
    assert (path, headers["x-hub-event"], json.loads(body).keys()) == ("/hooks", "push", {"ref"})
    webhooks = load(hub / "contracts").contracts.by_provider["hub"].webhooks
    assert webhooks is not None
    assert verifies(webhooks.signatures[0], ["whsec_test"], Headers(tuple(headers.items())), body) is None


def test_it_tries_again_with_the_same_id(hub: Path, options: Options, receiver: Receiver, capsys: Captured) -> None:
    receiver.statuses = [503, 500, 202]
    line = ["deliver", "hub", "push", "--to", receiver.url, "--secret", "any", "--speed", "1e6"]
    assert deliver(options(*line)) == 0
    assert lines(capsys) == [
        "hub push (generated): attempt 1, 503 Service Unavailable: again in 5e-06 s",
        "hub push (generated): attempt 2, 500 Internal Server Error: again in 0.0003 s",
        "hub push (generated): attempt 3, 202 Accepted: acknowledged",
    ]
    assert len({headers["x-hub-delivery"] for _, headers, _ in receiver.came}) == 1


def test_it_gives_up(hub: Path, options: Options, receiver: Receiver, capsys: Captured) -> None:
    receiver.statuses = [404]
    line = ["deliver", "hub", "push", "--to", receiver.url, "--secret", "any", "--no-retries"]
    assert deliver(options(*line)) == 1
    assert lines(capsys) == ["hub push (generated): attempt 1, 404 Not Found: given up"]


def test_at_once_is_said_in_words(hub: Path, options: Options, receiver: Receiver, capsys: Captured) -> None:
    path = hub / "contracts/hub/contract.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[5, 300]", "[0]"), encoding="utf-8")
    receiver.statuses = [404, 200]
    assert deliver(options("deliver", "hub", "push", "--to", receiver.url, "--secret", "any")) == 0
    assert lines(capsys)[0].endswith(": again at once")


def test_nobody_listens(hub: Path, options: Options, capsys: Captured) -> None:
    with listening() as gone:
        pass
    assert deliver(options("deliver", "hub", "push", "--to", gone.url, "--secret", "any", "--no-retries")) == 1
    assert lines(capsys) == ["hub push (generated): attempt 1, no answer, Connection refused: given up"]


def test_all_events_several_times(hub: Path, options: Options, receiver: Receiver, capsys: Captured) -> None:
    receiver.statuses = [200, 500, 200]
    line = ["deliver", "hub", "--all", "--count", "2", "--to", receiver.url, "--secret", "any", "--no-retries"]
    assert deliver(options(*line)) == 1
    assert [headers["x-hub-event"] for _, headers, _ in receiver.came] == ["ping", "ping", "push", "push"]
    assert lines(capsys)[-1] == "3 of 4 acknowledged"


def test_without_a_secret_it_warns(hub: Path, options: Options, receiver: Receiver, capsys: Captured) -> None:
    assert deliver(options("deliver", "hub", "push", "--to", receiver.url)) == 0
    assert "sent unsigned" in capsys.readouterr().err
    assert "x-hub-signature" not in receiver.came[0][1]


def test_seeds_repeat_and_differ(hub: Path, options: Options, receiver: Receiver) -> None:
    for arguments in (["--seed", "1", "--count", "2"], ["--seed", "2"], ["--vary", "--count", "8"]):
        deliver(options("deliver", "hub", "push", "--to", receiver.url, "--secret", "any", *arguments))
    bodies = [body for _, _, body in receiver.came]
    assert bodies[1] == bodies[2]
    assert len(set(bodies[3:])) > 1


def test_what_is_saved_is_sent_again(hub: Path, options: Options, receiver: Receiver, capsys: Captured) -> None:
    path = hub / "tapes/hub/webhooks/push.yaml"
    line = ["deliver", "hub", "push", "--to", receiver.url, "--secret", "whsec_test"]
    assert deliver(options(*line, "--seed", "3", "--save", path)) == 0
    (interaction,) = read(path).interactions
    assert interaction.request.uri == receiver.url
    assert read_lock(hub / "tapes" / LOCK)["hub/webhooks/push.yaml"].secret == "whsec_test"
    assert deliver(options(*line)) == 0
    assert deliver(options(*line, "--cassette", path, "--count", "2")) == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "hub push (generated)",
        *["hub push (push.yaml)"] * 3,
        "2 of 2 acknowledged",
    ]
    assert {body for _, _, body in receiver.came} == {interaction.request.body.content}
    assert len({headers["x-hub-delivery"] for _, headers, _ in receiver.came}) == 4


def test_what_is_generated_on_demand_is_not_taken_from_tapes(
    hub: Path, options: Options, receiver: Receiver, capsys: Captured
) -> None:
    line = ["deliver", "hub", "push", "--to", receiver.url, "--secret", "any"]
    deliver(options(*line, "--save", hub / "tapes/hub/webhooks/push.yaml"))
    for arguments in (["--vary"], ["--seed", "1"], ["--form"]):
        deliver(options(*line, *arguments))
    assert all(one.startswith("hub push (generated)") for one in lines(capsys))
    assert receiver.came[-1][1]["content-type"] == "application/x-www-form-urlencoded"


def test_many_events_are_not_all_listed(hub: Path, options: Options) -> None:
    for number in range(20):
        path = hub / f"contracts/hub/webhooks/event{number:02}.schema.json"
        path.write_text(json.dumps(PUSH), encoding="utf-8")
    with pytest.raises(UsageError, match=r"event09 and 12 more\.$"):
        deliver(options("deliver", "hub", "x", "--to", "http://127.0.0.1:9/", "--secret", "any"))


def test_what_the_receiver_says_steers_no_terminal(
    hub: Path, options: Options, receiver: Receiver, capsys: Captured
) -> None:
    receiver.reason = "\x1b[31mred"
    deliver(options("deliver", "hub", "push", "--to", receiver.url, "--secret", "any"))
    assert lines(capsys) == [r"hub push (generated): attempt 1, 200 \x1b[31mred: acknowledged"]


def test_cassettes_that_are_files(hub: Path, options: Options, receiver: Receiver, capsys: Captured) -> None:
    path = hub / "one.yaml"
    deliver(options("deliver", "hub", "push", "--to", receiver.url, "--secret", "any", "--save", path))
    (hub / "pyproject.toml").write_text(
        '[tool.tapecheck]\ncontracts = "contracts"\ncassettes = ["one.yaml"]\n', encoding="utf-8"
    )
    deliver(options("deliver", "hub", "push", "--to", receiver.url, "--secret", "any"))
    assert "hub push (one.yaml)" in capsys.readouterr().out


def test_without_an_answer_nothing_is_saved(hub: Path, options: Options, capsys: Captured) -> None:
    with listening() as gone:
        pass
    line = ["deliver", "hub", "push", "--to", gone.url, "--secret", "any", "--no-retries", "--save", "a.yaml"]
    assert deliver(options(*line)) == 1
    assert "a.yaml is not written" in capsys.readouterr().err
    assert not (hub / "a.yaml").exists()


def test_a_fault_befalls_each(hub: Path, options: Options, receiver: Receiver) -> None:
    line = ["--to", receiver.url, "--secret", "any", "--fault"]
    assert deliver(options("deliver", "hub", "push", *line, "duplicate")) == 0
    assert len({headers["x-hub-delivery"] for _, headers, _ in receiver.came}) == 1
    assert deliver(options("deliver", "hub", "--all", *line, "reordered")) == 0
    assert [headers["x-hub-event"] for _, headers, _ in receiver.came] == ["push", "push", "push", "ping"]


def test_faults_are_listed(options: Options, capsys: Captured) -> None:
    assert deliver(options("deliver", "--list-faults")) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(FAULTS)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ([], UsageError, "the PROVIDER is missing"),
        (["hub", "push"], UsageError, "--to URL is missing"),
        (["hub"], UsageError, "either the EVENT or --all"),
        (["hub", "push", "--all"], UsageError, "either the EVENT or --all"),
        (["hubb", "push"], UsageError, "Did you mean 'hub'"),
        (["hub", "pusch"], UsageError, "Did you mean push"),
        (["hub", "x"], UsageError, "There are ping, push"),
        (["weather", "push"], UsageError, "declares no webhooks"),
        (["hub", "push", "--secret-env", "ABSENT"], UsageError, "ABSENT is not set"),
        (["hub", "push", "--cassette", "tape.yaml"], UsageError, "holds no delivery of hub push"),
        (["hub", "push", "--cassette", "tape.yaml", "--vary"], UsageError, "one of the two"),
        (["hub", "push", "--cassette", "gone.yaml"], CassetteError, "gone.yaml"),
        (["hub", "push", "--fault", "none"], FaultError, "there is no fault 'none'"),
        (["hub", "push", "--fault", "reordered"], FaultError, "--count or --all"),
        (["hub", "push", "--fault", "stale"], FaultError, "signs none"),
        (["hub", "push", "--secret", " "], ConfigurationError, "secret is empty"),
        (["hub", "push", "--secret", ""], ConfigurationError, "secret is empty"),
        (["hub", "push", "--cassette", "tape.yaml", "--form"], UsageError, "one of the two"),
        (["hub", "push", "--contracts", "absent"], ContractError, "absent"),
    ],
)
def test_what_cannot_be_delivered(
    hub: Path, options: Options, arguments: list[str], error: type[Exception], message: str
) -> None:
    given = "--secret" in arguments or "--secret-env" in arguments
    secret = [] if given else ["--secret", "any"]
    target = [] if "is missing" in message else ["--to", "http://127.0.0.1:9/"]
    with pytest.raises(error, match=message):
        deliver(options("deliver", *arguments, *secret, *target))


def test_a_secret_for_who_does_not_sign(hub: Path, options: Options) -> None:
    path = hub / "contracts/hub/contract.toml"
    path.write_text(CONTRACT.partition("[[webhooks.signatures]]")[0], encoding="utf-8")
    with pytest.raises(UsageError, match="declares no signature"):
        deliver(options("deliver", "hub", "push", "--to", "http://127.0.0.1:9/", "--secret", "any"))


def test_a_form_that_the_contract_does_not_have(hub: Path, options: Options) -> None:
    schema = {**PUSH, "required": ["ref", "size"]}
    (hub / "contracts/hub/webhooks/push.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    with pytest.raises(GenerationError, match="no form can hold"):
        deliver(options("deliver", "hub", "push", "--to", "http://127.0.0.1:9/", "--secret", "any", "--form"))
