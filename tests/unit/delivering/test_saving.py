from __future__ import annotations

from datetime import date
from pathlib import Path

from tapecheck import __version__
from tapecheck.cassettes import LOCK, Provenance, Source, digest, read, read_lock
from tapecheck.checking import Checker
from tapecheck.contracts import Contracts
from tapecheck.delivering import Answer, Attempt, Delivery, NoAnswer, Sent, Signing, Target, compose, save
from tapecheck.model import Headers

SECRET = "whsec_test_only"
DAY = date(2026, 1, 5)
OK = Answer(status=200, reason="OK", headers=Headers((("content-type", "text/plain"),)), body=b"taken")
URL = "http://127.0.0.1:8000/hooks"


def sent(delivery: Delivery, *results: Answer | NoAnswer) -> Sent:
    message = compose(delivery, Signing(secret=SECRET, now=7))
    attempts = [
        Attempt(number=number, message=message, result=result, seconds=0, next_in=None)
        for number, result in enumerate(results, start=1)
    ]
    return Sent(contract=delivery.contract, target=Target.of(URL), attempts=attempts, secret=SECRET, today=DAY)


def test_what_is_written_is_read_and_verifies(tmp_path: Path, contracts: Contracts, paid: Delivery) -> None:
    path = tmp_path / "tapes/bank/webhooks/paid.yaml"
    failed = Answer(status=503, reason="Busy", headers=Headers(), body=b"")
    assert save(sent(paid, failed, NoAnswer(reason="refused"), OK), path, [tmp_path / "tapes"]) == 2
    first, second = read(path).interactions
    assert (first.response.status, second.response.body.content) == (503, b"taken")
    assert (second.request.method, second.request.uri, second.request.body.content) == ("POST", URL, paid.body)
    assert second.request.headers.get("content-length") == str(len(paid.body))
    entries = read_lock(tmp_path / "tapes" / LOCK)
    assert entries == {
        "bank/webhooks/paid.yaml": Provenance(
            digest=digest(path),
            source=Source.SANDBOX,
            date=DAY,
            contract="2026-01",
            tools={"tapecheck": __version__},
            secret=SECRET,
        )
    }
    assert Checker(contracts).check_file(path, own=True, secret=SECRET).findings == ()
    (finding, _) = Checker(contracts).check_file(path, own=True, secret="another").findings
    assert finding.code == "TC111"


def test_entries_of_others_stay(tmp_path: Path, push: Delivery, paid: Delivery) -> None:
    save(sent(push, OK), tmp_path / "push.yaml", [])
    save(sent(paid, OK), tmp_path / "paid.yaml", [tmp_path / "elsewhere"])
    assert read_lock(tmp_path / LOCK).keys() == {"push.yaml", "paid.yaml"}


def test_without_any_answer_nothing_is_written(tmp_path: Path, push: Delivery) -> None:
    path = tmp_path / "tapes/push.yaml"
    assert save(sent(push, NoAnswer(reason="refused")), path, []) == 0
    assert not path.parent.exists()
