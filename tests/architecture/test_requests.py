"""How requests are served: all in one thread, for a hop to another one waits for those who are being served meanwhile."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import create_app
from settings import Settings


def routes_in(routes: Iterable[Any]) -> Iterator[APIRoute]:
    """Every route of the API, those of routers that are part of it included."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from routes_in(router.routes)


def calls_of(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from calls_of(one)


def test_no_request_hops_to_another_thread() -> None:
    routes = list(routes_in(create_app(Settings()).routes))

    hopping = {
        (route.path, call.__qualname__)
        for route in routes
        for call in calls_of(route.dependant)
        if not inspect.iscoroutinefunction(call) and not inspect.isasyncgenfunction(call)
    }

    assert len(routes) > 80
    assert hopping == set()
