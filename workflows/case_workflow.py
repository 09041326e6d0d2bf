"""The workflow of one case: it keeps house, the procedure tells the law in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.commands import ActRequest, Answer, Command
    from domain.record import ClockRecord, ClockState, Ending, EventKind, Paper, Stage
    from domain.telling import clock_name
    from workflows import acts, details
    from workflows.case import Case
    from workflows.messages import Acted, CaseResult, CaseStart, Picture
    from workflows.refusals import refusals
    from workflows.stages.acceptance import accept
    from workflows.stages.delivery import deliver
    from workflows.stages.examination import examine
    from workflows.stages.promise import await_promise
    from workflows.timeouts import BEFORE_THE_END, LAST_LOOK, LOOK_AGAIN


async def procedure(case: Case) -> Ending:
    """The life of a case as the law has it."""
    if not_accepted := await accept(case):
        return not_accepted
    granted = case.granted if case.granted is not None else await examine(case)
    await await_promise(case)
    return await deliver(case, granted=granted)


@workflow.defn(name="Case")
class CaseWorkflow:
    """One application from receipt to the result in the applicant's hands."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self.case = Case(start)
        self.case.recorder.cut_off = lambda: workflow.set_current_details(details.markdown(self.case))
        self._alive = False
        self._one_at_a_time = asyncio.Lock()
        """An act begins when all that the one before it led to has happened; what is written may still be under way."""

    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        """How the case ended. A request to cancel it, as the button in Temporal UI makes one, is passed over: a case ends as
        the law says, and a supervisor who wants it ended acts on it."""
        life = asyncio.create_task(self._to_its_end(), name="case")
        while True:
            try:
                return await asyncio.shield(life)
            except asyncio.CancelledError:
                if life.cancelled():
                    raise
                workflow.logger.warning("a request to cancel the case is passed over")

    async def _to_its_end(self) -> CaseResult:
        case = self.case
        self._receive()
        life = asyncio.create_task(self._live(), name="procedure")
        housekeeping = [
            asyncio.create_task(case.recorder.run(), name="recorder"),
            asyncio.create_task(case.clock.run(), name="clock"),
            asyncio.create_task(self._watch_lapses(), name="lapses"),
        ]
        self._alive = True
        running: list[asyncio.Future[Any]] = [case.ended, life, *housekeeping]
        done, _ = await workflow.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()  # a fault in any of them fails the workflow task, which is seen and tried again
        life.cancel()
        self._close(case.ended.result())
        await case.recorder.all_handed_over()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CaseResult(number=case.start.number, ending=case.ended.result(), at=case.now(), events=case.recorder.seq)

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
        self.case.finish(await procedure(self.case))

    async def _watch_lapses(self) -> None:
        """A limit of the applicant's ends the case only when nothing that came in time is still on its way.

        What was handed in while the engine was away is on file at the counter and reaches the case later.
        """
        case = self.case
        while True:
            record = await case.lapsing.get()
            until = record.due_at - case.shift
            while self._still_lapses(record) and await workflow.execute_activity(
                LAST_LOOK,
                args=[case.start.number, until],
                result_type=bool,
                summary=f"{clock_name(record.key).zh}已过：有无按期交来的材料",
                **BEFORE_THE_END,
            ):
                await workflow.sleep(LOOK_AGAIN, summary="等待按期交来的材料")
            if self._still_lapses(record):
                case.lapse(record)
            else:
                case.clock.go_on()

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
        case.record(
            EventKind.RECEIVED,
            by=start.by,
            article="gz:13.1",
            papers=(Paper.RECEIPT,),
            at=case.received_at,
            materials=list(case.checklist.in_hand),
            missing=[needed.id for needed in case.checklist.missing],
            channel=start.channel,
        )
        case.look_at_the_wish(start.by)

    def _close(self, ending: Ending) -> None:
        case = self.case
        case.ending = ending
        case.clear()
        case.clock.stop_all()
        case.enter(Stage.CLOSED)
        case.record(EventKind.CLOSED, ending=ending)
