"""Watches responses: which answers are registered, and what they answer."""

from __future__ import annotations

from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING

from tapecheck.mocking.hooks import Function, Hooks
from tapecheck.mocking.places import caller
from tapecheck.mocking.stage import Answer, Registered, Scene, Stage
from tapecheck.model import Body, Headers, Request

if TYPE_CHECKING:
    from requests import PreparedRequest
    from responses import BaseResponse
    from responses.registries import FirstMatchRegistry
    from urllib3 import HTTPResponse

__tracebackhide__ = True  # pytest leaves out what only passes calls on


class Registrations:
    """Watches responses.

    The module's own mock does not mind answers that nobody asks for, but nobody has told it so: they count. A
    `RequestsMock` of one's own minds by default, and one that does not was told.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._library: ModuleType | None = None

    def take_in(self, library: ModuleType, hooks: Hooks) -> None:
        """Watch the library, which is responses."""
        self._library = library
        registry = library.registries.FirstMatchRegistry
        hooks.put(registry, "add", self._around_add)
        hooks.put(registry, "remove", self._around_remove)
        for kind in (library.Response, library.CallbackResponse):
            hooks.put(kind, "get_response", self._around_answer)

    def _around_add(self, add: Function) -> Function:
        def add_response(registry: FirstMatchRegistry, response: BaseResponse) -> BaseResponse:
            added: BaseResponse = add(registry, response)
            scene, place = self._stage.scene, caller().place
            if scene is not None and self._stage.is_body and place is not None and self._counts(registry):
                what = f"the answer to {added.method} {added.url}"
                used = Registered(what=what, place=place, used=lambda: added.call_count > 0 or _is_told(scene))
                scene.registered.append(used)
            return added

        return add_response

    def _around_remove(self, remove: Function) -> Function:
        def remove_response(registry: FirstMatchRegistry, response: BaseResponse) -> list[BaseResponse]:
            if (scene := self._stage.scene) is not None:
                gone = f"the answer to {response.method} {response.url}"
                scene.registered[:] = [one for one in scene.registered if one.what != gone]
            removed: list[BaseResponse] = remove(registry, response)
            return removed

        return remove_response

    def _around_answer(self, answer: Function) -> Function:
        def get_response(registered: BaseResponse, request: PreparedRequest) -> HTTPResponse:
            response: HTTPResponse = answer(registered, request)
            if self._stage.scene is not None:
                self._stage.scene.answers.append(_seen(request, response))
            return response

        return get_response

    def _counts(self, registry: FirstMatchRegistry) -> bool:
        return self._library is not None and self._library.mock.get_registry() is registry


def _is_told(scene: Scene) -> bool:
    return "assert_all_requests_are_fired" in scene.test.source


def _seen(request: PreparedRequest, response: HTTPResponse) -> Answer:
    body = request.body.encode() if isinstance(request.body, str) else request.body
    sent = Body(content=body if isinstance(body, bytes) else b"")
    file = vars(response).get("_fp")
    content = file.getvalue() if isinstance(file, BytesIO) else None
    return Answer(
        by="responses",
        request=Request(method=request.method or "GET", uri=str(request.url), body=sent),
        status=response.status,
        headers=Headers(tuple(response.headers.items())),
        content=lambda: content,
    )
