"""The page of the backend lists the settings, providers, endpoints and statuses that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from backend.app import create_app
from backend.parts import Parts
from backend.providers.registry import PROVIDERS
from backend.settings import Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| (?P<cells>[^|\n]+(?: \|[^|\n]*)+) \|$", re.MULTILINE)
STATUSES = re.compile(r"^Answers (?P<statuses>[\d, ]+)\.$", re.MULTILINE)
NO_ERRORS = {200, 304}
ALWAYS = {405, 500}
"""Statuses of which OpenAPI says nothing."""


def no_parts() -> AbstractAsyncContextManager[Parts]:
    raise AssertionError("to be described, the service needs no parts")


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """What a service with keys says of itself."""
    return create_app(Settings(api_keys=(SecretStr("any"),)), no_parts).openapi()


@pytest.fixture
def sections(root: Path) -> dict[str, str]:
    """The text below each heading of the page."""
    text = (root / "docs/reference/backend.md").read_text(encoding="utf-8")
    _, *parts = HEADING.split(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, without the heads."""
    found = [[cell.strip() for cell in match["cells"].split("|")] for match in ROW.finditer(text)]
    return [cells for cells in found if cells[0].startswith("`") or cells[0].isdigit()]


def names(text: str) -> list[str]:
    return [cells[0].strip("`") for cells in rows(text)]


def operations(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield f"`{method.upper()} {path}`", operation


def fields(openapi: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """What a request may hold, its path aside."""
    query = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
    if "requestBody" not in operation:
        return query
    reference = operation["requestBody"]["content"]["application/json"]["schema"].get("$ref")
    if reference is None:  # whatever another service sends
        return query
    return query + list(openapi["components"]["schemas"][reference.rpartition("/")[2]]["properties"])


def variable(name: str, field: FieldInfo) -> str:
    return str(field.validation_alias or f"BACKEND_{name.upper()}")


def default(field: FieldInfo) -> str:
    value = field.default.value if isinstance(field.default, Enum) else field.default
    return "" if value in (None, ()) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_the_settings_are_listed_with_their_defaults(sections: dict[str, str]) -> None:
    table = {cells[0].strip("`"): cells[1] for cells in rows(sections["Settings"]) if len(cells) == 3}
    known = {variable(name, field): field for name, field in Settings.model_fields.items()}
    assert list(table) == list(known)
    fixed = {name: default(field) for name, field in known.items() if field.default_factory is None}
    assert {name: table[name] for name in fixed} == fixed


def test_the_providers_are_listed_with_their_variables(sections: dict[str, str]) -> None:
    table = [cells for cells in rows(sections["Settings"]) if len(cells) == 5]
    assert [[cell.strip("`") for cell in cells] for cells in table] == [
        [name, f"{name.upper()}_API_KEY", f"{name.upper()}_BASE_URL", provider.base_url, provider.default_model]
        for name, provider in PROVIDERS.items()
    ]


def test_every_endpoint_has_its_section(sections: dict[str, str], openapi: dict[str, Any]) -> None:
    described = {heading for heading in sections if heading.startswith("`")}
    assert described == {name for name, _ in operations(openapi)}


def test_every_section_lists_the_statuses_and_the_fields(sections: dict[str, str], openapi: dict[str, Any]) -> None:
    for name, operation in operations(openapi):
        found = STATUSES.search(sections[name])
        assert found is not None, f"{name}: begin with 'Answers 200, …'"
        assert found["statuses"] == ", ".join(sorted(operation["responses"])), name
        assert names(sections[name]) == fields(openapi, operation), name


def test_the_events_of_a_stream_are_listed(sections: dict[str, str], openapi: dict[str, Any]) -> None:
    answer = openapi["paths"]["/api/agent/chat"]["post"]["responses"]["200"]
    events = answer["content"]["text/event-stream"]["itemSchema"]["oneOf"]
    assert names(sections["The events of a stream"]) == [event["properties"]["event"]["const"] for event in events]


def test_every_status_is_explained(sections: dict[str, str], openapi: dict[str, Any]) -> None:
    explained = {int(name) for name in names(sections["Problem documents"]) if name.isdigit()}
    declared = {int(status) for _, operation in operations(openapi) for status in operation["responses"]}
    assert explained == declared - NO_ERRORS | ALWAYS


def test_every_field_of_a_problem_is_explained(sections: dict[str, str], openapi: dict[str, Any]) -> None:
    explained = [name for name in names(sections["Problem documents"]) if not name.isdigit()]
    assert explained == list(openapi["components"]["schemas"]["ProblemDocument"]["properties"])
