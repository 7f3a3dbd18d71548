"""A request next to the one on tape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from tapecheck.model import JSONValue, Request
from tapecheck.replaying.bodies import by_name, read_pair, text_of
from tapecheck.replaying.differences import Absent, Difference, differences
from tapecheck.replaying.ignored import Ignored

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"https": 443, "http": 80}


def compare(on_tape: Request, sent: Request, ignored: Ignored, *, bodies: bool = True) -> list[Difference]:
    """Return in what a request differs from the one on tape: in its method, its URI and its body.

    Headers do not count: most of them say nothing but which client asked.

    Args:
        on_tape: the one that was recorded.
        sent: the one that was sent.
        ignored: what may differ.
        bodies: whether the bodies are known.
    """
    found = [*_of_names({"method": on_tape.method}, {"method": sent.method}), *_of_uris(on_tape.uri, sent.uri, ignored)]
    return [*found, *_of_bodies(on_tape, sent, ignored)] if bodies else found


def _of_uris(on_tape: str, sent: str, ignored: Ignored) -> Iterator[Difference]:
    if on_tape == sent:
        return
    try:
        one, other = _address(on_tape), _address(sent)
        queries = _query(on_tape, ignored), _query(sent, ignored)
    except ValueError:  # such as a port that is no number
        yield Difference(place="URI", on_tape=on_tape, sent=sent)
        return
    is_own = {one["host"], other["host"]} <= _LOOPBACK  # a server of the suite's own listens where there is room
    if is_own or all(address["port"] == _PORTS.get(str(address["scheme"])) for address in (one, other)):
        one["port"] = other["port"]
    counting = {name: value for name, value in one.items() if name not in ignored.address}
    yield from _of_names(counting, other)
    for name in {**queries[0], **queries[1]}:
        values = queries[0].get(name, Absent.ABSENT), queries[1].get(name, Absent.ABSENT)
        if values[0] != values[1]:
            yield Difference(place=f"?{name}", on_tape=values[0], sent=values[1])


def _of_names(on_tape: dict[str, JSONValue], sent: dict[str, JSONValue]) -> Iterator[Difference]:
    for name, value in on_tape.items():
        if value != sent[name]:
            yield Difference(place=name, on_tape=value, sent=sent[name])


def _address(uri: str) -> dict[str, JSONValue]:
    parts = urlsplit(uri)
    port = parts.port or _PORTS.get(parts.scheme)
    return {"scheme": parts.scheme, "host": parts.hostname, "port": port, "path": parts.path or "/"}


def _query(uri: str, ignored: Ignored) -> dict[str, JSONValue]:
    """Return the parameters of a URI that count, whatever order they came in."""
    pairs = sorted(parse_qsl(urlsplit(uri).query, keep_blank_values=True))
    return by_name((name, value) for name, value in pairs if not {name, name.lower()} & ignored.query)


def _of_bodies(on_tape: Request, sent: Request, ignored: Ignored) -> Iterator[Difference]:
    if on_tape.body.content == sent.body.content:
        return
    if (pair := read_pair(on_tape, sent)) is not None:
        yield from () if _is_written_alike(*pair) else differences(*pair, ignored.fields)
    else:
        yield Difference(place="", on_tape=_whole(on_tape.body.content), sent=_whole(sent.body.content))


def _is_written_alike(one: JSONValue, other: JSONValue) -> bool:
    """Tell whether two values are surely equal, as most are: thirty times as fast as to walk through them."""
    try:
        return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # an integer beyond 64 bits
        return False


def _whole(content: bytes) -> str | Absent:
    return text_of(content) if content else Absent.ABSENT
