from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header, Query

from backend.api.openapi import install


def test_the_schema_of_problems_is_among_the_components() -> None:
    app = FastAPI(title="example", version="1")
    install(app)
    document = app.openapi()
    assert {"ProblemDocument", "Fault"} <= set(document["components"]["schemas"])
    assert (document["info"]["title"], document["info"]["version"]) == ("example", "1")
    assert app.openapi() is document


def test_a_header_may_be_left_out_and_is_never_null() -> None:
    app = FastAPI()
    install(app)

    @app.get("/example")
    def example(
        place: Annotated[int | None, Header(ge=0)] = None, size: Annotated[int | None, Query(ge=0)] = None
    ) -> None:
        """Nothing."""

    query, header = app.openapi()["paths"]["/example"]["get"]["parameters"]
    place = {"name": "place", "in": "header", "required": False}
    assert header == {**place, "schema": {"type": "integer", "minimum": 0, "title": "Place"}}
    assert {"type": "null"} in query["schema"]["anyOf"]
