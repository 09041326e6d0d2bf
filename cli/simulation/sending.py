"""How a command reaches a case, and how the case refuses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import Client, WorkflowHandle, WorkflowQueryFailedError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Act, Answer
from domain.words import Text
from workflows.connection import send
from workflows.messages import Acted

PATIENCE = timedelta(seconds=60)
"""How long the engine may take for one act before it counts as stuck; everything runs on this machine."""


T = TypeVar("T")
TRIES = 3


class Refusal(NamedTuple):
    """How an act was refused."""

    code: str
    words: Text


PUT_BACK = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
"""Something came in while the task was being done, and the server has it done anew; nothing is wrong with the workflow."""

CLOSED = Refusal("case_closed", Text("办件已经办结", "the case is closed"))
"""How the counter refuses an act on a case whose workflow has ended."""


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer to a question that may be asked again: where something came across the workflow task that would answer it,
    the server does that task anew and turns the asker away; and a worker of a busy machine may take too long for a query."""
    for _ in range(TRIES - 1):
        try:
            return await ask()
        except WorkflowQueryFailedError:
            continue
        except RPCError as error:
            if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
    return await ask()


async def delivered(client: Client, number: str, command: Answer | Act) -> Acted | Refusal:
    """What the act led to, or how it was refused. A workflow that has ended refuses as the counter would."""
    try:
        return await patiently(lambda: send(client, number, command, PATIENCE))
    except WorkflowUpdateFailedError as failed:
        if not isinstance(failed.cause, ApplicationError):
            raise
        said = failed.cause.details[0] if failed.cause.details else {}
        words = Text(said.get("zh", str(failed.cause)), said.get("en", str(failed.cause)))
        return Refusal(failed.cause.type or "", words)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return CLOSED


def otherwise(written: str | None, refusal: Refusal | None) -> Text:
    """How the act came off, and how it should have."""
    if refusal is None:
        return Text(f"应被拒绝（{written}），却办成了", f"should be refused ({written}), was done")
    code, words = refusal
    if written is None:
        return Text(f"被拒绝（{code}）：{words.zh}", f"refused ({code}): {words.en}")
    return Text(
        f"应以 {written} 被拒绝，实际以 {code} 被拒绝：{words.zh}",
        f"should be refused as {written}, was refused as {code}: {words.en}",
    )


async def what_is_wrong(handles: Iterable[WorkflowHandle[Any, Any]], error: Exception) -> Text:
    """What the engine says of a case that does not go on: what was asked in vain, and why its workflow task fails, if it does."""
    said = f"{type(error).__name__} {error}".rstrip()
    for handle in handles:
        with suppress(RPCError):
            async for event in handle.fetch_history_events():
                failed = event.workflow_task_failed_event_attributes
                if event.HasField("workflow_task_failed_event_attributes") and failed.cause != PUT_BACK:
                    said = failed.failure.message
    return Text(f"引擎没有办成，须请开发人员处理：{said}", f"the engine did not go on; ask a developer: {said}")
