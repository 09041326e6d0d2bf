"""The monthly notice and report of a place: looked for each morning, made on the first working day (gz:19)."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.monthly_messages import MonthlyDone, MonthlyStart
    from workflows.queues import reports_queue
    from workflows.timeouts import MAKE_MONTH, MONTHLY, MONTHS_DUE


@workflow.defn(name="Monthly")
class MonthlyWorkflow:
    """Asks which months are due, and has each of them made. It keeps nothing: what is made is on file."""

    @workflow.run
    async def run(self, start: MonthlyStart) -> MonthlyDone:
        """The months that were made."""
        queue = reports_queue(workflow.info().task_queue)
        due: list[str] = await workflow.execute_activity(
            MONTHS_DUE,
            start.place,
            task_queue=queue,
            result_type=list[str],
            summary="是否已到编制月度报告之日",
            **MONTHLY,
        )
        for month in due:
            await workflow.execute_activity(
                MAKE_MONTH,
                args=[start.place, month],
                task_queue=queue,
                result_type=str,
                summary=f"{month} 月度报告和通报",
                **MONTHLY,
            )
        return MonthlyDone(months=tuple(due))
