"""Invented secrets of many kinds, none of them written out, and the places that they are planted in."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from tapecheck.model import Body, Headers, Interaction, Request, Response

BASE62 = string.ascii_letters + string.digits
BASE64URL = f"{BASE62}-_"
HEX = "0123456789abcdef"
URI = "https://api.example.net/v1/things"
JSON = "application/json"


@dataclass(frozen=True)
class Secret:
    """What is planted: `text` under `name`, of which `core` must not stay."""

    kind: str
    text: str = field(repr=False)
    core: str = field(repr=False)
    name: str = "note"
    number: int = 1

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


def secrets(seed: int = 7) -> list[Secret]:
    """Two secrets of each kind."""
    rng = random.Random(seed)
    return [replace(secret, number=number) for number in (1, 2) for secret in _one_of_each_kind(rng)]


def _one_of_each_kind(rng: random.Random) -> Iterator[Secret]:
    def lot(letters: str, count: int) -> str:
        return "".join(rng.choices(letters, k=count))

    def encoded(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    prefixed = {
        "project key": ("sk" + "-proj-", BASE64URL, 64),
        "assistant key": ("sk" + "-ant-api03-", BASE64URL, 80),
        "hexadecimal key": ("sk" + "-", HEX, 32),
        "cloud API key": ("AI" + "za", BASE62, 35),
        "OAuth token": ("ya" + "29.", BASE64URL, 60),
        "live key": ("sk" + "_live_", BASE62, 24),
        "restricted key": ("rk" + "_live_", BASE62, 24),
        "webhook secret": ("wh" + "sec_", BASE62, 32),
        "code host token": ("gh" + "p_", BASE62, 36),
        "fine-grained token": ("github" + "_pat_", f"{BASE62}_", 60),
        "chat token": ("xo" + "xb-", string.digits, 12),
        "access key id": ("AK" + "IA", string.ascii_uppercase + "234567", 16),
        "model hub token": ("hf" + "_", BASE62, 34),
        "fast inference key": ("gs" + "k_", BASE62, 52),
        "search key": ("xa" + "i-", BASE62, 80),
    }
    for kind, (prefix, letters, count) in prefixed.items():
        tail = f"-{lot(BASE62, 24)}" if kind == "chat token" else ""
        text = prefix + lot(letters, count) + tail
        yield Secret(kind, text, text)
    mail = ".".join(["S" + "G", lot(BASE64URL, 22), lot(BASE64URL, 43)])
    yield Secret("mail key", mail, mail)
    token = ".".join([encoded({"alg": "HS256"}), encoded({"sub": lot(HEX, 8)}), lot(BASE64URL, 43)])
    yield Secret("JSON Web Token", token, token)
    lines = "\n".join(lot(f"{BASE62}+/", 64) for _ in range(4))
    yield Secret(
        "private key", f"-----BEGIN RSA {'PRIVATE'} KEY-----\n{lines}\n-----END RSA {'PRIVATE'} KEY-----", lines[:60]
    )
    bearer = lot(BASE62, 40)
    yield Secret("bearer token", f"Bearer {bearer}", bearer)
    basic = base64.b64encode(f"robot:{lot(BASE62, 18)}".encode()).decode()
    yield Secret("basic credentials", f"Basic {basic}", basic)
    password = lot(BASE62, 20)
    yield Secret("password in a URL", f"postgres://robot:{password}@db.example.net/main", password)
    for name, letters in (
        ("api_key", HEX),
        ("client_secret", BASE64URL),
        ("refreshToken", BASE62),
        ("password", BASE62),
    ):
        text = lot(letters, 40)
        yield Secret(f"random {name}", text, text, name)
    session = lot(BASE64URL, 43)
    yield Secret("cookie", f"theme=dark; sid={session}", session, "cookie")


def _interaction(
    uri: str = URI, header: tuple[str, str] | None = None, sent: str = "", type_: str = JSON
) -> Interaction:
    headers = Headers((("content-type", type_), *((header,) if header else ())))
    return Interaction(
        index=0,
        line=3,
        request=Request(method="POST", uri=uri, headers=headers, body=Body(content=sent.encode(), line=9)),
        response=Response(status=200, headers=Headers((("content-type", JSON),)), body=Body(content=b'{"ok": true}')),
    )


def in_header(secret: Secret) -> Interaction:
    return _interaction(header=(secret.name, secret.text.replace("\n", "\\n")))


def in_uri(secret: Secret) -> Interaction:
    return _interaction(f"{URI}?page=2&{secret.name}={quote(secret.text, safe='')}")


def in_json(secret: Secret) -> Interaction:
    return _interaction(sent=json.dumps({"a": [{secret.name: secret.text}]}, indent=2))


def in_nested_json(secret: Secret) -> Interaction:
    return _interaction(sent=json.dumps({"arguments": json.dumps({"deep": json.dumps({secret.name: secret.text})})}))


def in_form(secret: Secret) -> Interaction:
    return _interaction(sent=urlencode({"n": 1, secret.name: secret.text}), type_="application/x-www-form-urlencoded")


def in_events(secret: Secret) -> Interaction:
    plain = _interaction()
    data = json.dumps({"delta": {secret.name: secret.text}})
    content = f'event: start\ndata: {{"n": 1}}\n\nevent: delta\ndata: {data}\n\ndata: [DONE]\n\n'.encode()
    response = Response(
        status=200,
        headers=Headers((("content-type", "text/event-stream; charset=utf-8"),)),
        body=Body(content=content, line=20, verbatim=True),
    )
    return Interaction(index=0, line=3, request=plain.request, response=response)


PLACES: dict[str, Callable[[Secret], Interaction]] = {
    "header": in_header,
    "URI": in_uri,
    "JSON": in_json,
    "nested JSON": in_nested_json,
    "form": in_form,
    "events": in_events,
}
CASES = [(secret, place) for secret in secrets() for place in PLACES]
IDS = [f"{secret} in {place}" for secret, place in CASES]
