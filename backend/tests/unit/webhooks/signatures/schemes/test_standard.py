"""Standard Webhooks, beside its official library, which knows no ed25519."""

from __future__ import annotations

import base64
import string
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from hypothesis import given
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from backend.tests.unit.webhooks.signatures.differential import (
    Lab,
    Sent,
    moment,
    stopped_datetime,
    we_accept,
    with_header,
)
from backend.tests.unit.webhooks.signatures.samples import (
    BODY,
    HMAC_SECRET,
    NOW,
    OTHER_HMAC_SECRET,
    OTHER_PUBLIC_KEY,
    PRIVATE_KEY,
    PUBLIC_KEY,
    reason,
)
from backend.webhooks.signatures import Reason, SecretError, Verified, sign, verify

SIGNED = datetime.fromtimestamp(1614265330, UTC)
EXAMPLE = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330"}
PAYLOAD = b'{"test": 2432232314}'
HMAC = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
ED25519 = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
ZEROS = "v1," + "A" * 43 + "="
ED25519_ZEROS = "v1a," + "A" * 86 + "=="
LAB = Lab(
    scheme="standard",
    secrets=[HMAC_SECRET, OTHER_HMAC_SECRET, HMAC_SECRET.removeprefix("whsec_")],
    signature="webhook-signature",
    timestamp="webhook-timestamp",
    alphabet=string.ascii_letters + string.digits + "+/",
    junk=["{} v1,{}", "v2,junk {}", "{} v1a,junk", "v1, {}", "v1,YQ== {}", "{} {}", "v1a,{}", "{} junk"],
)
RIGHT = LAB.right()
SIGNATURE = RIGHT.headers["webhook-signature"]


def checked(secret: str, signatures: str, **headers: str) -> Verified:
    return verify("standard", [secret], {**EXAMPLE, "webhook-signature": signatures, **headers}, PAYLOAD, SIGNED)


def refused(secret: str, signatures: str) -> Reason:
    return reason("standard", secret, {**EXAMPLE, "webhook-signature": signatures}, body=PAYLOAD, now=SIGNED)


@pytest.mark.parametrize(
    ("secret", "signature"),
    [
        (HMAC_SECRET, HMAC),
        (HMAC_SECRET.removeprefix("whsec_"), HMAC),
        (PRIVATE_KEY, ED25519),
        (PUBLIC_KEY, ED25519),
        (PUBLIC_KEY.rstrip("="), ED25519),
    ],
)
def test_the_examples_of_the_official_libraries(secret: str, signature: str) -> None:
    """Those of the libraries for Python and, with ed25519, for Go."""
    expected = Verified(scheme="standard", id=EXAMPLE["webhook-id"], timestamp=SIGNED, secret_index=0)
    assert checked(secret, signature) == expected


def test_the_examples_are_signed_alike() -> None:
    headers = sign("standard", [HMAC_SECRET, PRIVATE_KEY], PAYLOAD, SIGNED, id=EXAMPLE["webhook-id"])
    assert headers == {**EXAMPLE, "webhook-signature": f"{HMAC} {ED25519}"}


@pytest.mark.parametrize(
    "signatures",
    [
        f"{ZEROS} {HMAC}",
        f"{HMAC} {ZEROS}",
        f"{ED25519_ZEROS} {HMAC}",
        f"v2,{'A' * 43}= {HMAC}",
        f"junk v1 v1, , v1,a,b v1,! \u00e9 {HMAC}",
        f" {HMAC}  ",
    ],
)
def test_one_right_signature_is_enough(signatures: str) -> None:
    checked(HMAC_SECRET, signatures)


@pytest.mark.parametrize("signatures", [f"{ED25519_ZEROS} {ED25519}", f"{HMAC} {ED25519}", f"v1a v1a, {ED25519}"])
def test_one_right_signature_of_ed25519_is_enough(signatures: str) -> None:
    checked(PUBLIC_KEY, signatures)


@pytest.mark.parametrize(
    "signatures",
    [
        HMAC.removeprefix("v1,"),
        HMAC.replace("v1,", "V1,"),
        HMAC.replace("v1,", "v1="),
        HMAC.replace("v1,", "v1a,"),
        HMAC.rstrip("="),
        f"{HMAC},{HMAC}",
        f"{HMAC}\t{ZEROS}",
        "v1," + "a" * 64,
        ED25519.rstrip("="),
    ],
)
def test_other_forms_are_malformed(signatures: str) -> None:
    assert refused(HMAC_SECRET, signatures) is Reason.MALFORMED


def test_base64_has_one_spelling() -> None:
    assert refused(HMAC_SECRET, HMAC.replace("E=", "F=")) is Reason.NO_MATCH
    assert refused(PUBLIC_KEY, ED25519.replace("g==", "h==")) is Reason.NO_MATCH


def test_a_key_proves_only_its_own_kind() -> None:
    assert refused(PUBLIC_KEY, HMAC) is Reason.NO_MATCH
    assert refused(HMAC_SECRET, ED25519) is Reason.NO_MATCH
    assert refused(OTHER_PUBLIC_KEY, ED25519) is Reason.NO_MATCH
    assert refused(OTHER_HMAC_SECRET, HMAC) is Reason.NO_MATCH


def test_a_public_key_is_no_secret_to_sign_with() -> None:
    """Anybody knows it: signed with it as an HMAC's secret, a delivery would be anybody's."""
    forged = sign("standard", [PUBLIC_KEY.removeprefix("whpk_")], PAYLOAD, SIGNED, id=EXAMPLE["webhook-id"])
    assert refused(PUBLIC_KEY, forged["webhook-signature"]) is Reason.NO_MATCH
    with pytest.raises(SecretError, match="a public key cannot sign"):
        sign("standard", [PUBLIC_KEY], PAYLOAD, SIGNED)


def test_too_many_signatures_of_ed25519_are_not_tried() -> None:
    checked(PUBLIC_KEY, " ".join([ED25519_ZEROS] * 15 + [ED25519]))
    assert refused(PUBLIC_KEY, " ".join([ED25519_ZEROS] * 16 + [ED25519])) is Reason.MALFORMED


def test_an_id_has_no_point() -> None:
    """`a.1` at 2 and `a` at 1, with `2.` before the body, are the same bytes."""
    headers = sign("standard", [HMAC_SECRET], BODY, NOW, id="msg.1")
    assert reason("standard", HMAC_SECRET, headers) is Reason.MALFORMED


def test_id_and_timestamp_are_signed() -> None:
    headers = sign("standard", [HMAC_SECRET], BODY, NOW, id="msg_1")
    assert reason("standard", HMAC_SECRET, {**headers, "webhook-id": "msg_2"}) is Reason.NO_MATCH
    moved = str(int(NOW.timestamp()) + 1)
    assert reason("standard", HMAC_SECRET, {**headers, "webhook-timestamp": moved}) is Reason.NO_MATCH


def test_an_id_is_made_where_none_is_given() -> None:
    one, two = (sign("standard", [HMAC_SECRET], body, NOW)["webhook-id"] for body in [b"one", b"two"])
    assert one.startswith("msg_")
    assert one != two
    assert one == sign("standard", [HMAC_SECRET], b"one", NOW)["webhook-id"]


def test_headers_of_svix_are_unknown() -> None:
    headers = sign("svix", [HMAC_SECRET], BODY, NOW)
    assert reason("standard", HMAC_SECRET, headers) is Reason.MISSING_HEADER


def library_accepts(sent: Sent) -> bool:
    with patch("standardwebhooks.webhooks.datetime", stopped_datetime(sent.now)):
        try:
            Webhook(sent.secret).verify(sent.body, dict(sent.headers), json_parse=False)
        except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):
            return False
    return True


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("standard", sent) == library_accepts(sent)


def test_the_signature_is_the_same() -> None:
    ours = sign("standard", [HMAC_SECRET], b"{}", NOW, id="msg_1")["webhook-signature"]
    assert Webhook(HMAC_SECRET).sign("msg_1", NOW, "{}") == ours


def signed(delivery_id: str, timestamp: str, body: bytes = b"{}") -> Sent:
    """A delivery that the library signed, whatever its headers say."""
    signature = Webhook(HMAC_SECRET).sign(delivery_id, moment(int(float(timestamp))), body.decode())
    headers = {"webhook-id": delivery_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    return Sent(secret=HMAC_SECRET, headers=headers, body=body, now=int(NOW.timestamp()))


SECONDS = str(int(NOW.timestamp()))


@pytest.mark.parametrize(
    "sent",
    [
        signed("msg.1", SECONDS),
        signed("msg_\u00e9", SECONDS),
        *(signed("msg_1", form.format(SECONDS)) for form in ["{}.5", "+{}", " {} ", "0{}", "{}e0"]),
        with_header(RIGHT, "webhook-signature", SIGNATURE.replace("v1,", "v1,!")),
        with_header(RIGHT, "webhook-signature", SIGNATURE + "="),
        replace(RIGHT, headers={"Webhook-Id": "msg_2", **RIGHT.headers}),
    ],
)
def test_we_are_stricter(sent: Sent) -> None:
    assert library_accepts(sent)
    assert not we_accept("standard", sent)


def test_we_are_stricter_with_what_base64_leaves_unused() -> None:
    last = SIGNATURE[-2]
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    varied = SIGNATURE[:-2] + alphabet[alphabet.index(last) ^ 1] + "="
    assert base64.b64decode(varied[3:]) == base64.b64decode(SIGNATURE[3:])
    sent = with_header(RIGHT, "webhook-signature", varied)
    assert library_accepts(sent)
    assert not we_accept("standard", sent)


@pytest.mark.parametrize("junk", ["junk", "v1", "", "v1,a,b", "v1,a", "v1,\u00e9"])
def test_we_are_more_lenient_with_what_stands_before_a_right_signature(junk: str) -> None:
    sent = with_header(RIGHT, "webhook-signature", f"{junk} {SIGNATURE}")
    assert not library_accepts(sent)
    assert we_accept("standard", sent)


def test_we_are_more_lenient_with_bodies_that_are_no_text() -> None:
    sent = LAB.right(b"\xff")
    assert not library_accepts(sent)
    assert we_accept("standard", sent)
