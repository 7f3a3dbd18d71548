"""Watches respx: which routes are set up, what they answer, which routers are started and never stopped."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from tapecheck.mocking.hooks import Function, Hooks
from tapecheck.mocking.places import Caller, caller
from tapecheck.mocking.stage import Registered, Scene, Stage
from tapecheck.mocking.transports import seen

if TYPE_CHECKING:
    import httpx
    from respx import MockRouter, Route, Router

__tracebackhide__ = True  # pytest leaves out what only passes calls on


class Routers:
    """Watches respx.

    The module's own router does not mind routes that nobody asks for, but nobody has told it so: they count. A router
    of one's own minds by default, and one that does not was told.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._common: object = None

    def take_in(self, library: ModuleType, hooks: Hooks) -> None:
        """Watch the library, which is respx."""
        self._common = library.mock
        hooks.put(library.Router, "add", self._around_add)
        hooks.put(library.Router, "record", self._around_record)
        hooks.put(library.MockRouter, "start", self._around_start)
        hooks.put(library.MockRouter, "stop", self._around_stop)

    def _around_add(self, add: Function) -> Function:
        def add_route(router: Router, route: Route, *args: object, **options: object) -> Route:
            added: Route = add(router, route, *args, **options)
            place = caller().place
            scene = self._stage.scene
            if scene is not None and self._stage.is_body and place is not None and self._minds(router):
                what = f"the respx route {added.pattern!r}"
                used = Registered(what=what, place=place, used=lambda: _is_asked(added, scene))
                scene.registered.append(used)
            return added

        return add_route

    def _around_record(self, record: Function) -> Function:
        def note(
            router: Router,
            request: httpx.Request,
            *,
            response: httpx.Response | None = None,
            route: Route | None = None,
        ) -> None:
            if (scene := self._stage.scene) is not None:
                scene.asked.append(route)
                if response is not None:
                    scene.answers.append(seen(sys.modules["httpx"], "respx", request, response))
            record(router, request, response=response, route=route)

        return note

    def _around_start(self, start: Function) -> Function:
        def start_router(router: MockRouter) -> None:
            start(router)
            self._stage.put(router, "a respx router is still started", Caller(place=caller().place))

        return start_router

    def _around_stop(self, stop: Function) -> Function:
        def stop_router(router: MockRouter, *args: object, **options: object) -> None:
            self._stage.take(router)
            stop(router, *args, **options)

        return stop_router

    def _minds(self, router: Router) -> bool:
        return router is self._common or bool(vars(router).get("_assert_all_called", True))


def _is_asked(route: Route, scene: Scene) -> bool:
    return any(one is route for one in scene.asked) or "assert_all_called" in scene.test.source
