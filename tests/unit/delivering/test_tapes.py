from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tapecheck.cassettes import write
from tapecheck.contracts import Contracts
from tapecheck.delivering import Delivery, Signing, again, compose, recorded
from tapecheck.errors import CassetteError
from tapecheck.model import Body, Headers, Interaction, Request, Response
from tests.unit.delivering.conftest import FRESH

URL = "http://127.0.0.1:8000/hooks"
CONNECTION = (("Host", "a.example"), ("content-length", "999"), ("accept-encoding", "gzip"))


def tape(path: Path, messages: Sequence[tuple[Headers, bytes]]) -> Path:
    interactions = [
        Interaction(
            index=index,
            line=1,
            request=Request(method="POST", uri=URL, headers=headers, body=Body(content=body)),
            response=Response(status=200),
        )
        for index, (headers, body) in enumerate(messages)
    ]
    write(path, interactions, is_raw=lambda request: True)
    return path


def sent(delivery: Delivery) -> tuple[Headers, bytes]:
    message = compose(delivery, Signing(secret="test", now=7))
    return Headers((*message.headers, *CONNECTION)), message.body


def test_deliveries_are_found(tmp_path: Path, contracts: Contracts, push: Delivery, paid: Delivery) -> None:
    strange = Headers((("x-hub-event", "unheard"), ("x-hub-kind", "app"), ("x-hub-signature", "none")))
    tape(tmp_path / "tapes/b.yaml", [sent(paid), (Headers(), b"{}"), (strange, b"{}")])
    tape(tmp_path / "tapes/a.yaml", [sent(push)])
    found = list(recorded([tmp_path / "tapes"], contracts))
    assert [(one.match.contract.provider, one.event, one.path.name) for one in found] == [
        ("hub", "push", "a.yaml"),
        ("bank", "paid", "b.yaml"),
    ]
    assert found[1].request.body.content == paid.body


def test_a_cassette_that_cannot_be_read(tmp_path: Path, contracts: Contracts) -> None:
    (tmp_path / "broken.yaml").write_text("[", encoding="utf-8")
    for path in (tmp_path / "broken.yaml", tmp_path / "absent.yaml"):
        with pytest.raises(CassetteError):
            list(recorded([path], contracts))


def test_sent_again_it_has_a_new_id_in_its_header(tmp_path: Path, contracts: Contracts, push: Delivery) -> None:
    (found,) = recorded([tape(tmp_path / "tape.yaml", [sent(push)])], contracts)
    delivery = again(found, FRESH)
    assert (delivery.id, delivery.origin, delivery.body) == (str(FRESH), "tape.yaml", push.body)
    names = {name.lower() for name, _ in delivery.headers}
    assert names == {"content-type", "user-agent", "x-hub-event", "x-hub-delivery", "x-hub-kind"}
    assert delivery.scheme is push.scheme


def test_sent_again_it_has_a_new_id_in_its_body(tmp_path: Path, contracts: Contracts, paid: Delivery) -> None:
    body = b'{ "id": "evt_0123456789abcdef",\n "amount": 1.50, "object": "event", "type": "paid"}'
    (found,) = recorded([tape(tmp_path / "tape.yaml", [(Headers(), body)])], contracts)
    delivery = again(found, FRESH)
    assert delivery.id == "evt_1234567890ab4cde"
    assert delivery.body == body.replace(b"0123456789abcdef", b"1234567890ab4cde")
    assert json.loads(delivery.body)["id"] == delivery.id


def test_an_id_that_is_a_common_text_stays(tmp_path: Path, contracts: Contracts) -> None:
    body = b'{"id": "event", "amount": 1, "object": "event", "type": "paid"}'
    (found,) = recorded([tape(tmp_path / "tape.yaml", [(Headers(), body)])], contracts)
    assert again(found, FRESH).body == body


def test_without_any_id_there_is_a_fresh_one(tmp_path: Path, contracts: Contracts) -> None:
    body = b'{"amount": 1, "object": "event", "type": "paid"}'
    (found,) = recorded([tape(tmp_path / "tape.yaml", [(Headers(), body)])], contracts)
    assert again(found, FRESH).id == str(FRESH)
