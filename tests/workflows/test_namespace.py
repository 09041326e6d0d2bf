"""The namespace is prepared by one command, which may run again and again, and says what it did."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from tests.conftest import Servers
from workflows.connection import connect
from workflows.namespace import TYPES, look, set_up, until_complete, warn_of_missing
from workflows.search_attributes import SEARCH_ATTRIBUTES

ROOT = Path(__file__).resolve().parents[2]
MONTH = timedelta(days=30)


@pytest.fixture
async def elsewhere(servers: Servers) -> Client:
    """A client of a namespace that there is not yet."""
    named = {"temporal_namespace": f"test-{uuid.uuid4().hex[:12]}"}
    return await connect(servers.settings.model_copy(update=named))


def setup(servers: Servers, namespace: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `bancheng temporal setup` prints."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BANCHENG_TEMPORAL_ADDRESS": servers.settings.temporal_address,
        "BANCHENG_TEMPORAL_NAMESPACE": namespace,
    }
    command = [sys.executable, "-m", "cli.main", "temporal", "setup", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)


async def test_what_is_missing_is_made_once_and_left_as_it_is_afterwards(elsewhere: Client) -> None:
    first = await set_up(elsewhere, MONTH)
    again = await set_up(elsewhere, timedelta(days=5))

    assert (first.created, set(first.added)) == (True, set(SEARCH_ATTRIBUTES))
    assert first.attributes.are_complete
    assert (again.created, again.added) == (False, ())
    described = await elsewhere.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=elsewhere.namespace)
    )
    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == MONTH


async def test_the_command_says_in_a_sentence_what_it_did(servers: Servers, elsewhere: Client) -> None:
    first = setup(servers, elsewhere.namespace, "--retention-days", "45")
    again = setup(servers, elsewhere.namespace)

    assert first.returncode == 0, first.stderr
    assert f"命名空间 {elsewhere.namespace} 已建立，历史保留 45 天" in first.stdout
    assert f"新登记搜索属性 {len(SEARCH_ATTRIBUTES)} 个" in first.stdout
    assert again.stdout.strip() == (
        f"✓ 命名空间 {elsewhere.namespace} 已存在；搜索属性没有新增；现有 {len(SEARCH_ATTRIBUTES)} 个"
    )


async def test_an_attribute_of_another_type_is_told_and_the_rest_is_registered(
    servers: Servers, elsewhere: Client
) -> None:
    await set_up(elsewhere, MONTH, {"AcItemCode": "Keyword"})
    wrong = AddSearchAttributesRequest(
        namespace=elsewhere.namespace, search_attributes={"AcWaitingFor": TYPES["Keyword"]}
    )
    await elsewhere.operator_service.add_search_attributes(wrong)

    done = setup(servers, elsewhere.namespace)

    assert done.returncode == 1
    assert "AcWaitingFor（现为 Keyword，应为 KeywordList）" in done.stdout
    found = await look(elsewhere)
    assert (found.missing, dict(found.other)) == ((), {"AcWaitingFor": "Keyword"})


async def test_a_worker_registers_what_a_release_of_ours_has_added(
    elsewhere: Client, caplog: pytest.LogCaptureFixture
) -> None:
    former = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name in ("AcItemCode", "AcDept")}
    await set_up(elsewhere, MONTH, former)
    with caplog.at_level(logging.INFO, logger="workflows.namespace"):
        await warn_of_missing(elsewhere)
        await until_complete(elsewhere)

    assert "run bancheng temporal setup" in caplog.messages[0]
    assert "registered the search attributes" in caplog.messages[1]
    assert (await look(elsewhere)).are_complete


async def test_a_server_that_is_away_ends_the_command_with_a_sentence(servers: Servers) -> None:
    away = servers.settings.model_copy(update={"temporal_address": "127.0.0.1:1"})

    done = setup(Servers(away), "default")

    assert done.returncode == 1
    assert "127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr
