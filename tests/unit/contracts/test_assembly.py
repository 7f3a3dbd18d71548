from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.contracts import (
    Contract,
    Count,
    Demand,
    EventName,
    FieldValues,
    Grow,
    Pair,
    SecretShape,
    Series,
    Stream,
    Total,
)

Weather = Callable[..., Contract]
Mistakes = Callable[..., list[str]]

OPERATION = '[operations.x]\nsummary = "S"\nmethod = "GET"\npath = "/x"\n'
STREAM = f'{OPERATION}[operations.x.stream]\nevents = "x/events"\nname = "/type"\norder = "a b"\n'
UNREADABLE = "column 5: got the end, expected a name or '(', '|' or the ')' for the '(' of column 3"
EVENTS: dict[str, object] = {"x/events/a.schema.json": {}, "x/events/b.schema.json": {}}


def stream_of(contract: Contract) -> Stream:
    (operation,) = contract.operations
    assert operation.stream is not None
    return operation.stream


def test_the_provider(weather: Weather) -> None:
    contract = weather(
        "max-age-days = 7\n"
        '[credentials]\nenvironment = "KEY"\n'
        '[secrets]\nheaders = ["X-Key"]\nquery = ["API_Key"]\nfields = ["/a/*/b", ""]\n'
    )
    assert (contract.provider, contract.title, contract.version) == ("weather", "Weather", "2")
    assert contract.documentation == "https://weather.example/docs"
    assert contract.hosts == ("api.weather.example",)
    assert (contract.max_age_days, contract.environment) == (7, "KEY")
    assert contract.secrets.headers == {"x-key"}
    assert contract.secrets.query == {"api_key"}
    assert contract.secrets.fields == (("a", "*", "b"), ())


def test_what_secrets_look_like(weather: Weather) -> None:
    secrets = weather(
        "[secrets]\nshapes = [{ begins = 'sk-', then = '[a-z]{8}' }]\n"
        "[secrets.accounts]\nheaders = ['X-Org']\nshapes = [{ begins = 'org-', then = '[0-9]+' }]\n"
    ).secrets
    assert secrets.shapes == (SecretShape(begins="sk-", then="[a-z]{8}"),)
    assert secrets.account_headers == {"x-org"}
    assert secrets.account_shapes == (SecretShape(begins="org-", then="[0-9]+"),)


def test_a_provider_with_nothing_but_what_it_must_have(weather: Weather) -> None:
    contract = weather()
    assert (contract.max_age_days, contract.environment, contract.operations) == (365, None, ())
    assert contract.secrets.headers == contract.secrets.query == frozenset()


def test_an_operation(weather: Weather) -> None:
    contract = weather(
        '[operations.x]\nsummary = "S"\nmethod = "POST"\npath = ["/x", "/{y}/x"]\n'
        'request = "x/q.schema.json"\nresponse = "x/r.schema.json"\nerror = "e.schema.json"\n'
        'success = [200, 201]\nerrors = [404]\nerror-types = ["text/plain"]\n',
        {"x/q.schema.json": {}, "x/r.schema.json": {}, "e.schema.json": {}},
    )
    (operation,) = contract.operations
    assert (operation.name, operation.summary, operation.method) == ("x", "S", "POST")
    assert [template.text for template in operation.paths] == ["/x", "/{y}/x"]
    schemas = (operation.request, operation.response, operation.error)
    assert [schema and schema.path.name for schema in schemas] == ["q.schema.json", "r.schema.json", "e.schema.json"]
    assert operation.success == {200, 201}
    assert operation.errors == {404}
    assert operation.error_types == {"text/plain"}
    assert operation.stream is None


@pytest.mark.parametrize("success", ["[204]", "[202]", "[200, 204]"])
def test_an_operation_without_a_body(weather: Weather, success: str) -> None:
    (operation,) = weather(f"{OPERATION}success = {success}\n").operations
    assert (operation.request, operation.response, operation.error) == (None, None, None)


def test_a_stream_with_nothing_but_what_it_must_have(weather: Weather) -> None:
    stream = stream_of(weather(STREAM, EVENTS))
    assert sorted(stream.events) == ["a", "b"]
    assert (stream.name_at, stream.names, stream.named_in_sse) == (("type",), (), False)
    assert stream.order.shortest() == ("a", "b")
    assert (stream.asked_by, stream.done, stream.framings) == (None, None, ("sse",))
    assert (stream.pairs, stream.series, stream.count, stream.grow, stream.demanded) == ((), (), (), (), ())


def test_a_stream_with_all_there_is(weather: Weather) -> None:
    stream = stream_of(
        weather(
            f"{OPERATION}[operations.x.stream]\n"
            'asked-by = "/stream"\nframings = ["sse", "json-array"]\nevents = "x/events/"\n'
            'name = [{ name = "a", when = "/a", unless = "/b/*" }, { name = "b" }]\n'
            'sse-event = "name"\ndone = "[DONE]"\norder = "a b? done"\n'
            'anywhere = ["b"]\nfailures = ["b", "done"]\nconstant = ["/id"]\ntogether = ["/t"]\n'
            'demanded = [{ event = "b", when = "/options/usage" }]\n'
            'count = [{ field = "/n", from = 1 }]\ngrow = [{ field = "/g", reset = ["a"] }]\n',
            EVENTS,
        )
    )
    assert stream.asked_by == ("stream",)
    assert stream.framings == ("sse", "json-array")
    assert stream.name_at is None
    assert stream.names == (EventName(name="a", when=("a",), unless=("b", "*")), EventName(name="b"))
    assert (stream.named_in_sse, stream.done) == (True, "[DONE]")
    assert stream.order.names == {"a", "b", "done"}
    assert stream.anywhere == {"b"}
    assert stream.failures == {"b", "done"}
    assert (stream.constant, stream.together) == ((("id",),), (("t",),))
    assert stream.demanded == (Demand(event="b", when=("options", "usage")),)
    assert stream.count == (Count(field=("n",), start=1),)
    assert stream.grow == (Grow(field=("g",), reset=frozenset({"a"})),)


def test_pairs(weather: Weather) -> None:
    pairs = (
        '[[operations.x.stream.pairs]]\nopen = "a"\nclose = "b"\nkey = "/i"\n'
        '[[operations.x.stream.pairs]]\nopen = "a"\nclose = "b"\nkey = ["/i", "/j"]\n'
        'inside = ["a"]\ninterleaved = true\nfrom = 0\n'
    )
    assert stream_of(weather(STREAM + pairs, EVENTS)).pairs == (
        Pair(open="a", close="b", key=(("i",),), inside=frozenset(), interleaved=False, start=None),
        Pair(open="a", close="b", key=(("i",), ("j",)), inside=frozenset({"a"}), interleaved=True, start=0),
    )


def test_series(weather: Weather) -> None:
    series = (
        "[[operations.x.stream.series]]\n"
        '[[operations.x.stream.series]]\neach = "/c/*"\nevents = ["a"]\nkey = "/c/*/i"\n'
        'starts = { field = "/t", values = ["u"] }\nallowed = { field = "/t", values = ["u", "v"] }\nin-turn = true\n'
        'first = ["/f"]\nonce = ["/o"]\nlast = ["/l"]\ncontent = ["/n"]\njoin = "/j"\njson = true\nfrom = 2\n'
        'unless = { field = "/w", values = ["x"] }\ntotal = { event = "b", field = "/z", key = ["/k"] }\n'
        '[[operations.x.stream.series]]\nkey = ["/i"]\ntotal = { event = "b", field = "/z" }\n'
    )
    plain, full, short = stream_of(weather(STREAM + series, EVENTS)).series
    assert plain == Series(
        each=(),
        events=None,
        key=(),
        starts=None,
        allowed=None,
        in_turn=False,
        first=(),
        once=(),
        last=(),
        content=(),
        join=None,
        json=False,
        unless=None,
        total=None,
        start=None,
    )
    assert full == Series(
        each=("c", "*"),
        events=frozenset({"a"}),
        key=(("c", "*", "i"),),
        starts=FieldValues(("t",), frozenset({"u"})),
        allowed=FieldValues(("t",), frozenset({"u", "v"})),
        in_turn=True,
        first=(("f",),),
        once=(("o",),),
        last=(("l",),),
        content=(("n",),),
        join=("j",),
        json=True,
        unless=FieldValues(("w",), frozenset({"x"})),
        total=Total(event="b", field=("z",), key=(("k",),)),
        start=2,
    )
    assert short.total == Total(event="b", field=("z",), key=(("i",),))


def test_events_of_folders_beside_are_not_taken(weather: Weather) -> None:
    stream = stream_of(weather(STREAM, {**EVENTS, "x/events-old/c.schema.json": {}, "y/x/events/d.schema.json": {}}))
    assert sorted(stream.events) == ["a", "b"]


@pytest.mark.parametrize(
    ("toml", "found"),
    [
        (OPERATION, ["contract.toml:5: operations.x: an operation declares `response`, `stream` or both"]),
        (
            OPERATION + 'response = "x/r.schema.json"\n',
            ["contract.toml:9: operations.x.response: there is no schema 'x/r.schema.json'"],
        ),
        (
            OPERATION + 'response = "./r.schema.json"\n',
            ["contract.toml:9: operations.x.response: there is no schema './r.schema.json'"],
        ),
        (
            OPERATION + 'response = "contract.toml"\n',
            ["contract.toml:9: operations.x.response: there is no schema 'contract.toml'"],
        ),
        (
            OPERATION + 'success = [204]\nrequest = "a"\nerror = "b"\n',
            [
                "contract.toml:10: operations.x.request: there is no schema 'a'",
                "contract.toml:11: operations.x.error: there is no schema 'b'",
            ],
        ),
        (
            STREAM.replace("x/events", "y/events"),
            ["contract.toml:10: operations.x.stream.events: no event schema is in the folder 'y/events'"],
        ),
        (
            STREAM.replace('"a b"', '"a (b"'),
            [f"contract.toml:12: operations.x.stream.order: the order cannot be read: {UNREADABLE}"],
        ),
        (
            STREAM.replace('"a b"', '"a none c"'),
            [
                "contract.toml:12: operations.x.stream.order: the event 'c' has no schema in the folder of events",
                "contract.toml:12: operations.x.stream.order: the event 'none' has no schema in the folder of events",
            ],
        ),
        (
            STREAM.replace('"a b"', '"a done"'),
            ["contract.toml:12: operations.x.stream.order: the event 'done' has no schema in the folder of events"],
        ),
        (
            STREAM.replace('"/type"', '[{ name = "c" }]'),
            ["contract.toml:11: operations.x.stream.name: the event 'c' has no schema in the folder of events"],
        ),
        (
            STREAM + 'anywhere = ["c"]\nfailures = ["d"]\n',
            [
                "contract.toml:13: operations.x.stream.anywhere: the event 'c' has no schema in the folder of events",
                "contract.toml:14: operations.x.stream.failures: the event 'd' has no schema in the folder of events",
            ],
        ),
        (
            STREAM + 'demanded = [{ event = "c", when = "/a" }]\n',
            ["contract.toml:13: operations.x.stream.demanded: the event 'c' has no schema in the folder of events"],
        ),
        (
            STREAM + 'grow = [{ field = "/a", reset = ["c"] }]\n',
            ["contract.toml:13: operations.x.stream.grow[0]: the event 'c' has no schema in the folder of events"],
        ),
        (
            STREAM + '[[operations.x.stream.pairs]]\nopen = "c"\nclose = "a"\nkey = "/i"\ninside = ["d"]\n',
            [
                "contract.toml:13: operations.x.stream.pairs[0]: the event 'c' has no schema in the folder of events",
                "contract.toml:13: operations.x.stream.pairs[0]: the event 'd' has no schema in the folder of events",
            ],
        ),
        (
            STREAM + '[[operations.x.stream.series]]\n[[operations.x.stream.series]]\nevents = ["c"]\n',
            ["contract.toml:14: operations.x.stream.series[1]: the event 'c' has no schema in the folder of events"],
        ),
        (
            STREAM + '[[operations.x.stream.series]]\ntotal = { event = "c", field = "/a" }\n',
            ["contract.toml:13: operations.x.stream.series[0]: the event 'c' has no schema in the folder of events"],
        ),
    ],
)
def test_what_does_not_fit_together(mistakes: Mistakes, toml: str, found: list[str]) -> None:
    assert mistakes(toml, {**EVENTS, "r.schema.json": {}}) == found


@pytest.mark.parametrize("name", ["x/r.schema.json", "x/events/a.schema.json"])
def test_a_broken_schema_is_told_once(mistakes: Mistakes, name: str) -> None:
    toml = OPERATION + 'response = "x/r.schema.json"\n' + STREAM.removeprefix(OPERATION)
    (found,) = mistakes(toml, {"x/r.schema.json": {}, **EVENTS, name: "{"})
    assert found.startswith(f"{name}:1: the schema is not JSON")


def test_a_folder_of_broken_events_only_is_told_once_for_each(mistakes: Mistakes) -> None:
    assert len(mistakes(STREAM, dict.fromkeys(EVENTS, "{"))) == len(EVENTS)
