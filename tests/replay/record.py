"""`python -m tests.replay.record [PATH …]`: keep the history of each path that is named, or of those not kept yet.

A kept history is never replaced to make a change pass: that is what `workflow.patched` is for. Add new ones beside it.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from cli.embedded import binaries
from domain.bundle.settling import PartOf
from domain.commands import RemedyKind
from domain.grievance.record import GrievanceBatch
from domain.record import Batch
from tests.replay.bundle_paths import BUNDLE_PATHS, FIRST, BundleDrive
from tests.replay.grievance_paths import GRIEVANCE_PATHS, GrievanceDrive
from tests.replay.paths import PATHS, Drive
from workflows.bundle_workflow import BundleWorkflow
from workflows.case_workflow import CaseWorkflow
from workflows.grievance.messages import AskOfCase, CaseAnswered
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.sandbox import runner
from workflows.search_attributes import SEARCH_ATTRIBUTES

HISTORIES = Path(__file__).with_name("histories")


@activity.defn(name="record")
async def record_nothing(batch: Batch) -> None:
    """Stands in for the case file; histories hold no results of it."""


@activity.defn(name="last_look")
async def nothing_on_its_way(number: str, until: datetime) -> bool:
    """Stands in for the counter."""
    return False


@activity.defn(name="open_part")
async def open_nothing(part_of: PartOf, start: dict[str, Any], batch: Batch) -> None:
    """Stands in for the case file of an item of a bundle."""


@activity.defn(name="hand_on")
async def hand_nothing_on(bundle: str, number: str, takes: dict[str, str]) -> None:
    """Stands in for the materials on file."""


@activity.defn(name="record_grievance")
async def record_no_grievance(batch: GrievanceBatch) -> None:
    """Stands in for the file of a grievance."""


@activity.defn(name="ask_of_case")
async def answer_for_the_case(asked: AskOfCase) -> CaseAnswered:
    """Stands in for the case, which was accepted already."""
    return CaseAnswered(refused="not_acceptance" if asked.asked.remedy is RemedyKind.ACCEPT_NOW else None)


async def main(wanted: list[str]) -> None:
    """Drive each path and write its history down."""
    attributes = [f"--search-attribute={name}={kind}" for name, kind in SEARCH_ATTRIBUTES.items()]
    async with (
        await WorkflowEnvironment.start_local(
            data_converter=pydantic_data_converter,
            dev_server_existing_path=str(binaries.temporal()),
            dev_server_extra_args=attributes,
            dev_server_log_level="error",
        ) as env,
        Worker(
            env.client,
            task_queue="record",
            workflows=[CaseWorkflow, BundleWorkflow, GrievanceWorkflow],
            activities=[
                record_nothing,
                nothing_on_its_way,
                open_nothing,
                hand_nothing_on,
                record_no_grievance,
                answer_for_the_case,
            ],
            workflow_runner=runner(),
        ),
    ):
        for name in wanted:
            if name in PATHS:
                case = Drive(env.client, "record")
                await PATHS[name](case)
                handles = {name: case.handle}
            elif name in GRIEVANCE_PATHS:
                grievance = GrievanceDrive(env.client, "record")
                await GRIEVANCE_PATHS[name](grievance)
                handles = {name: grievance.handle}
            else:
                bundle = BundleDrive(env.client, "record")
                await BUNDLE_PATHS[name](bundle)
                handles = {name: bundle.handle(), f"{name}.{FIRST}": bundle.handle(FIRST)}
            await asyncio.sleep(1)
            for kept, handle in handles.items():
                history = await handle.fetch_history()
                (HISTORIES / f"{kept}.json").write_text(history.to_json(), encoding="utf-8")
                print(f"{kept}: {len(history.events)} events")


if __name__ == "__main__":
    every = (*PATHS, *BUNDLE_PATHS, *GRIEVANCE_PATHS)
    named = sys.argv[1:] or [name for name in every if not (HISTORIES / f"{name}.json").exists()]
    asyncio.run(main(named))
    gc.collect()
