"""How a command reaches a case, and how the case refuses it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Act, Answer
from domain.words import Text
from workflows.connection import send
from workflows.messages import Acted

PATIENCE = timedelta(seconds=60)
"""How long the engine may take for one act before it counts as stuck; everything runs on this machine."""


class Refusal(NamedTuple):
    """How an act was refused."""

    code: str
    words: Text


CLOSED = Refusal("case_closed", Text("办件已经办结", "the case is closed"))
"""How the counter refuses an act on a case whose workflow has ended."""


async def delivered(client: Client, number: str, command: Answer | Act) -> Acted | Refusal:
    """What the act led to, or how it was refused. A workflow that has ended refuses as the counter would."""
    try:
        return await send(client, number, command, PATIENCE)
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
    """What the engine says of a case that does not go on; the last failure of a workflow task says most."""
    said = str(error) or type(error).__name__
    for handle in handles:
        with suppress(RPCError):
            async for event in handle.fetch_history_events():
                if event.HasField("workflow_task_failed_event_attributes"):
                    said = event.workflow_task_failed_event_attributes.failure.message
    return Text(f"引擎没有办成，须请开发人员处理：{said}", f"the engine did not go on; ask a developer: {said}")
