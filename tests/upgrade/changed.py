"""The next release of the case workflow, as a developer would write it: once with the change behind a patch, once without."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.record import Ending
    from workflows.case_workflow import CaseWorkflow
    from workflows.messages import CaseResult, CaseStart

PATCH = "a-step-more"


@workflow.defn(name="Case")
class PatchedCase(CaseWorkflow):
    """Cases that come to their end from now on have one timer more; those that ended before stay as they are."""

    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        """How the case ended."""
        return await self.live()

    async def procedure(self) -> Ending:
        """What it was, and a moment more."""
        ending = await super().procedure()
        if workflow.patched(PATCH):
            await workflow.sleep(timedelta(milliseconds=1), summary=PATCH)
        return ending


@workflow.defn(name="Case")
class UnguardedCase(CaseWorkflow):
    """Every case has one timer more, also one that has begun without."""

    @workflow.run
    async def run(self, start: CaseStart) -> CaseResult:
        """How the case ended."""
        return await self.live()

    async def procedure(self) -> Ending:
        """What it was, after a moment."""
        await workflow.sleep(timedelta(milliseconds=1))
        return await super().procedure()
