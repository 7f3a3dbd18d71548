from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, JsonValue
from structlog.testing import capture_logs

from backend.api.problems import MEDIA_TYPE, document, documented, install
from backend.errors import (
    BrokenOffError,
    NotFoundError,
    OutdatedError,
    RateLimitedError,
    UnauthorizedError,
    UnavailableError,
)

pytestmark = pytest.mark.anyio


class Body(BaseModel):
    names: dict[str, int | list[int]]
    value: JsonValue = None


def app() -> FastAPI:
    app = FastAPI()
    install(app)

    @app.get("/rate-limited")
    def rate_limited() -> None:
        raise RateLimitedError("too many", retry_after=1.2)

    @app.get("/unavailable")
    def unavailable() -> None:
        raise UnavailableError("gone", retry_after=0)

    @app.get("/unauthorized")
    def unauthorized() -> None:
        raise UnauthorizedError("no key")

    @app.get("/broken-off")
    def broken_off() -> None:
        raise BrokenOffError("cut", partial="one, two")

    @app.get("/bug")
    def bug() -> None:
        word = "".join(["se", "cret"])
        raise ZeroDivisionError(word)

    @app.post("/body")
    def body(body: Body) -> None:
        pass

    return app


async def answer(method: str, path: str, json: object = None, content: bytes | None = None) -> httpx.Response:
    transport = httpx.ASGITransport(app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://backend.test") as client:
        if content is None:
            return await client.request(method, path, json=json)
        return await client.request(method, path, content=content, headers={"content-type": "application/json"})


async def test_a_problem_is_a_document() -> None:
    response = await answer("GET", "/broken-off")
    assert (response.status_code, response.headers["content-type"]) == (502, MEDIA_TYPE)
    assert response.json() == {
        "type": "about:blank",
        "title": "Answer broke off",
        "status": 502,
        "detail": "cut",
        "partial": "one, two",
    }


async def test_seconds_to_wait_are_rounded_up_to_one_at_least() -> None:
    assert (await answer("GET", "/rate-limited")).headers["retry-after"] == "2"
    assert (await answer("GET", "/unavailable")).headers["retry-after"] == "1"
    assert "retry-after" not in (await answer("GET", "/broken-off")).headers


async def test_who_has_no_key_is_told_what_is_wanted() -> None:
    assert (await answer("GET", "/unauthorized")).headers["www-authenticate"] == "Bearer"


async def test_each_fault_of_a_body_is_named() -> None:
    response = await answer("POST", "/body", {"names": {"a/b": "x", "c~d": None}})
    assert response.status_code == 422
    found = response.json()
    assert {fault["pointer"] for fault in found["errors"]} == {"/body/names/a~1b", "/body/names/c~0d"}
    assert found["errors"][0]["detail"] in found["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/body", 405)], ids=["no path", "no method"]
)
async def test_errors_of_the_framework_are_documents_too(method: str, path: str, status: int) -> None:
    response = await answer(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, MEDIA_TYPE)
    assert path in response.json()["detail"]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"{", "Expecting property name enclosed in double quotes at character 2"),
        (b'{"names": "\xff"}', "not UTF-8 at byte 12"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5000, "too many digits"),
    ],
    ids=["cut", "no UTF-8", "deep", "long number"],
)
async def test_what_cannot_be_read_is_a_bad_request_that_says_why(content: bytes, detail: str) -> None:
    response = await answer("POST", "/body", content=content)
    assert (response.status_code, response.headers["content-type"]) == (400, MEDIA_TYPE)
    assert detail in response.json()["detail"]


async def test_a_bug_is_logged_once_without_its_message() -> None:
    with capture_logs() as lines:
        await answer("GET", "/bug")
    [line] = lines
    assert (line["event"], line["error"], line["path"]) == ("bug", "ZeroDivisionError", "/bug")
    assert "raise ZeroDivisionError(word)" in line["traceback"]
    assert "secret" not in str(line)


async def test_a_bug_tells_nothing_of_itself() -> None:
    response = await answer("GET", "/bug")
    assert (response.status_code, response.headers["content-type"]) == (500, MEDIA_TYPE)
    assert "secret" not in response.text


def test_the_description_of_a_status_has_an_example() -> None:
    assert all("Retry-After" in str(documented({status: "wait"})) for status in (408, 429, 502, 503))
    described = documented({429: "too many"})[429]
    assert described["description"] == "Too Many Requests"
    assert described["headers"]
    assert described["content"][MEDIA_TYPE]["example"]["detail"] == "too many"  # type: ignore[index]


def test_nothing_partial_is_left_out() -> None:
    assert document(NotFoundError("none")).partial is None
    assert document(BrokenOffError("cut")).partial is None


def test_members_that_are_absent_are_left_out_and_nulls_within_them_stay() -> None:
    written_at = "2026-01-05T09:00:00Z"
    current = {"version": 2, "value": None, "written_by": "agt_1", "written_at": written_at}
    assert document(OutdatedError("gone", current=current)).model_dump(mode="json") == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "gone",
        "current": current,
    }
    assert "current" not in document(OutdatedError("gone")).model_dump()
