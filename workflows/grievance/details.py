"""What a supervisor reads of a grievance in Temporal UI, and the answer of its query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from domain.grievance.start import GrievanceStart
from domain.grievance.state import Grievance
from domain.grievance.telling import CHANNELS, CLASSES, LEGS, LEVELS, SHORTCOMINGS, told
from domain.record import ClockState
from domain.telling import cited, clock_name, whose_move
from workflows.details import day, link_to, troubled
from workflows.grievance.messages import GrievancePicture

if TYPE_CHECKING:
    from workflows.grievance.workflow import GrievanceWorkflow

HOW = "**可以做**：分类、转办、答复、退回、反馈、回访、复核评估、通报，均在 `POST /v1/grievances/{number}/acts` 办理"


def picture(of: GrievanceWorkflow) -> GrievancePicture:
    """The whole of a grievance at a glance."""
    return GrievancePicture(number=of.start.number, state=of.state, clocks=of.clock.all(), last=tuple(of.events))


def static(start: GrievanceStart) -> str:
    """What never changes: where it came from, the case it is about, and where it is to be seen."""
    said = f"来源 {CHANNELS[start.channel].zh}，关联办件 {start.case or '无'}"
    return "\n\n".join([said, *link_to(start.shown, start.number)])


def markdown(of: GrievanceWorkflow, troubles: Iterable[str] = ()) -> str:
    """The details in Markdown: whose move, until when, what it is about, and what happened last."""
    state, start = of.state, of.start
    grounds = "、".join(SHORTCOMINGS[one].zh for one in state.grounds) or "未分类"
    klass = CLASSES[state.klass].zh if state.klass else "未定"
    running = [record for record in of.clock.all() if record.state is ClockState.RUNNING]
    since = f"，自{day(running[0].started_at)}起，至{day(running[0].due_day)}" if running else ""
    lines = [
        f"### {start.number} · “办不成事”反映件",
        f"**{LEGS[state.leg].zh}** · {grounds} · 类别：{klass} · 来源：{CHANNELS[start.channel].zh}",
        f"关联办件：{start.case or '无'} · 责任单位：{state.unit or '未转办'}",
        *troubled(troubles),
        "",
        f"**该谁办**：{'、'.join(whose_move(one).zh for one in state.waiting_for) or '无'}{_level(state)}{since}",
    ]
    if running:
        lines += ["", "| 环节 | 起算 | 到期日 | 依据 |", "|---|---|---|---|"]
        for record in running:
            late = " **已超**" if record.passed else ""
            begun, ends = day(record.started_at), day(record.due_day)
            lines.append(f"| {clock_name(record.key).zh} | {begun} | {ends}{late} | {cited(record.article)} |")
    if state.waiting_for:
        lines += ["", HOW.replace("{number}", start.number)]
    happened = (
        f"- {e.at:%m-%d %H:%M} {told(e.kind, e.data).zh}{f' · {e.by.id}' if e.by else ''}" for e in of.events[-5:]
    )
    lines += ["", "**最近**", "", *happened, *link_to(start.shown, start.number)]
    return "\n".join(lines)


def _level(state: Grievance) -> str:
    return f"（已升级至{LEVELS[state.level].zh}）" if state.level else ""
