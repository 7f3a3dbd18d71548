from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tapecheck.contracts import Contract
from tapecheck.delivering import Delivery, generated
from tapecheck.delivering.breaking import broken
from tapecheck.errors import FaultError
from tapecheck.generation import PlainSource
from tests.unit.delivering.conftest import FRESH


def test_a_required_field_is_gone(push: Delivery) -> None:
    whole = json.loads(push.body)
    without = json.loads(broken(push))
    assert whole["repository"] == {"name": "name"}
    assert without == {"ref": whole["ref"]}


def test_a_field_further_in(push: Delivery) -> None:
    """Where the outer ones may all be missing."""
    schema = replace(push.schema, uri=push.schema.uri.replace("push", "common/repository"))
    events = {**push.webhooks.events, "push": schema}
    whole = replace(push, webhooks=replace(push.webhooks, events=events), body=b'{"name":"one","more":{"a":1}}')
    assert json.loads(broken(whole)) == {"more": {"a": 1}}


def test_the_name_of_the_event_stays(paid: Delivery) -> None:
    assert json.loads(broken(paid)).keys() == {"id", "object", "type"}


def test_where_nothing_is_required(hub: Contract) -> None:
    with pytest.raises(FaultError, match="requires no field"):
        broken(generated(hub, "ping", PlainSource(), FRESH))


def test_a_body_that_is_no_object(push: Delivery) -> None:
    with pytest.raises(FaultError, match="requires no field"):
        broken(replace(push, body=b"[]"))
