"""What a message is turned into before it is written, so that a person can review it."""

from __future__ import annotations

import re
from dataclasses import replace

from tapecheck.cassettes.indenting import indented
from tapecheck.cassettes.scalars import printable_json
from tapecheck.model import Body, Headers, Interaction

_JSON = re.compile(r"[^/;]*/(?:[^;]*\+)?json\s*(?:;.*)?", re.IGNORECASE)
_EVENT_STREAM = re.compile(r"text/event-stream\s*(?:;.*)?", re.IGNORECASE)
_LINE_END = re.compile("\r\n?")
_NO_CONTENT = frozenset({204, 304})


def normalise(interaction: Interaction, *, raw: bool = False) -> Interaction:
    """Return an interaction as `render` writes it.

    - JSON is indented; its numbers, names and their order stay as they are, and what YAML cannot print is written in
      escapes of JSON. A body without a content type that is a JSON object or array counts as JSON.
    - The line ends of an event stream become LF, which means the same (https://html.spec.whatwg.org, 9.2.5).
    - `content-encoding` and `transfer-encoding` are dropped, as the body stands without them; `content-length` is that
      of the body as written. A body whose encoding could not be undone is left as it is, with its `content-encoding`.
    - Fields are sorted by their names in lower case; those with the same name are joined under its first spelling.

    Args:
        interaction: as it was recorded.
        raw: whether the body of the request stays byte by byte.
    """
    request, response = interaction.request, interaction.response
    sent = request.body if raw else _body(request.body, request.headers)
    received = _body(response.body, response.headers)
    keeps_length = request.method == "HEAD" or response.status in _NO_CONTENT
    return replace(
        interaction,
        request=replace(request, headers=_headers(request.headers, sent, False), body=sent),
        response=replace(response, headers=_headers(response.headers, received, keeps_length), body=received),
    )


def _body(body: Body, headers: Headers) -> Body:
    if body.problem is not None:
        return body
    try:
        text = body.content.decode()
    except UnicodeDecodeError:
        return body
    return replace(body, content=_text(text, headers.get("content-type")).encode())


def _text(text: str, media_type: str | None) -> str:
    if media_type is not None and _EVENT_STREAM.fullmatch(media_type.strip()):
        return _LINE_END.sub("\n", text)
    if not _may_be_json(text, media_type):
        return text
    laid_out = indented(text)
    return text if laid_out is None else printable_json(laid_out)


def _may_be_json(text: str, media_type: str | None) -> bool:
    if media_type is not None and "/" in media_type:
        return _JSON.fullmatch(media_type.strip()) is not None
    return text.lstrip().startswith(("{", "["))


def _headers(headers: Headers, body: Body, keeps_length: bool) -> Headers:
    dropped = {"transfer-encoding"} if body.problem else {"transfer-encoding", "content-encoding"}
    fields: dict[str, tuple[str, list[str]]] = {}
    for name, value in headers:
        if name.lower() not in dropped:
            fields.setdefault(name.lower(), (name, []))[1].append(value)
    if "content-length" in fields and not keeps_length:
        fields["content-length"] = (fields["content-length"][0], [str(len(body.content))])
    return Headers(tuple((name, value) for _, (name, values) in sorted(fields.items()) for value in values))
