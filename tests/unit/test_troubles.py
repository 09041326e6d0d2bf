"""Every trouble is said in both languages, and the settings as they stand find the quick ones within a minute."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.api.history.v1 import HistoryEvent, WorkflowTaskFailedEventAttributes

from domain.trouble_telling import SAYS, says
from domain.troubles import TROUBLES, FailingTask, Trouble, TroubleKind, number_of
from domain.values import SHANGHAI
from settings import Settings
from watch.cases import Pace
from watch.probe import LONGEST_LOOK_SECONDS
from watch.queues import SLACK_SECONDS
from watch.tasks import cause_of

SINCE = datetime(2026, 11, 24, 9, 30, 5, tzinfo=SHANGHAI)
CASE = "case:GZ20261124-000005-4"
EXAMPLES: list[tuple[TroubleKind, str, dict[str, Any], str, str]] = [
    (
        TroubleKind.QUEUE_UNSERVED,
        "cases",
        {"tasks": "workflow", "cases": 3, "backlog": 1},
        "任务队列 cases 自2026年11月24日09:30:05起没有工作进程来取流程任务，3 件在办的停在原处",
        "Since 2026-11-24 09:30:05 nobody takes the workflow tasks of the queue cases; 3 open workflows stand still",
    ),
    (
        TroubleKind.QUEUE_UNSERVED,
        "cases-reports",
        {"tasks": "activity", "reports": True, "polled": False, "cases": 0, "backlog": 1},
        "月度报告的任务队列 cases-reports 自2026年11月24日09:30:05起没有工作进程来取任务",
        "monthly reports are not made (gz:19), cases go on. Start a worker that does `reports`",
    ),
    (
        TroubleKind.REGISTER_DOWN,
        "电子证照",
        {"waiting": 2, "attempts": 0},
        "没有进程向共享数据源 电子证照 取材料，或者来不及取：2 份在等",
        "Nobody asks the register 电子证照, or not fast enough: 2 materials wait",
    ),
    (
        TroubleKind.TASK_FAILING,
        CASE,
        {"cause": FailingTask.TIMEOUT.value, "type": None, "attempts": 4},
        "办件 GZ20261124-000005-4 自2026年11月24日09:30:05起不能继续，已试 4 次：工作进程没有在时限内处理完",
        "has not gone on since 2026-11-24 09:30:05, after 4 attempts: the worker does not finish in time",
    ),
    (
        TroubleKind.CHANNEL_REFUSING,
        "mail",
        {"waiting": 2, "attempts": 0},
        "送达渠道 mail 没有进程在发送，或者来不及发送：2 份文书在等",
        "Nobody sends on the channel mail, or not fast enough: 2 papers wait",
    ),
    (
        TroubleKind.BEHIND,
        CASE,
        {"file": 3, "history": 5, "repaired": False, "error": "OperationalError"},
        "自动补登没有成功（OperationalError），请排除原因后运行 bancheng reconcile GZ20261124-000005-4",
        "Repair failed (OperationalError): mend the cause and run bancheng reconcile GZ20261124-000005-4",
    ),
    (
        TroubleKind.NOT_ARCHIVED,
        "waiting",
        {"files": 7, "days": 12, "goes_at": "2027-02-22T09:30:05+08:00"},
        "7 件已办结而办理历史没有归档，最早的于 12 天前（2026年11月24日09:30:05）办结；它的历史将于2027年2月22日09:30:05从 Temporal 中删除",
        "the oldest was closed 12 days ago (2026-11-24 09:30:05), and its history goes at 2027-02-22 09:30:05. Look at",
    ),
    (
        TroubleKind.NOT_ARCHIVED,
        "missing",
        {"files": 1, "days": 2, "goes_at": None},
        "1 件已办结，办理历史在 Temporal 中找不到，而保存期未满",
        "1 closed cases have no history in Temporal although its retention is not over",
    ),
    (
        TroubleKind.WORKFLOW_GONE,
        "grievance:FY20261124-000001-2",
        {"status": "missing"},
        "反映件 FY20261124-000001-2 仍在办，而它在办件引擎中的流程已不存在",
        "The grievance FY20261124-000001-2 is open and its workflow is gone",
    ),
]


@pytest.mark.parametrize(("kind", "subject", "facts", "zh", "en"), EXAMPLES)
def test_trouble_is_said_with_since_when_and_what_to_do(
    kind: TroubleKind, subject: str, facts: dict[str, Any], zh: str, en: str
) -> None:
    said = says(kind, subject, SINCE, facts)

    assert zh in said.zh
    assert en in said.en


def test_every_kind_has_its_words_and_its_sentence() -> None:
    assert set(TROUBLES) == set(SAYS) == set(TroubleKind)


@pytest.mark.parametrize(
    ("subject", "number"),
    [(CASE, "GZ20261124-000005-4"), ("grievance:FY1", "FY1"), ("monthly:gz-thr:2026-10", None), ("cases", None)],
)
def test_trouble_of_a_workflow_knows_its_number(subject: str, number: str | None) -> None:
    assert number_of(subject) == number
    assert Trouble(kind=TroubleKind.BEHIND, subject=subject, since=SINCE).number == number


def test_cause_of_a_failed_task_is_its_type_also_where_the_server_cut_it_short() -> None:
    cut = Failure(
        message="Failure exceeds size limit.",
        cause=Failure(message="a name", application_failure_info=ApplicationFailureInfo(type="KeyError")),
    )
    failed = HistoryEvent(
        event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        workflow_task_failed_event_attributes=WorkflowTaskFailedEventAttributes(
            cause=WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE, failure=cut
        ),
    )

    assert cause_of(failed) == (FailingTask.CODE, "KeyError")
    assert cause_of(HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT)) == (
        FailingTask.TIMEOUT,
        None,
    )
    assert cause_of(HistoryEvent(event_type=EventType.EVENT_TYPE_TIMER_STARTED)) is None


REPORTED_AFTER, LEFT_UNDER_WAY = 10, 5
"""Seconds until the server reports a failing task (two attempts), and until an act under way is suspect (`storage.watched`)."""


def test_settings_as_they_stand_find_each_fault_within_a_minute_even_where_the_look_takes_as_long_as_it_may() -> None:
    every, polled = (Settings.model_fields[name].default for name in ("watch_every_seconds", "watch_poll_seconds"))

    assert polled + SLACK_SECONDS + every + LONGEST_LOOK_SECONDS < 60
    assert REPORTED_AFTER + every + LONGEST_LOOK_SECONDS < 60
    assert LEFT_UNDER_WAY + every + Pace().patience_seconds + every + LONGEST_LOOK_SECONDS <= 60


def test_page_has_each_of_them() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "troubles.md").read_text("utf-8")

    assert [kind.value for kind in TroubleKind if f"| `{kind.value}` |" not in page] == []
