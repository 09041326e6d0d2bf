"""What a supervisor reads of a case in Temporal UI, and the answer of its query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from domain.record import Clock, ClockRecord, PartRecord, PartState, Stage
from domain.shown import Shown
from domain.special import Stop
from domain.telling import ENDINGS, PART_STATES, STAGES, cited, clock_name, told, whose_move
from domain.troubles import TROUBLES
from workflows.case import Case
from workflows.from_ui import open_acts
from workflows.messages import CaseStart, Picture

HYPHEN = "\u2011"
"""A hyphen at which a narrow column of the table breaks no date."""
SPACE = "\u00a0"
"""A space at which no column breaks, and that keeps two columns apart."""
LIGHTS = {"green": "🟢 正常", "blue": "🔵 临近时限", "yellow": "🟡 超过承诺时限", "red": "🔴 超过法定时限"}
HOW = "**监管人员现在可以做**（More Actions → Send an Update，内容为一个 JSON；须有写权限，以所填工号记入办件经过）"


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


def static(start: CaseStart) -> str:
    """What never changes: the item, its version, the bundle it belongs to, and where the case is to be seen."""
    item = start.item
    whole = [f"“一件事”办件 {start.part_of.bundle} 的事项 {start.part_of.part}"] if start.part_of is not None else []
    said = [f"事项 {item.code}", f"定义版本 {item.version}", f"摘要 {item.digest[:16]}", *whole]
    return "\n\n".join(["，".join(said), *link_to(start.shown, start.number)])


def markdown(case: Case, troubles: Iterable[str] = ()) -> str:
    """The details of a case in Markdown: whose move, since when, until when under which article, what may be done, and what
    happened last."""
    item = case.item
    ending = f"（{ENDINGS[case.ending].zh}）" if case.ending is not None else ""
    lines = [
        f"### {case.start.number} · {item.name}",
        f"{LIGHTS[case.light]} · **{STAGES[case.stage].zh}**{ending} · 定义 {item.code}@{item.version} · 单位 {item.unit}",
        *troubled(troubles),
        "",
        *_listed("该谁办", [*_whose_moves(case)]),
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
    if offered := [f"- {act.name} `{act.update}`：`{act.example}`" for act in open_acts(case)]:
        lines += ["", HOW, "", *offered]
    lines += [
        "",
        "**最近**",
        "",
        *(
            f"- {e.at:%m-%d %H:%M} {told(e.kind, e.data).zh} {cited(e.article or '')}{f' · {e.by.id}' if e.by else ''}"
            for e in case.recorder.events[-5:]
        ),
        *link_to(case.start.shown, case.start.number),
    ]
    return "\n".join(lines)


def troubled(codes: Iterable[str]) -> Iterator[str]:
    """A line for each trouble that the liveness probe found; one of a later release shows its code."""
    for code in codes:
        zh = next((text.zh for kind, text in TROUBLES.items() if kind == code), code)
        yield f"⚠ **异常**：{zh}（{code}）"


def link_to(shown: Shown, number: str) -> Iterator[str]:
    """Where the case is to be seen, for who may see it there."""
    if page := shown.page_of(number):
        yield f"\n[打开 {number}]({page}) · [经过]({page}/timeline)"


def day(of: date | datetime) -> str:
    """A day that no narrow column breaks."""
    return f"{of:%Y{HYPHEN}%m{HYPHEN}%d}"


def _listed(name: str, said: list[str]) -> list[str]:
    """In one line where one thing is said, else a line for each."""
    if len(said) < 2:
        return [f"**{name}**：{said[0] if said else '无'}"]
    return [f"**{name}**：", "", *(f"- {one}" for one in said), ""]


def _procedure(case: Case, stop: Stop) -> str:
    name = next((one.name for one in case.item.procedures if one.id == stop.procedure), stop.procedure)
    return f"{name}，自{day(stop.first)}起，告知至{day(stop.until)}"


def _whose_moves(case: Case) -> Iterator[str]:
    """Whose move it is, with what, since when and until when; of a bundle the units whose items run."""
    if case.stage in (Stage.SUPPLEMENT, Stage.PROMISE):
        limit = case.clock.get(Clock.SUPPLEMENT if case.stage is Stage.SUPPLEMENT else Clock.PROMISE)
        begun = f"，自{day(limit.started_at)}起" if limit else ""
        yield f"{whose_move('applicant').zh}{begun}{_until(limit)}"
        return
    for task in case.tasks.values():
        who = whose_move(f"{task.sitting.role}@{task.sitting.unit}").zh
        held = f"，已签收 {task.assignee}" if task.assignee else ""
        since = case.lies_since(task)
        yield f"{who}“{task.name}”{held}，自{since:%m-%d %H:%M}起{_until(case.clock_of(task))}"
    if case.parts is not None and "items" in case.waiting_for():
        units = dict.fromkeys(one.unit for one in case.parts.records() if one.state is PartState.RUNNING)
        yield f"{whose_move('items').zh}（{'、'.join(units)}）"


def _until(limit: ClockRecord | None) -> str:
    if limit is None:
        return ""
    late = "，**已超**" if limit.passed else ""
    return f"，至{day(limit.due_day)}（{cited(limit.article)}）{late}"


def _part(record: PartRecord) -> str:
    state = PART_STATES[record.state].zh
    how = f"（{ENDINGS[record.ending].zh}）" if record.ending else ""
    planned = day(record.planned) if record.planned else ""
    path = " **最长路径**" if record.on_path else ""
    return f"| {record.name} {record.number} | {record.unit} | {state}{how} | {planned}{path} |"


def _row(case: Case, record: ClockRecord) -> str:
    steps = {f"step:{step.id}": f"环节：{step.name}" for step in case.item.steps}
    name = steps.get(record.key) or clock_name(record.key).zh
    marks = f"{'（暂定）' if record.provisional else ''}{f'{SPACE}**已超**' if record.passed else ''}"
    return (
        f"| {name} | {day(record.started_at)}{SPACE} | {day(record.due_day)}{marks}{SPACE} | {cited(record.article)} |"
    )
