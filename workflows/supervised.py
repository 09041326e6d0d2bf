"""What supervisors do to a case from Temporal UI, and what the liveness probe tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.supervision.from_ui import HoldWord, ReassignWord, ResumeWord, UrgeWord, example_of
    from workflows import acts, from_ui
    from workflows.case import Case
    from workflows.from_ui import CHIEF, SUPERVISOR, Sent
    from workflows.life import Life
    from workflows.messages import Acted
    from workflows.refusals import refusals

Reading = Callable[[Case, Any, str], Sent]
"""Makes the act of a case out of what was sent, and the id under which it was sent."""


class Supervised(Life):
    """A case on which supervisors may act without the counter: what they do is put on file by the workflow itself."""

    @workflow.update(description=f"催办。{example_of(UrgeWord, SUPERVISOR, 'gz-thr-management')}")
    async def urge(self, word: Any) -> Acted:
        """Urge the unit whose move it is."""
        return await self._sent(from_ui.urge, word)

    @urge.validator
    def _may_urge(self, word: Any) -> None:
        self._check_sent(from_ui.urge, word)

    @workflow.update(description=f"转办。{example_of(ReassignWord, CHIEF, 'gz-thr-samr')}")
    async def reassign(self, word: Any) -> Acted:
        """Give a task to another person or unit."""
        return await self._sent(from_ui.reassign, word)

    @reassign.validator
    def _may_reassign(self, word: Any) -> None:
        self._check_sent(from_ui.reassign, word)

    @workflow.update(description=f"因特别程序暂停计时。{example_of(HoldWord, CHIEF, 'gz-thr-samr')}")
    async def hold(self, word: Any) -> Acted:
        """Stop the clock for a special procedure."""
        return await self._sent(from_ui.hold, word)

    @hold.validator
    def _may_hold(self, word: Any) -> None:
        self._check_sent(from_ui.hold, word)

    @workflow.update(description=f"特别程序结束，恢复计时。{example_of(ResumeWord, CHIEF, 'gz-thr-samr')}")
    async def resume(self, word: Any) -> Acted:
        """Let the clock go on."""
        return await self._sent(from_ui.resume, word)

    @resume.validator
    def _may_resume(self, word: Any) -> None:
        self._check_sent(from_ui.resume, word)

    @workflow.signal(description="系统：报备已签收（报备事项的序号）")
    def filing_acknowledged(self, seq: int) -> None:
        """The overseeing department has taken note of the filing that this event gave."""
        self.case.filings = tuple(one for one in self.case.filings if one != seq)
        self.show()

    @workflow.signal(description="系统：巡检发现的异常（代码列表，空为已恢复）")
    def note_trouble(self, codes: list[str]) -> None:
        """The probe found these wrong with the case, and nothing else any more."""
        self.showing.note(codes)
        self.show()

    async def _sent(self, reading: Reading, word: Any) -> Acted:
        with refusals():
            act = reading(self.case, word, _request())
        return await self._do(act, lambda: acts.do(self.case, act))

    def _check_sent(self, reading: Reading, word: Any) -> None:
        with refusals():
            acts.check(self.case, reading(self.case, word, _request()))


def _request() -> str:
    """The id under which the update was sent: sent again under it, it is done once."""
    update = workflow.current_update_info()
    return update.id if update is not None else ""
