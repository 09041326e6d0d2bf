"""A database of its own for the tests of registers, on the PostgreSQL of all tests, and a register on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI, Request, Response

from storage.database import Database
from storage.migrate import migrate
from tests.conftest import Servers
from tests.waiting import on_a_socket

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
    async with on_a_socket(made.app) as address:
        made.url = f"{address}/certificates"
        yield made


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
