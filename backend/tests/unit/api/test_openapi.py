from __future__ import annotations

from fastapi import FastAPI

from backend.api.openapi import install


def test_the_schema_of_problems_is_among_the_components() -> None:
    app = FastAPI(title="example", version="1")
    install(app)
    document = app.openapi()
    assert {"ProblemDocument", "Fault"} <= set(document["components"]["schemas"])
    assert (document["info"]["title"], document["info"]["version"]) == ("example", "1")
    assert app.openapi() is document
