"""A database of its own for the tests of registers, on the PostgreSQL of all tests, and a register on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from storage.database import Database
from storage.migrate import migrate
from tests.conftest import Servers

Answer = Callable[[dict[str, Any]], Response]


class Register:
    """A register over real HTTP that answers as it is told and remembers what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Answer = lambda asked: Response(status_code=404)
        self.delay = 0.0
        self.app = FastAPI()
        self.app.add_api_route("/certificates", self._answered, methods=["GET", "POST"])

    async def _answered(self, request: Request) -> Response:
        asked = dict(request.query_params) if request.method == "GET" else await request.json()
        self.asked.append(asked)
        self.headers.append(dict(request.headers))
        await asyncio.sleep(self.delay)
        return self.answer(asked)


@pytest.fixture
async def register() -> AsyncIterator[Register]:
    """A register that holds nothing until it is told otherwise."""
    made = Register()
    config = uvicorn.Config(made.app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    made.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/certificates"
    yield made
    server.should_exit = True
    await serving


@pytest.fixture(scope="session")
async def register_database(servers: Servers) -> AsyncIterator[Database]:
    """The database."""
    url = servers.settings.database_url
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE registers")
    own = url.rpartition("/")[0] + "/registers"
    migrate(own)
    opened = Database(own)
    yield opened
    await opened.close()
