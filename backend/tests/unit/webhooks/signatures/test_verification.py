"""What holds for every scheme."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.tests.unit.webhooks.signatures.samples import (
    BODY,
    HMAC_SECRET,
    NOW,
    PUBLIC_KEY,
    SAMPLES,
    Sample,
    bodies,
    reason,
)
from backend.webhooks.signatures import (
    Reason,
    SchemeError,
    SecretError,
    SignatureError,
    Verified,
    check_secret,
    sign,
    verify,
)

every_scheme = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
timed_schemes = pytest.mark.parametrize(
    "sample",
    [one for one in SAMPLES.values() if one.tolerance],
    ids=[name for name, one in SAMPLES.items() if one.tolerance],
)


def accepted(
    sample: Sample, headers: dict[str, str] | list[tuple[str, str]], body: bytes = BODY, now: datetime = NOW
) -> Verified:
    return verify(sample.scheme, [sample.secret], headers, body, now, url=sample.url(body))


def refused(
    sample: Sample, headers: dict[str, str] | list[tuple[str, str]], body: bytes = BODY, now: datetime = NOW
) -> Reason:
    return reason(sample.scheme, sample.secret, headers, body=body, now=now, url=sample.url(body))


@every_scheme
@given(body=bodies)
def test_what_is_signed_is_verified_whatever_its_bytes(sample: Sample, body: bytes) -> None:
    verified = accepted(sample, sample.sign(body), body)
    assert verified == Verified(
        scheme=sample.scheme,
        id="msg_1" if sample.has_id else None,
        timestamp=NOW if sample.tolerance else None,
        secret_index=0,
    )


@every_scheme
@given(body=bodies, other=bodies)
def test_another_body_is_refused(sample: Sample, body: bytes, other: bytes) -> None:
    headers = sample.sign(body)
    if body != other:
        assert refused(sample, headers, other) is Reason.NO_MATCH
    assert refused(sample, headers, body + b"\n") is Reason.NO_MATCH


@every_scheme
def test_another_secret_is_refused(sample: Sample) -> None:
    assert reason(sample.scheme, sample.other, sample.sign(), url=sample.url(BODY)) is Reason.NO_MATCH


@every_scheme
def test_any_of_the_secrets_may_match_and_the_first_that_does_is_named(sample: Sample) -> None:
    headers, url = sample.sign(), sample.url(BODY)
    for secrets, index in [
        ([sample.other, sample.secret], 1),
        ([sample.secret, sample.other], 0),
        (["", " ", sample.other, sample.secret, sample.secret], 3),
    ]:
        assert verify(sample.scheme, secrets, headers, BODY, NOW, url=url).secret_index == index


@every_scheme
@pytest.mark.parametrize("secrets", [[], [""], [" \t"]], ids=["none", "empty", "blank"])
def test_without_a_secret_nothing_matches(sample: Sample, secrets: list[str]) -> None:
    with pytest.raises(SignatureError) as caught:
        verify(sample.scheme, secrets, sample.sign(), BODY, NOW, url=sample.url(BODY))
    assert caught.value.reason is Reason.NO_MATCH


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_each_header_that_is_signed_or_signs_is_needed(sample: Sample) -> None:
    headers = sample.sign()
    for name in needed(sample):
        assert refused(sample, {key: value for key, value in headers.items() if key != name}) is Reason.MISSING_HEADER
        assert refused(sample, {**headers, name: ""}) is Reason.MISSING_HEADER


@every_scheme
@given(st.data())
def test_names_of_headers_come_in_any_case(sample: Sample, data: st.DataObject) -> None:
    cases = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])
    accepted(sample, {data.draw(cases)(name): value for name, value in sample.sign().items()})


@every_scheme
def test_a_header_may_come_twice_but_only_with_one_value(sample: Sample) -> None:
    headers = list(sample.sign().items())
    accepted(sample, [*headers, *headers])
    for name, value in headers:
        for other in ["", value + "0"]:
            assert refused(sample, [*headers, (name.upper(), other)]) is Reason.MALFORMED
            assert refused(sample, [(name.lower(), other), *headers]) is Reason.MALFORMED


@timed_schemes
def test_a_timestamp_counts_up_to_and_with_both_edges(sample: Sample) -> None:
    headers = sample.sign()
    edge, moment = timedelta(seconds=sample.tolerance or 0), timedelta(microseconds=1)
    for now in [NOW - edge, NOW, NOW + edge]:
        accepted(sample, headers, now=now)
    assert refused(sample, headers, now=NOW + edge + moment) is Reason.TOO_OLD
    assert refused(sample, headers, now=NOW - edge - moment) is Reason.IN_THE_FUTURE


@timed_schemes
@given(seconds=st.integers(-10_000, 10_000))
def test_a_timestamp_counts_while_it_is_near(sample: Sample, seconds: int) -> None:
    headers, now = sample.sign(), NOW + timedelta(seconds=seconds)
    if abs(seconds) <= (sample.tolerance or 0):
        assert accepted(sample, headers, now=now).timestamp == NOW
    else:
        assert refused(sample, headers, now=now) in {Reason.TOO_OLD, Reason.IN_THE_FUTURE}


@timed_schemes
def test_the_time_zone_of_now_makes_no_difference(sample: Sample) -> None:
    accepted(sample, sample.sign(now=NOW.astimezone(timezone(timedelta(hours=5)))), now=NOW.astimezone(UTC))


@timed_schemes
@pytest.mark.parametrize(
    "other",
    [
        "+{}",
        "-{}",
        " {}",
        "{} ",
        "{}.0",
        "0{}",
        "{}_0",
        "1_{}",
        "{}e0",
        "{}000",
        "{}\n",
        "",
        "x",
        "\u0661\u0662",
        "\u00b2",
        "\ud800",
    ],
)
def test_a_timestamp_is_plain_digits(sample: Sample, other: str) -> None:
    text = str(int(NOW.timestamp()))
    headers = {name: value.replace(text, other.format(text)) for name, value in sample.sign().items()}
    assert refused(sample, headers) in {Reason.MALFORMED, Reason.MISSING_HEADER}


@every_scheme
@given(signature=st.text(max_size=100))
def test_a_signature_of_any_text_is_refused(sample: Sample, signature: str) -> None:
    headers = sample.sign()
    name = signature_header(sample)
    assert refused(sample, {**headers, name: signature}) in {Reason.MALFORMED, Reason.MISSING_HEADER}


@every_scheme
@given(st.data())
def test_a_signature_with_another_character_is_refused(sample: Sample, data: st.DataObject) -> None:
    headers, name = sample.sign(), signature_header(sample)
    value = headers[name]
    index = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.characters(min_codepoint=32).filter(lambda one: one.lower() != value[index].lower()))
    spoilt = value[:index] + other + value[index + 1 :]
    assert refused(sample, {**headers, name: spoilt}) in set(Reason) - {Reason.MISSING_HEADER}


@every_scheme
@pytest.mark.parametrize("change", ["{} ", " {}", "{}\n", '"{}"', "{}=", "{}0"])
def test_a_signature_has_nothing_around_it(sample: Sample, change: str) -> None:
    lists = sample.scheme in {"standard", "openai", "svix"} and change in {"{} ", " {}"}  # an empty entry
    headers, name = sample.sign(), signature_header(sample)
    spoilt = {**headers, name: change.format(headers[name])}
    if lists:
        accepted(sample, spoilt)
    else:
        assert refused(sample, spoilt) in {Reason.MALFORMED, Reason.NO_MATCH}


@every_scheme
def test_a_refusal_tells_neither_secret_nor_signature_nor_body(sample: Sample) -> None:
    headers = sample.sign()
    signature = headers[signature_header(sample)]
    with pytest.raises(SignatureError) as caught:
        verify(sample.scheme, [sample.other], headers, BODY, NOW, url=sample.url(BODY))
    for hidden in [sample.other, sample.secret, signature, signature[-20:], BODY.decode()]:
        if len(hidden) > 3:
            assert hidden not in caught.value.detail


def test_an_unknown_scheme_is_the_callers_fault() -> None:
    with pytest.raises(SchemeError, match="there is no signature scheme 'gitlab': choose one of discord, generic,"):
        verify("gitlab", ["one"], {}, b"", NOW)
    with pytest.raises(SchemeError, match="gitlab"):
        sign("gitlab", ["one"], b"", NOW)


@pytest.mark.parametrize("secrets", [[], ["one", ""]], ids=["none", "blank"])
def test_nothing_is_signed_without_a_secret(secrets: list[str]) -> None:
    with pytest.raises(SchemeError, match="secret"):
        sign("generic", secrets, b"", NOW)


@pytest.mark.parametrize("scheme", ["standard", "openai", "svix", "stripe", "paddle"])
def test_all_secrets_sign_where_there_may_be_several_signatures(scheme: str) -> None:
    secrets = ["whsec_b25l", "whsec_dHdv"]
    headers = sign(scheme, secrets, BODY, NOW)
    for secret in secrets:
        verify(scheme, [secret], headers, BODY, NOW)


@every_scheme
def test_a_secret_can_be_checked_before_it_is_needed(sample: Sample) -> None:
    check_secret(sample.scheme, sample.secret)
    with pytest.raises(SecretError, match="blank"):
        check_secret(sample.scheme, " ")


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [
        ("standard", "whsec_hunter-2"),
        ("standard", "whsec_"),
        ("standard", "hunter-2"),
        ("standard", PUBLIC_KEY[:-2]),
        ("openai", "whsec_hunter-2"),
        ("svix", HMAC_SECRET[:-3]),
        ("discord", "ab" * 31),
        ("discord", "00" * 32),
        ("generic", "\udcff"),
    ],
)
def test_a_secret_that_cannot_be_used_is_told_of_and_matches_nothing(scheme: str, secret: str) -> None:
    with pytest.raises(SecretError) as caught:
        check_secret(scheme, secret)
    told = secret.removeprefix("whsec_")
    assert not told or told not in str(caught.value)
    sample = SAMPLES[scheme]
    assert reason(scheme, secret, sample.sign()) is Reason.NO_MATCH


def needed(sample: Sample) -> list[str]:
    unsigned = {"x-github-delivery", "x-shopify-webhook-id", "i-twilio-idempotency-token"}
    return [name for name in sample.sign() if name.lower() not in unsigned]


def signature_header(sample: Sample) -> str:
    (name,) = [
        one
        for one in sample.sign()
        if one.lower().endswith(("signature", "signature-256", "signature-ed25519", "hmac-sha256"))
    ]
    return name
