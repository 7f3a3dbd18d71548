from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.types import Scope

from backend.api.methods import allowed_methods


@pytest.fixture
def app() -> FastAPI:
    reading, writing = APIRouter(), APIRouter()
    reading.add_api_route("/things/{name}", lambda name: name, methods=["GET"])
    writing.add_api_route("/things/{name}", lambda name: name, methods=["PUT"])
    writing.add_api_route("/things", lambda: None, methods=["POST"])
    app = FastAPI()
    app.include_router(reading)
    app.include_router(writing)
    return app


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/things/x", "GET, PUT"), ("/things", "POST"), ("/openapi.json", "GET, HEAD"), ("/nothing", "")],
    ids=["two", "one", "head", "none"],
)
def test_the_methods_of_all_routes_are_named(app: FastAPI, path: str, allowed: str) -> None:
    scope: Scope = {"type": "http", "method": "DELETE", "path": path, "headers": [], "app": app}
    assert allowed_methods(Request(scope)) == allowed
