"""The workflow of one bundle: one acceptance, its items as child workflows, one window for all results (gz:11.2)."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.record import Ending
    from workflows.case import Heard
    from workflows.messages import CaseResult, CaseStart, News
    from workflows.parts import Parts
    from workflows.stages.acceptance import accept
    from workflows.stages.bundle import handle
    from workflows.supervised import Supervised


@workflow.defn(name="BundleCase")
class BundleWorkflow(Supervised):
    """One application for a bundle, from receipt to all results in the applicant's hands."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)
        if start.bundle is None:
            raise ValueError(f"{start.number} is no bundle")
        self.parts = self.case.parts = Parts(self.case, start.bundle)

    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        """How the whole ended."""
        return await self.live()

    async def procedure(self) -> Ending:
        """One acceptance for all items, then all items."""
        return await accept(self.case) or await handle(self.case, self.parts)

    @workflow.signal(description="来自各事项：不予准予、需要更长时间")
    def part(self, news: News) -> None:
        """An item tells how it stands."""
        self.case.turns.put_nowait(Heard(news))
