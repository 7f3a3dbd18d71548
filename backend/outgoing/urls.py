"""Which URLs may be called for an agent, as far as their text tells."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final, TypeAlias

import httpx

from backend.errors import AddressRefusedError
from backend.outgoing.addresses import IPAddress, is_public

Host: TypeAlias = IPAddress | str
"""An address, or a name in lower-case ASCII without a dot at its end."""

SCHEMES: Final = frozenset({"http", "https"})

PRIVATE_NAMES: Final = (
    "localhost",  # RFC 6761, section 6.3
    "local",  # mDNS: RFC 6762, section 3
    "internal",  # ICANN resolution 2024.07.29.06; metadata.google.internal
    "home.arpa",  # RFC 8375
)
"""Names that, with all below them, are by registration never public. They need no resolver to be refused."""

MAX_SHOWN: Final = 300
"""The most characters of a URL in an error; names of hosts are no longer than 253."""

LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes the whole host a number, by https://url.spec.whatwg.org/#ends-in-a-number-checker."""


def parse_url(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """Return a URL.

    Args:
        text: the URL, or a reference that is relative to `base`.
        base: where the reference was found.

    Raises:
        AddressRefusedError: it is none.
    """
    try:
        return httpx.URL(text) if base is None else base.join(text)
    except httpx.InvalidURL:  # its message quotes the URL, in which there may be a password
        expected = "expected one such as https://api.example.com/data"
        raise AddressRefusedError(f"the address is not a URL: {expected}") from None


def check_url(url: httpx.URL) -> Host:
    """Return the host of a URL that may be called, if the addresses of its name may be.

    Raises:
        AddressRefusedError: its scheme is another than http and https; it holds a user name or a password; its port is
            none; its host is missing, no public address, a number other than four decimal ones with dots between
            (`http://2130706433/`), or a name that cannot be a public one.
    """
    if url.scheme not in SCHEMES:
        raise AddressRefusedError(
            f"the address may not be called: its scheme is {url.scheme[:20]!r}, expected http or https"
        )
    if url.userinfo:
        raise _refused(url, "a user name or password stands before its host; leave them out")
    if url.port is not None and not 1 <= url.port <= 65535:
        raise _refused(url, "its port is not one from 1 to 65535")
    return _check_host(url)


def _check_host(url: httpx.URL) -> Host:
    text = url.raw_host.decode("ascii")
    try:
        address = ip_address(text)
    except ValueError:
        return _check_name(url, text.removesuffix("."))
    if not is_public(address):
        raise _refused(url, f"{address} is not a public address")
    return address


def _check_name(url: httpx.URL, name: str) -> str:
    labels = name.split(".")
    if NUMBER.fullmatch(labels[-1]):
        raise _refused(url, "its host is a number, expected a name or an address such as 93.184.216.34")
    if len(name) > 253 or not all(map(LABEL.fullmatch, labels)) or not _is_idna(url):
        raise _refused(url, "its host is not a name that can be resolved")
    if any(name == private or name.endswith(f".{private}") for private in PRIVATE_NAMES):
        raise _refused(url, f"{name} is not a public name")
    return name


def _is_idna(url: httpx.URL) -> bool:
    """Tell whether httpx can show the host in Unicode, which it does now and then: `xn--a` breaks it."""
    try:
        return bool(url.host)
    except UnicodeError:
        return False


def _refused(url: httpx.URL, reason: str) -> AddressRefusedError:
    shown = f"{url.scheme}://{url.netloc.decode('ascii')}"
    return AddressRefusedError(f"{shown[:MAX_SHOWN]} may not be called: {reason}")
