"""What the workflow of every case does: it keeps house, and does one act at a time."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.commands import ActRequest, Answer, Command
    from domain.record import Clock, ClockRecord, ClockState, Ending, EventKind, Paper, Stage
    from domain.telling import clock_name
    from domain.values import SHANGHAI
    from workflows import acts, details, glances
    from workflows.case import Case
    from workflows.messages import Acted, CaseResult, CaseStart, Picture, workflow_id
    from workflows.refusals import refusals
    from workflows.showing import Showing
    from workflows.timeouts import BEFORE_THE_END, LAST_LOOK, LAST_LOOK_OF_PART, LOOK_AGAIN
    from workflows.undeterred import undeterred


class Life(ABC):
    """One application from receipt to its end: what every kind of case has in common. A kind says what its procedure is."""

    def __init__(self, start: CaseStart) -> None:
        self.case = Case(start)
        self.showing = Showing(start.semantics)
        self.case.recorder.cut_off = self.show
        self._alive = False
        self._one_at_a_time = asyncio.Lock()
        """An act begins when all that the one before it led to has happened; what is written may still be under way."""

    @abstractmethod
    async def procedure(self) -> Ending:
        """The life of the case as the law has it."""

    async def live(self) -> CaseResult:
        """How the case ended, whoever asks in between to have it cancelled."""
        return await undeterred(self._to_its_end(), "case")

    async def _to_its_end(self) -> CaseResult:
        case = self.case
        self._receive()
        life = asyncio.create_task(self._live(), name="procedure")
        housekeeping = [
            asyncio.create_task(case.recorder.run(), name="recorder"),
            asyncio.create_task(case.clock.run(), name="clock"),
            asyncio.create_task(self._watch_lapses(), name="lapses"),
        ]
        if case.start.part_of is not None:
            housekeeping.append(asyncio.create_task(self._tell_the_bundle(case.start.part_of.bundle), name="news"))
        self._alive = True
        running: list[asyncio.Future[Any]] = [case.ended, life, *housekeeping]
        done, _ = await workflow.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()  # a fault in any of them fails the workflow task, which is seen and tried again
        life.cancel()
        self._close(case.ended.result())
        await case.recorder.all_handed_over()
        await workflow.wait_condition(lambda: not case.untold)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CaseResult(
            number=case.start.number,
            ending=case.ended.result(),
            at=case.now(),
            events=case.recorder.seq,
            delivery_since=delivery.started_at if (delivery := case.clock.get(Clock.DELIVERY)) is not None else None,
        )

    def show(self) -> None:
        """What supervisors read and search by is of now."""
        workflow.set_current_details(details.markdown(self.case, self.showing.troubles))
        self.showing.show(glances.of_case(self.case))

    @workflow.update(description="收件：登记申请并取得回执")
    async def submit(self) -> Acted:
        """The receipt; what it led to is for the caller to put on file."""
        with self.case.recorder.during_an_act():
            async with self._one_at_a_time:
                await self._catch_up()
                await self._settled()
                return self._acted()

    @workflow.update(description="办理：答复待办任务")
    async def answer(self, answer: Answer) -> Acted:
        """What the answer led to."""
        return await self._do(answer, lambda: acts.take_answer(self.case, answer))

    @answer.validator
    def _may_answer(self, answer: Answer) -> None:
        with refusals():
            acts.check_task_answer(self.case, answer)

    @workflow.update(description="操作：补正、撤回、承诺、签收、转办、加签、暂停、延期、听证")
    async def act(self, request: ActRequest) -> Acted:
        """What the act led to."""
        return await self._do(request.act, lambda: acts.do(self.case, request.act))

    @act.validator
    def _may_act(self, request: ActRequest) -> None:
        with refusals():
            acts.check(self.case, request.act)

    @workflow.query(description="办件全貌")
    def picture(self) -> Picture:
        return details.picture(self.case)

    @asynccontextmanager
    async def in_turn(self) -> AsyncIterator[None]:
        """Do something after all that came before it; what it leads to is put on file by the workflow."""
        with self.case.recorder.during_an_act():
            async with self._one_at_a_time:
                await self._catch_up()
                yield
                await self._settled()

    async def _tell_the_bundle(self, number: str) -> None:
        """What the case of the bundle is to hear reaches it, in order; where that is gone, nobody needs to."""
        bundle = workflow.get_external_workflow_handle(workflow_id(number))
        while True:
            await workflow.wait_condition(lambda: bool(self.case.untold))
            try:
                await bundle.signal("part", self.case.untold[0])
            except FailureError:
                workflow.logger.warning("the bundle of this item has ended and hears nothing any more")
            self.case.untold.pop(0)

    async def _do(self, command: Command, done: Callable[[], None]) -> Acted:
        """Do one act after all that came before it; it is answered with everything that followed from it."""
        with self.case.recorder.during_an_act():
            async with self._one_at_a_time:
                await self._catch_up()
                with refusals():
                    done()
                await self._settled()
                if command.caller_files:
                    return self._acted(command.digest)
        await self.case.recorder.all_handed_over()
        return Acted(done=self.case.done(command.digest))

    async def _live(self) -> None:
        self.case.finish(await self.procedure())

    async def _watch_lapses(self) -> None:
        """A limit of the applicant's ends the case only when nothing that came in time is still on its way.

        What was handed in while the engine was away is on file at the counter and reaches the case later.
        """
        case = self.case
        while True:
            record = await case.lapsing.get()
            while self._still_lapses(record) and await self._is_on_its_way(record):
                await workflow.sleep(LOOK_AGAIN, summary="等待按期交来的材料")
            if self._still_lapses(record):
                case.lapse(record)
            else:
                case.clock.go_on()

    async def _is_on_its_way(self, record: ClockRecord) -> bool:
        """Whether something that came in time is still on its way; what an item of a bundle waits for may be with the bundle."""
        case = self.case
        until = record.due_at - case.shift
        of_part = case.start.part_of is not None
        missing = [[needed.id for needed in case.checklist.missing]] if of_part else []
        found: bool = await workflow.execute_activity(
            LAST_LOOK_OF_PART if of_part else LAST_LOOK,
            args=[case.start.number, until, *missing],
            result_type=bool,
            summary=f"{clock_name(record.key).zh}已过：有无按期交来的材料",
            **BEFORE_THE_END,
        )
        return found

    def _still_lapses(self, record: ClockRecord) -> bool:
        now = self.case.clock.get(record.key)
        if now is None or now.started_at != record.started_at:
            return False
        return now.state is ClockState.RUNNING and now.passed

    async def _catch_up(self) -> None:
        """What the procedure and time did before this act comes first, also when the worker slept over it.

        An update may be handled before the first line of `run`, and before a timer that fired earlier.
        """
        await workflow.wait_condition(lambda: self._alive)
        if self.case.clock.ring():
            await self._settled()

    async def _settled(self) -> None:
        """Return once the stages have done all that they can do now: conditions are looked at only then."""
        await workflow.wait_condition(lambda: True)

    def _acted(self, digest: str = "") -> Acted:
        """The answer to an act whose caller puts the batch on file."""
        return Acted(done=self.case.done(digest), batch=self.case.recorder.cut())

    def _receive(self) -> None:
        case, start = self.case, self.case.start
        facts: dict[str, Any] = {
            "materials": list(case.checklist.in_hand),
            "missing": [needed.id for needed in case.checklist.missing],
            "channel": start.channel,
        }
        if start.entered_at is not None:
            facts |= {"entered_on": start.entered_at.astimezone(SHANGHAI).date().isoformat(), "text": start.belated}
        at, article = case.received_at, "gz:13.1"
        if start.part_of is not None:  # the receipt was given for the whole
            case.record(EventKind.RECEIVED, by=start.by, article=article, at=at, bundle=start.part_of.bundle, **facts)
            return
        case.record(EventKind.RECEIVED, by=start.by, article=article, papers=(Paper.RECEIPT,), at=at, **facts)
        case.look_at_the_wish(start.by)

    def _close(self, ending: Ending) -> None:
        case = self.case
        case.ending = ending
        case.clear()
        case.clock.stop_all()
        case.enter(Stage.CLOSED)
        case.record(EventKind.CLOSED, ending=ending)
