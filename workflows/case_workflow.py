"""The workflow of one case: its procedure tells the law in order."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.record import Ending
    from workflows.messages import CaseResult, CaseStart, FromBundle
    from workflows.stages.acceptance import accept
    from workflows.stages.delivery import deliver
    from workflows.stages.examination import examine
    from workflows.stages.part import accept_with_the_whole, end_with_the_result, take
    from workflows.stages.promise import await_promise
    from workflows.supervised import Supervised
    from workflows.timeouts import OPEN_PART


@workflow.defn(name="Case")
class CaseWorkflow(Supervised):
    """One application for one item, from receipt to the result in the applicant's hands."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        if start.part_of is not None:
            as_json, part_of = start.model_dump(mode="json", by_alias=True), start.part_of
            self.case.recorder.first = lambda batch: (OPEN_PART, [part_of, as_json, batch])

    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        """How the case ended."""
        return await self.live()

    async def procedure(self) -> Ending:
        """Acceptance, examination, promise, issue and delivery; an item of a bundle is accepted and delivered with it."""
        case, of_bundle = self.case, self.case.start.part_of is not None
        if of_bundle:
            accept_with_the_whole(case)
        elif not_accepted := await accept(case):
            return not_accepted
        granted = case.granted if case.granted is not None else await examine(case)
        await await_promise(case)
        if of_bundle:
            return await end_with_the_result(case, granted=granted)
        return await deliver(case, granted=granted)

    @workflow.signal(description="来自“一件事”：转交材料、撤回")
    async def from_bundle(self, word: FromBundle) -> None:
        """The bundle that this is an item of passes something on."""
        async with self.in_turn():
            take(self.case, word)
