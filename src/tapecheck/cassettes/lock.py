"""`cassettes.lock`: where each cassette of a folder came from.

It stands beside the cassettes and not in them: pytest-recording 0.14.1 cannot replay a cassette that holds metadata.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.opening import raw
from tapecheck.cassettes.replacing import replace_file
from tapecheck.errors import CassetteError

LOCK = "cassettes.lock"
"""The name of the file, in the topmost folder of the cassettes."""

_VERSION = 1
_HINT = "record the cassettes again; the recorder writes this file"


class Source(StrEnum):
    """Who answered when a cassette was recorded: the provider itself, or a stand-in for it."""

    LIVE = "live"
    SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where one cassette came from.

    Attributes:
        digest: of the file as it was recorded, as `digest` returns it.
        source: who answered.
        date: the day of the recording, UTC.
        contract: the version of the provider's API that its contract described on that day.
        tools: the versions of the tools that recorded it, by name.
        secret: with which its deliveries are signed, a secret of a test; None where there is none.
    """

    digest: str
    source: Source
    date: date
    contract: str
    tools: Mapping[str, str]
    secret: str | None = None


def digest(cassette: Path) -> str:
    """Return the SHA-256 of a file as `sha256:` and 64 hexadecimal digits.

    Raises:
        CassetteError: the file cannot be read, or `read` would not take it: it is no regular file, or too large.
    """
    return f"sha256:{hashlib.sha256(raw(cassette, Limits())).hexdigest()}"


def read_lock(path: Path) -> dict[str, Provenance]:
    """Return the provenance of each cassette by its path from the folder, as `a/b.yaml`; an absent file knows of none.

    Raises:
        CassetteError: the file cannot be read, or is not what `write_lock` writes.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CassetteError(f"cannot be read: {error.strerror or error}", path=path) from error
    except ValueError as error:
        raise CassetteError(f"is not TOML: {error}", path=path, hint=_HINT) from error
    except RecursionError as error:
        raise CassetteError("nests too deep to be read", path=path, hint=_HINT) from error
    version = document.pop("version", None)
    if version != _VERSION:
        raise CassetteError(f"has version {version!r}, expected {_VERSION}", path=path, hint=_HINT)
    return {name: _provenance(name, entry, path) for name, entry in document.items()}


def _provenance(name: str, entry: object, path: Path) -> Provenance:
    match entry:
        case {"secret": secret} if not isinstance(secret, str):
            pass
        case {
            "digest": str(recorded),
            "source": ("live" | "sandbox") as source,
            "date": date() as day,
            "contract": str(contract),
            "tools": dict(tools),
            **others,
        } if all(isinstance(version, str) for version in tools.values()):
            secret = str(others["secret"]) if "secret" in others else None
            return Provenance(
                digest=recorded, source=Source(source), date=day, contract=contract, tools=tools, secret=secret
            )
    raise CassetteError(
        f"the entry of {name!r} has not the form of an entry: digest, source (live or sandbox), date, contract, tools; "
        "and secret, a text, where there are deliveries",
        path=path,
        hint=_HINT,
    )


def render_lock(cassettes: Mapping[str, Provenance]) -> str:
    """Return the text of a lock file, sorted by path."""
    tables = [_table(name, provenance) for name, provenance in sorted(cassettes.items())]
    head = f"# Where each cassette came from. Written by the recorder: do not edit.\nversion = {_VERSION}\n"
    return "\n".join([head, *("".join(f"{line}\n" for line in table) for table in tables)])


def _table(name: str, provenance: Provenance) -> Iterator[str]:
    tools = ", ".join(f"{_string(tool)} = {_string(version)}" for tool, version in sorted(provenance.tools.items()))
    yield f"[{_string(name)}]"
    yield f"digest = {_string(provenance.digest)}"
    yield f"source = {_string(provenance.source)}"
    yield f"date = {provenance.date.isoformat()}"
    yield f"contract = {_string(provenance.contract)}"
    yield f"tools = {{ {tools} }}" if tools else "tools = {}"
    if provenance.secret is not None:
        yield f"secret = {_string(provenance.secret)}"


def _string(text: str) -> str:
    """Return text as a basic string of TOML, which is a string of JSON with one escape more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_lock(path: Path, cassettes: Mapping[str, Provenance]) -> None:
    """Write a lock file in one step: whoever reads sees the old one or the new one.

    Raises:
        CassetteError: the file cannot be written; what was there before is untouched.
    """
    replace_file(path, render_lock(cassettes).encode())
