"""The way to PostgreSQL: one engine a process, one transaction an act."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import psycopg
from pydantic_core import from_json
from sqlalchemy import AsyncAdaptedQueuePool, ExceptionContext, PoolProxiedConnection, TextClause, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session


class PoolState(NamedTuple):
    """How the connections of a process stand: how many it may have, how many are in use and idle, who waits for one."""

    size: int
    in_use: int
    idle: int
    waiting: int


class _Pool(AsyncAdaptedQueuePool):
    """Counts who waits for a connection."""

    waiting = 0

    def connect(self) -> PoolProxiedConnection:
        self.waiting += 1
        try:
            return super().connect()
        finally:
            self.waiting -= 1


class _Reading(Session):
    """Changes nothing."""


@event.listens_for(_Reading, "do_orm_execute")
def _only_read(state: ORMExecuteState) -> None:
    statement = state.statement
    first = statement.text.split(None, 1)[0].upper() if isinstance(statement, TextClause) else ""
    if not (state.is_select or first in ("SELECT", "WITH")):
        raise RuntimeError("a session for reading was asked to write; take Database.begin()")


@event.listens_for(_Reading, "before_flush")
def _nothing_to_write(session: Session, *_: object) -> None:
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        raise RuntimeError("something was changed in a session for reading; take Database.begin()")


class Database:
    """Sessions on one PostgreSQL; times come back in Asia/Shanghai, the zone that the server is set to."""

    def __init__(self, url: str, pool: int = 10) -> None:
        self.url = url
        self._engine = create_async_engine(
            url,
            hide_parameters=True,
            poolclass=_Pool,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=10,
            pool_recycle=1800,
            json_deserializer=from_json,
            connect_args={"connect_timeout": 5, "options": "-c timezone=Asia/Shanghai -c statement_timeout=30000"},
        )
        event.listen(self._engine.sync_engine, "handle_error", _tell_no_values)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        each_alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = async_sessionmaker(each_alone, sync_session_class=_Reading, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        async with self._sessions.begin() as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session to read in: each statement sees what is on file at its moment, just as in a transaction (READ COMMITTED),
        and two ways to the server and back are saved. What would write raises `RuntimeError`: nobody could take it back."""
        async with self._reading() as session:
            yield session
            session.sync_session.flush()

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which each statement is a transaction of its own: one way to the server and back."""
        async with self._engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    def pool(self) -> PoolState:
        """How its connections stand now."""
        pool: Any = self._engine.pool
        return PoolState(pool.size(), pool.checkedout(), pool.checkedin(), pool.waiting)

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()


def _tell_no_values(context: ExceptionContext) -> None:
    """Leave of an error of the server what went wrong; its DETAIL and CONTEXT repeat the row, and errors reach logs."""
    error, wrapped = context.original_exception, context.sqlalchemy_exception
    if isinstance(error, psycopg.Error) and (said := error.diag.message_primary):
        error.args = (said,)
        if wrapped is not None:
            wrapped.args = (f"({type(error).__module__}.{type(error).__name__}) {said}",)
