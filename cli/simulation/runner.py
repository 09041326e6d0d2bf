"""Runs a scenario on the real workflow of a server that can skip time."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from cli.simulation.bundle_play import BundlePlay
from cli.simulation.course import Course
from cli.simulation.environment import Environment
from cli.simulation.living import Living
from cli.simulation.opening import NoSuchCase, settled_matter, start_of
from cli.simulation.passage import Passage, TimeSlipped, Watch
from cli.simulation.play import Play
from cli.simulation.scenario import Scenario
from cli.simulation.sending import PATIENCE, what_is_wrong
from cli.simulation.subject import Subject
from domain.deadline import Office
from domain.words import Text
from workflows.case_workflow import CaseWorkflow
from workflows.connection import open_case
from workflows.messages import CaseStart, workflow_id

TRIES = 3


async def run(scenario: Scenario, subject: Subject, office: Office, env: Environment) -> Course:
    """The course that the scenario takes; what is not as written is in its failures, never raised."""
    for _ in range(TRIES):
        with suppress(TimeSlipped):
            return await _played(scenario, subject, office, env)
    course = Course(scenario)
    course.fail(Text("模拟服务器没有按时停下，请重新运行", "the server of the simulation overshot; run this again"))
    return course


async def _played(scenario: Scenario, subject: Subject, office: Office, env: Environment) -> Course:
    course = Course(scenario)
    try:
        matter = settled_matter(scenario, subject)
        start = start_of(f"SIM-{uuid4().hex[:12]}", scenario, matter, office, datetime.now(UTC))
    except NoSuchCase as wrong:
        course.fail(wrong.text, wrong.act)
        return course
    play = play_of(course, start, env)
    try:
        await begin(play, start)
        await play.all()
    except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError, RPCError) as error:
        course.fail(await what_is_wrong([case.handle for case in play.cases], error))
    finally:
        for case in play.cases:
            await case.leave()
    return course


async def begin(play: Play, start: CaseStart) -> None:
    """Open the case of the play."""
    env = play.case.env
    opened = await open_case(env.client, env.task_queue, start, PATIENCE)
    play.case.found.keep(opened.batch)
    play.case.time.watch = Watch(opened.done.at or start.received_at)


def play_of(course: Course, start: CaseStart, env: Environment) -> Play:
    """The play of a case that is about to be opened."""
    handle = env.client.get_workflow_handle_for(CaseWorkflow.run, workflow_id(start.number))
    case = Living(
        number=start.number,
        item=start.item,
        office=start.office,
        found=env.recorder.cases[start.number],
        env=env,
        time=Passage(handle, env.time, Watch(start.received_at), timedelta(seconds=start.clock_shift_seconds)),
    )
    course.case, course.bundle = case, start.bundle
    if start.bundle is None:
        return Play(course, case)
    play = BundlePlay(course, case, bundle=start.bundle)
    course.parts = play.parts
    return play
