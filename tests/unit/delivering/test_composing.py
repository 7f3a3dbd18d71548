from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest

from tapecheck import __version__
from tapecheck.contracts.signing import verifies
from tapecheck.delivering import Delivery, Signing, compose, find_fault
from tapecheck.errors import ConfigurationError, FaultError
from tapecheck.model import Headers

SECRET = "whsec_test"
NOW = Signing(secret=SECRET, now=1_700_000_000.9)
UNSIGNED = Signing(secret=None, now=0)


def test_it_is_signed(push: Delivery) -> None:
    message = compose(push, NOW)
    expected = hmac.new(SECRET.encode(), push.body, hashlib.sha256).hexdigest()
    assert message.headers.get("x-hub-signature") == f"sha256={expected}"
    assert (message.body, message.pause) == (push.body, 0)


def test_the_time_is_signed_where_the_provider_signs_it(paid: Delivery) -> None:
    message = compose(paid, NOW)
    expected = hmac.new(SECRET.encode(), b"1700000000." + paid.body, hashlib.sha256).hexdigest()
    assert message.headers.get("bank-signature") == f"t=1700000000,v1={expected}"


def test_without_a_secret_or_a_scheme_it_is_not_signed(push: Delivery) -> None:
    plain = Headers((("user-agent", f"tapecheck/{__version__}"), *push.headers))
    assert compose(push, UNSIGNED).headers == plain
    assert compose(replace(push, scheme=None), NOW).headers == plain


def test_a_recorded_user_agent_stays(push: Delivery) -> None:
    recorded = replace(push, headers=Headers((("User-Agent", "Hub/1"),)))
    assert compose(recorded, UNSIGNED).headers.get_all("user-agent") == ("Hub/1",)


@pytest.mark.parametrize("fault", ["wrong-secret", "tampered"])
@pytest.mark.parametrize("provider", ["push", "paid"])
def test_faults_that_break_the_signature(request: pytest.FixtureRequest, provider: str, fault: str) -> None:
    delivery: Delivery = request.getfixturevalue(provider)
    message = compose(delivery, NOW, find_fault(fault))
    assert delivery.scheme is not None
    assert verifies(delivery.scheme, [SECRET], message.headers, message.body) is not None
    assert verifies(delivery.scheme, [SECRET], compose(delivery, NOW).headers, delivery.body) is None


@pytest.mark.parametrize("fault", ["broken-contract", "not-json", "slow"])
def test_faults_that_are_signed_rightly(paid: Delivery, fault: str) -> None:
    message = compose(paid, NOW, find_fault(fault))
    assert paid.scheme is not None
    assert verifies(paid.scheme, [SECRET], message.headers, message.body) is None


def test_truncated(push: Delivery) -> None:
    assert compose(push, UNSIGNED, find_fault("truncated")).body == push.body[: len(push.body) // 2]


@pytest.mark.parametrize(("fault", "time"), [("stale", "1699999400"), ("future", "1700000600")])
def test_times_that_are_off(paid: Delivery, fault: str, time: str) -> None:
    message = compose(paid, NOW, find_fault(fault))
    assert f"t={time}," in (message.headers.get("bank-signature") or "")
    assert paid.scheme is not None
    assert verifies(paid.scheme, [SECRET], message.headers, message.body) is None


def test_unsigned(push: Delivery) -> None:
    assert compose(push, NOW, find_fault("unsigned")).headers.get("x-hub-signature") is None


def test_faults_that_need_a_signature(push: Delivery, paid: Delivery) -> None:
    with pytest.raises(FaultError, match="--secret"):
        compose(paid, UNSIGNED, find_fault("tampered"))
    with pytest.raises(FaultError, match="declares no signature"):
        compose(replace(paid, scheme=None), NOW, find_fault("wrong-secret"))
    with pytest.raises(FaultError, match="'hub' signs none"):
        compose(push, NOW, find_fault("stale"))


def test_a_secret_of_another_form(paid: Delivery) -> None:
    assert paid.scheme is not None
    scheme = replace(paid.scheme, secret_encoding="base64")
    with pytest.raises(ConfigurationError) as caught:
        compose(replace(paid, scheme=scheme), Signing(secret="not base64!", now=0))
    assert "not base64!" not in str(caught.value)
