"""What keeps cases from going on: its kinds, and what is known of each (`domain/trouble_telling.py` says it in a sentence).

`watch/` finds them from what PostgreSQL and Temporal show; nothing here asks a workflow. `docs/troubles.md` has them all.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.values import Value
from domain.words import Text


class TroubleKind(StrEnum):
    """What is wrong; the value is the code that metrics and search attributes carry."""

    QUEUE_UNSERVED = "queue_unserved"
    TASK_FAILING = "task_failing"
    ACTIVITY_RETRYING = "activity_retrying"
    REGISTER_DOWN = "register_down"
    CHANNEL_REFUSING = "channel_refusing"
    ROLE_VACANT = "role_vacant"
    MISSED_TIMER = "missed_timer"
    BEHIND = "behind"
    FILE_AHEAD = "file_ahead"
    WORKFLOW_GONE = "workflow_gone"
    WORKFLOW_WITHOUT_FILE = "workflow_without_file"
    UNSTARTED = "unstarted"
    NOT_ARCHIVED = "not_archived"
    DATABASE_DOWN = "database_down"
    ENGINE_DOWN = "engine_down"


class FailingTask(StrEnum):
    """Why a workflow task keeps failing."""

    NONDETERMINISM = "nondeterminism"
    CODE = "code"
    TIMEOUT = "timeout"
    OTHER = "other"


TROUBLES: dict[TroubleKind, Text] = {
    TroubleKind.QUEUE_UNSERVED: Text("任务队列没有工作进程", "nobody serves a task queue"),
    TroubleKind.TASK_FAILING: Text("办件流程反复出错，不能继续", "the workflow fails again and again"),
    TroubleKind.ACTIVITY_RETRYING: Text("后台操作反复失败", "an activity fails again and again"),
    TroubleKind.REGISTER_DOWN: Text("共享数据源没有响应", "a register does not answer"),
    TroubleKind.CHANNEL_REFUSING: Text("送达渠道发不出文书", "a channel does not take papers"),
    TroubleKind.ROLE_VACANT: Text("岗位无人，任务无人可办", "tasks lie with a role that nobody fills"),
    TroubleKind.MISSED_TIMER: Text("期限届满而办件没有反应", "a limit passed and the case does not know"),
    TroubleKind.BEHIND: Text("档案落后于办理历史", "the case file is behind its history"),
    TroubleKind.FILE_AHEAD: Text("档案超前于办理历史", "the case file is ahead of its history"),
    TroubleKind.WORKFLOW_GONE: Text("在办件没有流程", "an open case has no running workflow"),
    TroubleKind.WORKFLOW_WITHOUT_FILE: Text("流程没有档案", "a workflow has no case file"),
    TroubleKind.UNSTARTED: Text("已收件而没有立案", "taken in, and not opened"),
    TroubleKind.NOT_ARCHIVED: Text("已办结而历史没有归档", "closed, and its history is not archived"),
    TroubleKind.DATABASE_DOWN: Text("数据库没有响应", "the database does not answer"),
    TroubleKind.ENGINE_DOWN: Text("办件引擎（Temporal）没有响应", "Temporal does not answer"),
}
"""Each kind in a few words, for lists and for the details of a case."""

WAITING_TO_BE_ARCHIVED, NOT_FOUND_TO_ARCHIVE = "waiting", "missing"
"""The subjects of `NOT_ARCHIVED`: histories that should lie in the archive by now, and those that the engine should have and has not."""

UNWATCHED_AFTER = timedelta(minutes=2)
"""Where the probe has not looked for so long, that there are no troubles means nothing."""

TOLD_TO_ITS_WORKFLOW = frozenset(
    {TroubleKind.ACTIVITY_RETRYING, TroubleKind.MISSED_TIMER, TroubleKind.BEHIND, TroubleKind.FILE_AHEAD}
)
"""What a workflow is told of, to show it in Temporal UI: troubles of its own in which it still runs."""
CANNOT_HEAR = frozenset({TroubleKind.TASK_FAILING, TroubleKind.WORKFLOW_GONE})
"""While it is in one of these, a workflow takes nothing in."""


class Trouble(Value):
    """Something that is wrong now. Facts hold numbers, codes and names of types: never a person's data."""

    kind: TroubleKind
    subject: str
    """What it is about: a workflow id, a task queue, a register, a channel, `role@unit`."""
    since: AwareDatetime
    facts: dict[str, str | int | bool | None] = Field(default_factory=dict)
    unit: str | None = None
    """The unit whose supervisors it concerns; None: looked up by the case, and else everybody's."""

    @property
    def number(self) -> str | None:
        """The case or grievance that it is about."""
        return number_of(self.subject)


def number_of(workflow: str) -> str | None:
    """The number of the case or grievance whose workflow has this id; None for any other."""
    kind, _, number = workflow.partition(":")
    return number if kind in FILES and number else None


FILES = {"case": Text("办件", "case"), "grievance": Text("反映件", "grievance")}
