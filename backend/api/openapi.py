"""The OpenAPI document: what FastAPI makes of the endpoints, and the schema of their errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from backend.api.problems import ProblemDocument


def install(app: FastAPI) -> None:
    """Let an app describe itself with the schema of problem documents, to which all its errors refer.

    Headers that may be left out are described without null, which FastAPI adds: a header has no way to be null.
    """

    @cache
    def describe() -> dict[str, object]:
        document: dict[str, object] = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        components = document.setdefault("components", {})
        assert isinstance(components, dict)  # noqa: S101 - OpenAPI says so
        schemas = components.setdefault("schemas", {})
        problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs"))
        schemas[ProblemDocument.__name__] = problem
        for header in _headers(document):
            header["schema"] = _without_null(header["schema"])
        return document

    app.openapi = describe  # type: ignore[method-assign]  # this is how FastAPI has it extended


def _headers(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in document["paths"].values():
        for operation in operations.values():
            yield from (each for each in operation.get("parameters", ()) if each["in"] == "header")


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    rest = {keyword: value for keyword, value in schema.items() if keyword != "anyOf"}
    kept = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return {**kept[0], **rest} if len(kept) == 1 else {**schema}
