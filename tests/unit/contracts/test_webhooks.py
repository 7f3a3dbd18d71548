from __future__ import annotations

import re

import pytest

from tapecheck.contracts import Each, Place, Recognition, SignatureScheme, Webhooks
from tapecheck.contracts.webhooks import around_the_group
from tapecheck.model import Headers, JSONValue

BODY: JSONValue = {"type": "paid", "n": 3, "live": False, "list": ["x"], "none": None}


def headers(**fields: str) -> Headers:
    return Headers(tuple((name.replace("_", "-"), value) for name, value in fields.items()))


def recognition(*, header: str | None = None, **body: str) -> Recognition:
    return Recognition(
        headers=(("x-event", re.compile(header)),) if header is not None else (),
        body=tuple(((name,), re.compile(pattern)) for name, pattern in body.items()),
    )


def webhooks(
    *recognised: Recognition, name: tuple[Place, ...] = (), form: str | None = None, signed: tuple[str, ...] = ()
) -> Webhooks:
    each = Each(pattern=re.compile("(.+)"))
    schemes = tuple(SignatureScheme(header=header, each=each) for header in signed)
    return Webhooks(events={}, name=name, form=form, recognised=recognised, signatures=schemes)


@pytest.mark.parametrize(
    ("expression", "around"),
    [
        ("([0-9]+)", ("", "")),
        ("v1=([0-9a-f]{64})", ("v1=", "")),
        (r"^sha256=\(([^)]*)\)$", ("sha256=(", ")")),
        (r"\bt=([0-9]+)\b", ("t=", "")),
        ("a(b)c", ("a", "c")),
        ("v[12]=(a)", None),
        ("a(b)(c)", None),
        ("a(b)(?:c)", None),
        ("a(?:b)", None),
        ("a(?P<x>b)", None),
        ("a", None),
        ("a?(b)", None),
    ],
)
def test_what_is_around_the_group(expression: str, around: tuple[str, str] | None) -> None:
    assert around_the_group(expression) == around


def test_values_of_an_expression() -> None:
    each = Each(pattern=re.compile("v1=([a-f]+)"))
    assert each.values("t=1,v1=ab,v1=cd,v0=ef") == ("ab", "cd")
    assert each.values(each.written("abc")) == ("abc",)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (("type",), "paid"),
        (("n",), "3"),
        (("live",), "false"),
        (("list", "0"), "x"),
        (("list",), None),
        (("none",), None),
        (("nothing",), None),
        (("type", "deeper"), None),
    ],
)
def test_a_place_in_the_body(pointer: tuple[str, ...], value: str | None) -> None:
    assert Place(pointer=pointer).value(headers(), BODY) == value
    assert Place(pointer=pointer, constant="it").value(headers(), BODY) == (None if value is None else "it")


def test_a_place_in_a_header() -> None:
    place = Place(header="x-sig", each=Each(pattern=re.compile("t=([0-9]+)")))
    assert Place(header="x-event").value(headers(X_Event="push")) == "push"
    assert Place(header="x-event").value(headers(other="push"), {"x-event": "no"}) is None
    assert place.value(headers(x_sig="v=1,t=12,t=13")) == "12"
    assert place.value(headers(x_sig="v=1")) is None


def test_a_place_in_words() -> None:
    assert [str(Place(header="x-event")), str(Place(pointer=("a", "b")))] == ["in the header x-event", "at /a/b"]


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (recognition(header="^push"), True),
        (recognition(header="^ush"), False),
        (recognition(header="^push", type="^paid$"), True),
        (recognition(header="^push", type="^pai$"), False),
        (recognition(n="^3$"), True),
        (recognition(nothing=""), False),
        (recognition(none=""), False),
    ],
)
def test_all_conditions_have_to_hold(one: Recognition, holds: bool) -> None:
    assert one.holds(headers(X_Event="push"), BODY) is holds


def test_the_strictest_table_that_holds_counts() -> None:
    some = webhooks(recognition(header="^push"), recognition(header="^push", n="3"), recognition(a="", b="", c=""))
    assert some.recognises(headers(x_event="push"), BODY) == 2
    assert some.recognises(headers(x_event="push"), None) == 1
    assert some.recognises(headers(), BODY) == 0


def test_the_first_name_that_is_there() -> None:
    some = webhooks(name=(Place(header="x-event"), Place(pointer=("type",))))
    assert some.event(headers(x_event="push"), BODY) == "push"
    assert some.event(headers(), BODY) == "paid"
    assert some.event(headers(), None) is None


def test_a_number_in_the_body_is_no_name() -> None:
    some = webhooks(name=(Place(pointer=("n",)), Place(pointer=("n",), constant="counted")))
    assert some.event(headers(), {"n": 7}) == "counted"
    assert webhooks(name=(Place(pointer=("n",)),)).event(headers(), {"n": 7}) is None


@pytest.mark.parametrize(
    ("form", "fields", "text"),
    [
        ("payload", {"payload": "{", "b": "c"}, "{"),
        ("payload", {"b": "c"}, None),
        (None, {"payload": "{}"}, None),
    ],
)
def test_the_json_in_a_form(form: str | None, fields: dict[str, str], text: str | None) -> None:
    assert webhooks(form=form).json_in(fields) == text


def test_the_scheme_is_the_first_whose_header_is_there() -> None:
    some = webhooks(signed=("x-new", "x-old"))
    found = [some.scheme(one) for one in (headers(x_old="1", x_new="2"), headers(X_Old="1"), headers(x="1"))]
    assert [one and one.header for one in found] == ["x-new", "x-old", None]
