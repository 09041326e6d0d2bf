"""What a supervisor reads of a case in Temporal UI, and the answer of its query."""

from __future__ import annotations

from domain.record import ClockRecord, PartRecord, PartState
from domain.special import Stop
from domain.telling import ENDINGS, PART_STATES, STAGES, cited, clock_name, told, whose_move
from workflows.case import Case
from workflows.messages import Picture

HYPHEN = "\u2011"
"""A hyphen at which a narrow column of the table breaks no date."""
LIGHTS = {"green": "🟢 正常", "blue": "🔵 临近时限", "yellow": "🟡 超过承诺时限", "red": "🔴 超过法定时限"}


def picture(case: Case) -> Picture:
    """The whole of a case at a glance."""
    return Picture(
        number=case.start.number,
        item=case.item.name,
        definition=f"{case.item.code}@{case.item.version}",
        stage=case.stage,
        ending=case.ending,
        light=case.light,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        missing=tuple(needed.id for needed in case.checklist.missing),
        promise_open=case.promise_open,
        tasks=tuple(case.tasks.values()),
        clocks=case.clock.all(),
        stops=case.stops,
        hearing=case.hearing,
        parts=case.parts.records() if case.parts is not None else (),
        last=tuple(case.recorder.events),
        filed=case.recorder.filed,
    )


def markdown(case: Case) -> str:
    """The details of a case in Markdown: whose move, until when under which article, and what happened last."""
    item = case.item
    lines = [
        f"### {case.start.number} · {item.name}",
        f"{LIGHTS[case.light]} · **{STAGES[case.stage].zh}** · 定义 {item.code}@{item.version} · 单位 {item.unit}",
        "",
        f"**该谁办**：{'、'.join(_whose_moves(case)) or '无'}",
        *(f"⏸ **暂停计时**：{_procedure(case, stop)}" for stop in case.stops if stop.open),
    ]
    if running := case.clock.running():
        lines += [
            "",
            "| 时限 | 起算 | 到期日 | 依据 |",
            "|---|---|---|---|",
            *(_row(case, record) for record in running),
        ]
    if case.parts is not None:
        lines += [
            "",
            "| 事项 | 单位 | 进展 | 计划 |",
            "|---|---|---|---|",
            *(_part(record) for record in case.parts.records()),
        ]
    lines += [
        "",
        "**最近**",
        *(
            f"- {e.at:%m-%d %H:%M} {told(e.kind, e.data).zh} {cited(e.article or '')}"
            for e in case.recorder.events[-5:]
        ),
    ]
    return "\n".join(lines)


def _procedure(case: Case, stop: Stop) -> str:
    name = next((one.name for one in case.item.procedures if one.id == stop.procedure), stop.procedure)
    return f"{name}，自{stop.first:%Y{HYPHEN}%m{HYPHEN}%d}起，告知至{stop.until:%Y{HYPHEN}%m{HYPHEN}%d}"


def _whose_moves(case: Case) -> list[str]:
    """Whose move it is; of a bundle the units whose items run."""
    said = [whose_move(one).zh for one in case.waiting_for()]
    if case.parts is not None and "items" in case.waiting_for():
        units = dict.fromkeys(one.unit for one in case.parts.records() if one.state is PartState.RUNNING)
        said[-1] += f"（{'、'.join(units)}）"
    return said


def _part(record: PartRecord) -> str:
    state = PART_STATES[record.state].zh
    how = f"（{ENDINGS[record.ending].zh}）" if record.ending else ""
    planned = f"{record.planned:%Y{HYPHEN}%m{HYPHEN}%d}" if record.planned else ""
    path = " **最长路径**" if record.on_path else ""
    return f"| {record.name} {record.number} | {record.unit} | {state}{how} | {planned}{path} |"


def _row(case: Case, record: ClockRecord) -> str:
    steps = {f"step:{step.id}": f"环节：{step.name}" for step in case.item.steps}
    name = steps.get(record.key) or clock_name(record.key).zh
    marks = f"{'（暂定）' if record.provisional else ''}{' **已超**' if record.passed else ''}"
    begun, due = (f"{day:%Y{HYPHEN}%m{HYPHEN}%d}" for day in (record.started_at, record.due_day))
    return f"| {name} | {begun} | {due}{marks} | {cited(record.article)} |"
