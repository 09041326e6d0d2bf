"""The items of a bundle, from acceptance to the one window at which all results are handed over (gz:11.2, gz:13.3)."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ChildWorkflowError, FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

from domain.bundle.progress import ending_of, startable
from domain.bundle.settling import Part
from domain.commands import Outcome
from domain.law import carries_out
from domain.limits import Starts
from domain.record import CaseEnd, Clock, Ending, EventKind, Paper, PartState, Stage, TaskState
from domain.running import beginning_at
from workflows import details
from workflows.case import Answered, Case, Heard, PartOver, Turn
from workflows.messages import CaseResult, FromBundle, workflow_id
from workflows.parts import DELIVERY_OF, Parts
from workflows.search_attributes import at_start
from workflows.timeouts import HAND_ON, HOW_IT_ENDED, ON_FILE, UNTIL_IT_ENDED

DELIVER = "deliver"


@carries_out("gz:11.2", "gz:13.3")
async def handle(case: Case, parts: Parts) -> Ending:
    """How the whole ends, once every item is handed over or ended."""
    case.enter(Stage.EXAMINATION)
    while True:
        parts.pass_on_materials()
        await pass_on(case, parts)
        await begin(case, parts)
        if case.turns.empty():  # else something happened meanwhile, and comes first
            parts.restate()
            parts.watch()
            lay_out(case, parts)
            case.recorder.cut_off()  # what supervisors read is of now, also where nothing goes on file
            if parts.done and not parts.words:
                case.clock.stop(Clock.DELIVERY)
                return ending_of(parts.progress)
        take(case, parts, await case.turns.get())
        while not case.turns.empty():
            take(case, parts, case.turns.get_nowait())


def take(case: Case, parts: Parts, turn: Turn) -> None:
    """Something happened: an item told how it stands, or is over, or the window handed results over."""
    match turn:
        case Heard():
            parts.take_news(turn.news)
        case PartOver():
            parts.over(turn.part, turn.result)
        case Answered():
            handed_over(case, parts, turn)


async def begin(case: Case, parts: Parts) -> None:
    """Every item begins whose predecessors have their results, all of them at once."""
    if starting := startable(parts.bundle, parts.progress):
        await asyncio.gather(*(begin_part(case, parts, part) for part in starting))
        parts.begun(starting)


async def begin_part(case: Case, parts: Parts, part: Part) -> None:
    """The item gets a case of its own, which lives on whatever becomes of the bundle."""
    start = parts.start_of(part)
    try:
        child = await workflow.start_child_workflow(
            "Case",
            start,
            id=workflow_id(part.number),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            result_type=CaseResult,
            parent_close_policy=ParentClosePolicy.ABANDON,
            search_attributes=at_start(start),
            static_summary=f"{part.item.name} · {part.item.unit}",
            static_details=details.static(start),
        )
    except WorkflowAlreadyStartedError:  # the bundle was reset; what has begun goes on
        child = None
    case.watched.append(asyncio.create_task(watch(case, part, child), name=f"part:{part.id}"))


async def watch(case: Case, part: Part, child: ChildWorkflowHandle[Any, CaseResult] | None) -> None:
    """Tell the bundle when the item's case is over. Where it can't be heard of, as when somebody terminated its workflow, the
    case file is asked again and again: it knows how the case ended once the workflow was brought back."""
    try:
        result = await child if child is not None else await ending_on_file(part)
    except ChildWorkflowError:
        workflow.logger.warning("the workflow of an item of the bundle ended before its case did")
        result = await ending_on_file(part)
    case.turns.put_nowait(PartOver(part.id, result))


async def ending_on_file(part: Part) -> CaseResult:
    """How the case of the item ended, once the case file knows."""
    found = await workflow.execute_activity(
        HOW_IT_ENDED, part.number, result_type=CaseEnd, summary=f"等待 {part.item.name} 办结", **UNTIL_IT_ENDED
    )
    return CaseResult(number=part.number, ending=found.ending, at=found.at, events=0)


async def pass_on(case: Case, parts: Parts) -> None:
    """Whatever is to be passed on to items reaches them; one whose case has ended needs nothing any more."""
    while parts.words:
        id_, word = parts.words.pop(0)
        part = parts.bundle.part(id_)
        if word.kind == "materials":
            materials = {one: part.takes[one] for one in word.materials}
            summary = f"材料转交 {part.item.name}"
            await workflow.execute_activity(
                HAND_ON, args=[case.start.number, part.number, materials], summary=summary, **ON_FILE
            )
        await tell(part.number, word)


async def tell(number: str, word: FromBundle) -> None:
    """The case hears of it, if it still lives."""
    try:
        await workflow.get_external_workflow_handle(workflow_id(number)).signal("from_bundle", word)
    except FailureError:
        workflow.logger.warning("an item of the bundle has ended and hears nothing any more")


def lay_out(case: Case, parts: Parts) -> None:
    """One task for all results once nothing has to be decided any more; one of its own for each that goes out earlier."""
    wanted: dict[str, tuple[str, str]] = {}
    """The name of the task of each slot, and the limit within which it has to be done."""
    for n, part in enumerate(parts.bundle.parts, 1):
        if part.id in parts.collected_early and parts.progress.states[part.id] is PartState.RESULT:
            own = f"{DELIVERY_OF}{part.id}"
            wanted[f"{DELIVER}.{n}"] = f"先行送达：{part.item.name}", own if case.clock.get(own) else Clock.DELIVERY
    if parts.progress.settled:
        settle(case, parts)
        if any(id_ not in parts.collected_early for id_ in parts.progress.are(PartState.RESULT)):
            wanted[DELIVER] = "统一出件送达", Clock.DELIVERY
    for task in list(case.tasks.values()):
        if task.slot.split(".")[0] == DELIVER and task.slot not in wanted:
            case.close(task, TaskState.OBSOLETE)
    for slot, (name, limit) in wanted.items():
        if case.task_in(slot) is None:
            case.lay_for_window(slot, name, (Outcome.DELIVERED,), limit)


def settle(case: Case, parts: Parts) -> None:
    """Everything is decided: the limit of the whole is met, that of handing over runs."""
    if case.stage is not Stage.EXAMINATION:
        return
    case.clock.stop(Clock.PROMISED)
    case.clock.stop(Clock.STATUTORY)
    if parts.progress.are(PartState.RESULT):
        case.enter(Stage.DELIVERY)
        case.record(EventKind.ISSUED, article="gz:11.2", papers=(Paper.RESULT_READY,))
        case.begin(beginning_at(Starts.DECISION, case.item), case.now())


def handed_over(case: Case, parts: Parts, turn: Answered) -> None:
    """The window handed results over: those of the task."""
    _, _, place = turn.task.slot.partition(".")
    if place:
        ids: tuple[str, ...] = (parts.bundle.parts[int(place) - 1].id,)
    else:
        held = parts.progress.are(PartState.RESULT)
        ids = tuple(id_ for id_ in held if id_ not in parts.collected_early)
    case.record(
        EventKind.PARTS_HANDED_OVER,
        by=turn.answer.by,
        article="gz:11.2",
        papers=(Paper.PROOF_OF_SERVICE,),
        parts=parts.hand_over(ids),
        text=turn.answer.text,
    )
