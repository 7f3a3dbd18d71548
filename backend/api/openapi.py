"""The OpenAPI document: what FastAPI makes of the endpoints, and the schema of their errors."""

from __future__ import annotations

from functools import cache

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from backend.api.problems import ProblemDocument


def install(app: FastAPI) -> None:
    """Let an app describe itself with the schema of problem documents, to which all its errors refer."""

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
        return document

    app.openapi = describe  # type: ignore[method-assign]  # this is how FastAPI has it extended
