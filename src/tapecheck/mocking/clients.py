"""What mocked functions of HTTP clients answer: `patch("httpx.post")`, `patch.object(requests.Session, "request")`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from tapecheck.mocking.mocks import children, definition_of, mock_of, module, returned, side_effect
from tapecheck.mocking.stage import Answer, Patched, Scene
from tapecheck.model import Body, Headers, Request

if TYPE_CHECKING:
    from unittest.mock import NonCallableMock

_CLIENTS: Final = frozenset({"aiohttp", "httpx", "httpx2", "requests"})
_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_NAMING_THE_METHOD: Final = frozenset({"request", "stream"})
_STEP: Final = re.compile(r"\(\)|[^.()]+")


def mocked_answers(scene: Scene) -> Iterator[Answer]:
    """Yield what mocked clients have answered: what a mock returned for each call with a whole URL.

    An answer is a real response, or a mock of which a test has set the JSON, the text or the content. What a
    `side_effect` has given is not known any more.
    """
    for patched in scene.patched:
        mock = patched.mock
        library = definition_of(patched.original).__module__ or ""
        if mock is not None and library.partition(".")[0] in _CLIENTS:
            for name, args, options in mock.mock_calls:
                yield from _answer(patched, mock, (name, args, options))


def _answer(
    patched: Patched, mock: NonCallableMock, call: tuple[str, tuple[object, ...], Mapping[str, object]]
) -> Iterator[Answer]:
    name, args, options = call
    steps = _STEP.findall(name)
    called = _follow(mock, steps)
    request = _request(([patched.attribute, *steps])[-1], args, options)
    if called is None or request is None or side_effect(called) is not None:
        return
    said = _said(returned(called))
    if said is not None:
        status, content = said
        by = f"the mock of {patched.target}"
        yield Answer(by=by, request=request, status=status, headers=Headers(), content=lambda: content)


def _follow(mock: NonCallableMock, steps: list[str]) -> NonCallableMock | None:
    """Return the mock that a call of `mock_calls` names: `().__aenter__().post` is below what a mock returns."""
    for step in steps:
        below = dict(children(mock)).get(step)
        if below is None:
            return None
        mock = below
    return mock


def _request(verb: str, args: tuple[object, ...], options: Mapping[str, object]) -> Request | None:
    texts = [str(one) for one in args if isinstance(one, str) or type(one).__name__ == "URL"]
    url = str(options["url"]) if "url" in options else next((one for one in texts if "://" in one), None)
    if verb in _NAMING_THE_METHOD:
        method = str(options.get("method") or next(iter(texts), ""))
    elif verb in _VERBS:
        method = verb
    else:
        return None
    return None if url is None else Request(method=method.upper(), uri=url, body=Body(content=_sent(options)))


def _sent(options: Mapping[str, object]) -> bytes:
    if "json" in options:
        return _dumped(options["json"]) or b""
    found = options.get("content", options.get("data"))
    return found.encode() if isinstance(found, str) else found if isinstance(found, bytes) else b""


def _said(response: object) -> tuple[int, bytes] | None:
    """Return the status and the body of an answer; None where it says nothing of its body."""
    mock = mock_of(response)
    if mock is None:
        return _really_said(response)
    below = dict(children(mock))
    for enter in ("__enter__", "__aenter__"):
        if enter in below and (inner := mock_of(returned(below[enter]))) not in (None, mock):
            return _said(inner)
    content = _content(mock, below)
    return None if content is None else (_status(vars(mock)), content)


def _really_said(response: object) -> tuple[int, bytes] | None:
    if type(response).__module__.partition(".")[0] not in _CLIENTS:
        return None
    try:
        content, status = getattr(response, "content", None), getattr(response, "status_code", None)
    except RuntimeError:  # a stream, read already or not yet
        return None
    return (status, content) if isinstance(content, bytes) and isinstance(status, int) else None


def _content(mock: NonCallableMock, below: Mapping[str, NonCallableMock]) -> bytes | None:
    if "json" in below:
        value = returned(below["json"])
        if value is not module().DEFAULT and (dumped := _dumped(value)) is not None:
            return dumped
    for name in ("content", "text"):
        value = vars(mock).get(name)
        if isinstance(value, (bytes, str)):
            return value.encode() if isinstance(value, str) else value
    return None


def _status(inside: Mapping[str, object]) -> int:
    found = (inside.get(name) for name in ("status_code", "status"))
    return next((one for one in found if isinstance(one, int)), 200)


def _dumped(value: object) -> bytes | None:
    try:
        return json.dumps(value).encode()
    except (TypeError, ValueError):  # a mock within, or a circle
        return None
