"""Twilio, beside its official library."""

from __future__ import annotations

import string
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator, get_signature_algorithm  # type: ignore[import-untyped]

from backend.tests.unit.webhooks.signatures.differential import Lab, Sent, we_accept
from backend.tests.unit.webhooks.signatures.samples import BODY, NOW, hashed_url, reason
from backend.webhooks.signatures import Reason, SchemeError, Verified, sign, verify

URL = "https://example.com/myapp.php?foo=1&bar=2"
FORM = b"Digits=1234&To=%2B18005551212&From=%2B14158675310&Caller=%2B14158675310&CallSid=CA1234567890ABCDE"
HEADERS = sign("twilio", ["12345"], FORM, NOW, url=URL)
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
LAB = Lab(
    scheme="twilio",
    secrets=["hush", "other"],
    signature="X-Twilio-Signature",
    alphabet=string.printable,
    junk=["{} ", " {}", "{}=", "{},{}"],
    url=hashed_url,
)

names = st.text(string.ascii_letters + "_.", min_size=1, max_size=4)
forms = st.dictionaries(names, st.lists(st.text(max_size=8), min_size=1, max_size=3), max_size=5)
hosts = st.sampled_from(["example.com", "example.com:443", "example.com:80", "example.com:8443"])
paths = st.sampled_from(["/", "/hooks", "/a%20b", "/a;b", "/?a=b", "/?a=b&c", "/?q=%C3%A9", "/#part", "/?", ""])


@st.composite
def url_pairs(draw: st.DrawFn) -> tuple[str, str]:
    """A URL that was signed, and one that was called: often the same but for the port."""
    scheme, path = draw(st.sampled_from(["https", "http"])), draw(paths)
    other_path = draw(paths) if draw(st.integers(0, 3)) == 0 else path
    return f"{scheme}://{draw(hosts)}{path}", f"{scheme}://{draw(hosts)}{other_path}"


def accepted(headers: dict[str, str], body: bytes, url: str, method: str = "POST") -> Verified:
    return verify("twilio", ["12345"], headers, body, NOW, url=url, method=method)


def refused(headers: dict[str, str], body: bytes, url: str, method: str = "POST") -> Reason:
    return reason("twilio", "12345", headers, body=body, url=url, method=method)


def test_the_example_of_the_documentation() -> None:
    headers = {"X-Twilio-Signature": "L/OH5YylLD5NRKLltdqwSvS0BnU="}
    assert accepted(headers, FORM, URL) == Verified(scheme="twilio", id=None, timestamp=None, secret_index=0)
    assert headers == HEADERS


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=8), st.data())
def test_neither_order_nor_repetition_in_a_form_makes_a_difference(
    form: list[tuple[str, str]], data: st.DataObject
) -> None:
    headers = sign("twilio", ["12345"], urlencode(form).encode(), NOW, url=URL)
    accepted(headers, urlencode(data.draw(st.permutations(form + form[:1]))).encode(), URL)


def test_blank_values_are_signed() -> None:
    headers = sign("twilio", ["12345"], b"Body=&To=1", NOW, url=URL)
    accepted(headers, b"To=1&Body=", URL)
    assert refused(headers, b"To=1", URL) is Reason.NO_MATCH


def test_bytes_that_are_no_text_are_signed_too() -> None:
    headers = sign("twilio", ["12345"], b"a=%ff\xfe", NOW, url=URL)
    accepted(headers, b"a=\xff%FE", URL)
    assert refused(headers, b"a=%ff\xff", URL) is Reason.NO_MATCH


@pytest.mark.parametrize(
    ("signed", "called"),
    [
        ("https://example.com/x", "https://example.com:443/x"),
        ("https://example.com:443/x?a=b", "https://example.com/x?a=b"),
        ("http://example.com/x", "http://example.com:80/x"),
        ("https://example.com/x", "https://example.com:8443/x"),
        ("https://user:pass@example.com/x", "https://user:pass@example.com:443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"),
    ],
)
def test_the_url_counts_with_its_port_and_without(signed: str, called: str) -> None:
    accepted(sign("twilio", ["12345"], FORM, NOW, url=signed), FORM, called)


@pytest.mark.parametrize("url", [URL + "&baz=3", URL.replace("https", "http"), URL.replace("example", "example2")])
def test_another_url_is_refused(url: str) -> None:
    assert refused(HEADERS, FORM, url) is Reason.NO_MATCH


@pytest.mark.parametrize("url", ["https://example.com:x/", "https://[::1", "https://example.com:99999/"])
def test_what_is_no_url_is_malformed(url: str) -> None:
    assert refused(HEADERS, FORM, url) is Reason.MALFORMED


def test_an_odd_url_does_no_harm() -> None:
    assert refused(HEADERS, FORM, "https://example.com/\ud800?bodySHA256=\udfff") is Reason.NO_MATCH


def test_the_url_is_needed() -> None:
    with pytest.raises(SchemeError, match="pass the one that it called"):
        verify("twilio", ["12345"], HEADERS, FORM, NOW)
    with pytest.raises(SchemeError, match="pass the one that it called"):
        sign("twilio", ["12345"], FORM, NOW)


def test_a_body_that_is_no_form_is_told_by_its_hash() -> None:
    url = hashed_url(BODY)
    headers = sign("twilio", ["12345"], BODY, NOW, url=url)
    accepted(headers, BODY, url)
    for spoilt in [BODY + b" ", b"", b"&"]:
        assert refused(headers, spoilt, url) is Reason.NO_MATCH
    assert refused(headers, b"other", hashed_url(b"other")) is Reason.NO_MATCH
    assert refused(headers, BODY, url.replace("bodySHA256", "other")) is Reason.NO_MATCH


def test_the_parameters_of_a_get_are_in_its_url() -> None:
    url = URL + "&CallSid=CA123"
    headers = sign("twilio", ["12345"], b"", NOW, url=url)
    accepted(headers, b"", url, method="GET")
    assert refused(sign("twilio", ["12345"], b"a=b", NOW, url=url), b"a=b", url, method="GET") is Reason.MALFORMED


def test_the_id_is_that_of_the_delivery() -> None:
    headers = sign("twilio", ["12345"], FORM, NOW, url=URL, id="1c5b4c2e")
    assert headers["I-Twilio-Idempotency-Token"] == "1c5b4c2e"
    assert accepted(headers, FORM, URL).id == "1c5b4c2e"


@pytest.mark.parametrize(
    ("settings", "algorithm"),
    [
        ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", "sha256"),
        (" algorithm = hmac_sha256 ", "sha256"),
        ("algorithm=,algorithm=HMAC_SHA256,algorithm=HMAC_SHA1", "sha256"),
        ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA1", "sha1"),
        ("key=webhooks_sharedkey_1", "sha1"),
        ("", "sha1"),
    ],
)
def test_a_header_may_name_the_hash(settings: str, algorithm: str) -> None:
    signatures = {"sha1": "L/OH5YylLD5NRKLltdqwSvS0BnU=", "sha256": "qMztBq0IANMH/q0K9sCfKQJLylezvRdRzRS647SAVow="}
    header = {"X-Twilio-Webhooks-Signature-Settings": settings}
    for name, signature in signatures.items():
        headers = {**header, "X-Twilio-Signature": signature}
        if name == algorithm:
            accepted(headers, FORM, URL)
        else:
            assert refused(headers, FORM, URL) is Reason.NO_MATCH


def test_another_hash_is_malformed() -> None:
    headers = {**HEADERS, "X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_MD5"}
    assert refused(headers, FORM, URL) is Reason.MALFORMED


class Form(dict[str, list[str]]):
    """A form as Django gives it to the library."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def library_accepts(sent: Sent, *, form: bool = False) -> bool:
    text = sent.body.decode()
    given_body = Form(parse_qs(text, keep_blank_values=True)) if form else text
    return bool(
        RequestValidator(sent.secret).validate(
            sent.url,
            given_body,
            sent.header("X-Twilio-Signature") or "",
            get_signature_algorithm(sent.header(SETTINGS)),
        )
    )


@given(LAB.deliveries())
def test_the_verdict_is_the_same_for_a_body_with_a_hash(sent: Sent) -> None:
    assert we_accept("twilio", sent) == library_accepts(sent)


@given(
    urls=url_pairs(),
    signed=forms,
    arrived=forms | st.none(),
    algorithms=st.tuples(st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]), st.sampled_from(["sha1", "sha256", "md5", ""])),
)
def test_the_verdict_is_the_same_for_a_form(
    urls: tuple[str, str],
    signed: dict[str, list[str]],
    arrived: dict[str, list[str]] | None,
    algorithms: tuple[str, str],
) -> None:
    signature = RequestValidator("hush").compute_signature(urls[0], Form(signed), algorithms[0])
    headers = {"X-Twilio-Signature": signature, SETTINGS: f"key=1,algorithm=hmac_{algorithms[1]}"}
    if not algorithms[1]:
        del headers[SETTINGS]
    body = urlencode(signed if arrived is None else arrived, doseq=True).encode()
    sent = Sent(secret="hush", headers=headers, body=body, now=0, url=urls[1])
    assert we_accept("twilio", sent) == library_accepts(sent, form=True)


@given(signed=forms, urls=url_pairs())
def test_the_signature_is_the_same(signed: dict[str, list[str]], urls: tuple[str, str]) -> None:
    body = urlencode(signed, doseq=True).encode()
    headers = sign("twilio", ["hush"], body, NOW, url=urls[0])
    assert library_accepts(Sent(secret="hush", headers=headers, body=body, now=0, url=urls[0]), form=True)


def test_we_are_stricter_with_a_form_whose_url_has_another_hash() -> None:
    url = hashed_url(b"other")
    signature = RequestValidator("hush").compute_signature(url, {"a": "b"})
    sent = Sent(secret="hush", headers={"X-Twilio-Signature": signature}, body=b"a=b", now=0, url=url)
    assert library_accepts(sent, form=True)
    assert not we_accept("twilio", sent)


@pytest.mark.parametrize("host", ["user:pass@example.com", "[2001:db8::1]"])
def test_we_are_more_lenient_with_ports(host: str) -> None:
    signed, called = f"https://{host}/", f"https://{host}:443/"
    sent = Sent(
        secret="hush", headers=sign("twilio", ["hush"], b"a=b", NOW, url=signed), body=b"a=b", now=0, url=called
    )
    assert not library_accepts(sent, form=True)
    assert we_accept("twilio", sent)


def test_we_are_more_lenient_with_bodies_that_are_no_text() -> None:
    sent = LAB.right(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        library_accepts(sent)
    assert we_accept("twilio", sent)


@pytest.mark.parametrize(("fields", "refused"), [(1000, Reason.NO_MATCH), (1001, Reason.MALFORMED)])
def test_a_form_of_thousands_of_fields_is_not_even_read(fields: int, refused: Reason) -> None:
    """Otherwise a megabyte of them, signed by nobody, would take the whole service a second."""
    body = b"&".join([b"a=1"] * fields)
    assert reason("twilio", "12345", HEADERS, body=body, url=URL) is refused
