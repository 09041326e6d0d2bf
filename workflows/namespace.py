"""The namespace in Temporal as our workflows need it: there, with its retention, and with every search attribute."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.words import Text
from workflows.search_attributes import SEARCH_ATTRIBUTES

log = logging.getLogger(__name__)

TYPES = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}
NAMES = {
    **{number: name for name, number in TYPES.items()},
    IndexedValueType.INDEXED_VALUE_TYPE_TEXT: "Text",
    IndexedValueType.INDEXED_VALUE_TYPE_INT: "Int",
    IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE: "Double",
    IndexedValueType.INDEXED_VALUE_TYPE_BOOL: "Bool",
}
PATIENCE = timedelta(seconds=10)
AGAIN_SECONDS = 5.0


class Attributes(NamedTuple):
    """How the search attributes of a namespace compare with those that our workflows set."""

    there: tuple[str, ...]
    missing: tuple[str, ...]
    other: Mapping[str, str]
    """Those of our names that have another type, with that type."""

    @property
    def are_complete(self) -> bool:
        """Whether every attribute can be set."""
        return not self.missing and not self.other

    def said(self, namespace: str) -> Text:
        """What is wrong, and what to do."""
        if self.other:
            wrong = "、".join(
                f"{name}（现为 {kind}，应为 {SEARCH_ATTRIBUTES[name]}）" for name, kind in self.other.items()
            )
            listed = ", ".join(f"{name} is {kind}, not {SEARCH_ATTRIBUTES[name]}" for name, kind in self.other.items())
            return Text(
                f"命名空间 {namespace} 的搜索属性类型不对：{wrong}；请由管理员删除后运行 bancheng temporal setup",
                f"Search attributes of the namespace {namespace} have other types: {listed}. Have them removed, then run "
                "bancheng temporal setup",
            )
        return Text(
            f"命名空间 {namespace} 缺少搜索属性 {'、'.join(self.missing)}；请运行 bancheng temporal setup",
            f"The namespace {namespace} lacks the search attributes {', '.join(self.missing)}; run bancheng temporal setup",
        )


class SetUp(NamedTuple):
    """What was done."""

    created: bool
    """Whether the namespace was created."""
    added: tuple[str, ...]
    attributes: Attributes
    """As they are now."""


async def look(client: Client, wanted: Mapping[str, str] = SEARCH_ATTRIBUTES) -> Attributes:
    """How the namespace stands. Raises `RPCError`, with NOT_FOUND where there is no such namespace."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    found = dict((await client.operator_service.list_search_attributes(request, timeout=PATIENCE)).custom_attributes)
    there = {name: NAMES.get(found[name], str(found[name])) for name in wanted if name in found}
    return Attributes(
        there=tuple(there),
        missing=tuple(name for name in wanted if name not in there),
        other={name: kind for name, kind in there.items() if kind != wanted[name]},
    )


async def set_up(client: Client, retention: timedelta, wanted: Mapping[str, str] = SEARCH_ATTRIBUTES) -> SetUp:
    """Create what is missing; what is there is left as it is. Raises `RPCError` where this client may not."""
    created = await _create(client, retention)
    before = await _once_known(client, wanted)
    return SetUp(created, before.missing, await _with_all(client, before, wanted))


async def _with_all(client: Client, found: Attributes, wanted: Mapping[str, str] = SEARCH_ATTRIBUTES) -> Attributes:
    """How the namespace stands once what was missing is registered."""
    if not found.missing:
        return found
    types = {name: TYPES[wanted[name]] for name in found.missing}
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
    await client.operator_service.add_search_attributes(request, timeout=PATIENCE)
    return await look(client, wanted)


async def _create(client: Client, retention: timedelta) -> bool:
    service = client.workflow_service
    try:
        await service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace), timeout=PATIENCE)
        return False
    except RPCError as missing:
        if missing.status is not RPCStatusCode.NOT_FOUND:
            raise
    kept = Duration(seconds=int(retention.total_seconds()))
    request = RegisterNamespaceRequest(namespace=client.namespace, workflow_execution_retention_period=kept)
    try:
        await service.register_namespace(request, timeout=PATIENCE)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:  # somebody else was at it
            raise
        return False
    return True


async def _once_known(client: Client, wanted: Mapping[str, str]) -> Attributes:
    """How the namespace stands; one that was created a moment ago is not known to every part of the server at once."""
    for _ in range(60):
        try:
            return await look(client, wanted)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await asyncio.sleep(1)
    return await look(client, wanted)


async def until_complete(client: Client) -> None:
    """Return once every search attribute can be set; what is missing is registered where this client may do that, else the
    log says what to run. A case that sets an attribute which is not there can't go on."""
    while True:
        try:
            before = await look(client)
            found = await _with_all(client, before)
            if before.missing:
                log.info("registered the search attributes %s", ", ".join(before.missing))
            if found.are_complete:
                return
            log.error("%s", found.said(client.namespace).en)
        except RPCError as error:
            log.error("search attributes can't be registered (%s): run bancheng temporal setup", error.status.name)
        await asyncio.sleep(AGAIN_SECONDS)


async def warn_of_missing(client: Client) -> None:
    """Say once in the log where cases could not be opened for want of a search attribute; nothing while Temporal is away."""
    try:
        found = await look(client)
    except (RPCError, RuntimeError):
        return
    if not found.are_complete:
        log.error("%s", found.said(client.namespace).en)
