"""Runs a grievance on the real workflow of a server that can skip time."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from cli.simulation.course import Course
from cli.simulation.differing import is_at
from cli.simulation.environment import Environment
from cli.simulation.grievance.beside import Beside, findings_of
from cli.simulation.grievance.casefile import GrievanceJob
from cli.simulation.grievance.course import GrievanceCourse
from cli.simulation.grievance.opening import start_of
from cli.simulation.grievance.play import GrievancePlay
from cli.simulation.grievance.record import Asking
from cli.simulation.jobs import Job
from cli.simulation.opening import NoSuchCase, settled_matter
from cli.simulation.opening import start_of as start_of_case
from cli.simulation.passage import Passage, TimeSlipped, Watch
from cli.simulation.runner import TRIES, begin, play_of
from cli.simulation.sending import PATIENCE, what_is_wrong
from domain.commands import RemedyKind
from domain.deadline import Office
from domain.grievance.start import GrievanceStart
from domain.words import Text
from workflows.grievance.connection import open_grievance
from workflows.grievance.messages import AskOfCase, CaseAnswered, grievance_id
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.messages import CaseStart

ENGINE = (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError, RPCError)
"""What a call to an engine that does not go on raises."""


async def run_grievance(job: GrievanceJob, office: Office, env: Environment) -> GrievanceCourse:
    """The course that the grievance takes; what is not as written is in its failures, never raised."""
    for _ in range(TRIES):
        with suppress(TimeSlipped):
            return await _played(job, office, env)
    course = GrievanceCourse(job.scenario)
    course.fail(Text("模拟服务器没有按时停下，请重新运行", "the server of the simulation overshot; run this again"))
    return course


async def _played(job: GrievanceJob, office: Office, env: Environment) -> GrievanceCourse:
    course = GrievanceCourse(job.scenario)
    beside: Beside | None = None
    try:
        if job.plays is not None:
            beside, start = _planned(job, job.plays, office, env)
            course.beside = beside.play.course
            await begin(beside.play, start)
            await beside.until(job.scenario.case.received)
            for text in _not_found(job, beside):
                course.fail(text)
        if course.as_written:
            await _from_its_beginning(course, job, office, env, beside)
    except NoSuchCase as wrong:
        course.fail(wrong.text)
    except ENGINE as error:
        course.fail(await what_is_wrong([case.handle for case in beside.play.cases] if beside else [], error))
    finally:
        for case in beside.play.cases if beside else ():
            await case.leave()
    for text in beside.failures() if beside else ():
        course.fail(text)
    return course


async def _from_its_beginning(
    course: GrievanceCourse, job: GrievanceJob, office: Office, env: Environment, beside: Beside | None
) -> None:
    number = f"SIM-FY-{uuid4().hex[:12]}"
    start = _start(number, job, office, beside)
    play = _play(course, start, env, beside)
    env.grievances.asking[number] = _asking(job, play)
    try:
        await open_grievance(env.client, env.task_queue, start, PATIENCE)
        await play.all()
    except ENGINE as error:
        course.fail(await what_is_wrong([play.time.handle], error))
    finally:
        await play.leave()


def _start(number: str, job: GrievanceJob, office: Office, beside: Beside | None) -> GrievanceStart:
    case = beside.case.number if beside else f"{number}-case"
    start = start_of(number, job, office, datetime.now(UTC), case)
    if beside is None:
        return start
    found = [
        one for one in findings_of(beside.case) if one.found_at <= job.scenario.case.received + timedelta(minutes=1)
    ]
    return start.model_copy(update={"found": bool(found)})


def _play(course: GrievanceCourse, start: GrievanceStart, env: Environment, beside: Beside | None) -> GrievancePlay:
    """The play of a grievance that is about to be opened."""
    handle = env.client.get_workflow_handle_for(GrievanceWorkflow.run, grievance_id(start.number))
    shift = timedelta(seconds=start.clock_shift_seconds)
    course.start, course.office, course.found = start, start.office, env.grievances.files[start.number]
    time = Passage(handle, env.time, Watch(start.received_at), shift)
    return GrievancePlay(course, start, start.office, env, time, beside)


def _asking(job: GrievanceJob, play: GrievancePlay) -> Asking:
    """How the case answers: by itself where it is played, else as it is written."""
    its, beside = job.scenario.case.case, play.beside
    refuses: dict[RemedyKind, str] = its.refuses if its else {}

    async def answered(asked: AskOfCase) -> CaseAnswered:
        if beside is not None:
            return await beside.answer(asked, play.found.reached)
        return CaseAnswered(refused=refuses.get(asked.asked.remedy))

    return answered


def _planned(job: GrievanceJob, plays: Job, office: Office, env: Environment) -> tuple[Beside, CaseStart]:
    """The case that is about to be opened. Raises `NoSuchCase`."""
    scenario, subject = plays
    start = start_of_case(
        f"SIM-{uuid4().hex[:12]}", scenario, settled_matter(scenario, subject), office, datetime.now(UTC)
    )
    its = job.scenario.case.case
    assert its is not None
    return Beside(play_of(Course(scenario), start, env), its.part, its.until), start


def _not_found(job: GrievanceJob, beside: Beside) -> list[Text]:
    """What the system is said to have found then, and did not."""
    written = job.scenario.case
    if written.channel != "system":
        return []
    then = {one.shortcoming for one in findings_of(beside.case) if is_at(one.found_at, written.received)}
    said = ", ".join(f"{one.shortcoming} {one.found_at:%Y-%m-%d %H:%M}" for one in findings_of(beside.case)) or "—"
    if then == set(written.grounds):
        return []
    return [
        Text(f"系统此时没有发现所写的情形；发现的是：{said}", f"the system did not find that then; it found: {said}")
    ]
