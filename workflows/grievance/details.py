"""What a supervisor reads of a grievance in Temporal UI, and the answer of its query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.grievance.state import Grievance
from domain.grievance.telling import CHANNELS, CLASSES, LEGS, LEVELS, SHORTCOMINGS, told
from domain.record import ClockState
from domain.telling import cited, clock_name, whose_move
from workflows.grievance.messages import GrievancePicture

if TYPE_CHECKING:
    from workflows.grievance.workflow import GrievanceWorkflow

HYPHEN = "\u2011"


def picture(of: GrievanceWorkflow) -> GrievancePicture:
    """The whole of a grievance at a glance."""
    return GrievancePicture(number=of.start.number, state=of.state, clocks=of.clock.all(), last=tuple(of.events))


def markdown(of: GrievanceWorkflow) -> str:
    """The details in Markdown: whose move, until when, what it is about, and what happened last."""
    state, start = of.state, of.start
    grounds = "、".join(SHORTCOMINGS[one].zh for one in state.grounds) or "未分类"
    klass = CLASSES[state.klass].zh if state.klass else "未定"
    lines = [
        f"### {start.number} · “办不成事”反映件",
        f"**{LEGS[state.leg].zh}** · {grounds} · 类别：{klass} · 来源：{CHANNELS[start.channel].zh}",
        f"关联办件：{start.case or '无'} · 责任单位：{state.unit or '未转办'}",
        "",
        f"**该谁办**：{'、'.join(whose_move(one).zh for one in state.waiting_for) or '无'}{_level(state)}",
    ]
    if running := [record for record in of.clock.all() if record.state is ClockState.RUNNING]:
        lines += ["", "| 环节 | 起算 | 到期日 | 依据 |", "|---|---|---|---|"]
        for record in running:
            begun, ends = (f"{day:%Y{HYPHEN}%m{HYPHEN}%d}" for day in (record.started_at, record.due_day))
            late = " **已超**" if record.passed else ""
            lines.append(f"| {clock_name(record.key).zh} | {begun} | {ends}{late} | {cited(record.article)} |")
    lines += ["", "**最近**", *(f"- {e.at:%m-%d %H:%M} {told(e.kind, e.data).zh}" for e in of.events[-5:])]
    return "\n".join(lines)


def _level(state: Grievance) -> str:
    return f"（已升级至{LEVELS[state.level].zh}）" if state.level else ""
