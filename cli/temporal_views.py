"""`python -m cli.temporal_views`: the generated parts of docs/temporal-ui.md, made anew: ready queries, attributes, flags."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.glance import FLAGS
from domain.supervision.from_ui import HoldWord, ReassignWord, ResumeWord, UrgeWord, example_of
from domain.supervision.saved_views import VIEWS
from domain.troubles import TOLD_TO_ITS_WORKFLOW, TROUBLES
from workflows.search_attributes import SEARCH_ATTRIBUTES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "temporal-ui.md"
NAMESPACE = "approval"
MEANS = {
    "AcItemCode": "事项编码 · code of the item",
    "AcDefVersion": "事项及定义版本 · item and version of its definition (`code@date`)",
    "AcDept": "承办单位 · unit that handles it; of a grievance the one that answers for it, before the transfer its window",
    "AcChannel": "来源 · where it came in (`window`, `online`; of a grievance also `hotline`, `system`)",
    "AcPlace": "辖区 · place of the unit (`gz-thr`)",
    "AcBundleNo": "所属“一件事” · number of the bundle, on the bundle itself and on its items",
    "AcStatus": "状态 · `open`, `paused`; at the end how it ended (`granted`, `withdrawn`, …)",
    "AcStage": "阶段 · `acceptance`, `supplement`, `examination`, `promise`, `issue`, `delivery`, `closed`; of a grievance its leg",
    "AcLight": "灯 · `green`, `blue`, `yellow`, `red`",
    "AcWaitingFor": "该谁办 · `role@unit`, `role:…`, `unit:…`, `applicant`, `items`",
    "AcFlags": "标记 · see below",
    "AcTrouble": "巡检异常 · codes of what the liveness probe found, see below",
    "AcDueAt": "下一到期时刻 · when the next limit passes",
    "AcCaseDueAt": "整件到期时刻 · end of the promised limit, or of the statutory one where nothing is promised",
}
EXAMPLES = (
    ("urge", "催办 · urge", example_of(UrgeWord, "supervisor", "gz-thr-management")),
    (
        "reassign",
        "转办 · give a task to another person or unit",
        example_of(ReassignWord, "chief_representative", "gz-thr-samr"),
    ),
    ("hold", "因特别程序暂停计时 · stop the clock", example_of(HoldWord, "chief_representative", "gz-thr-samr")),
    ("resume", "恢复计时 · let it go on", example_of(ResumeWord, "chief_representative", "gz-thr-samr")),
)


def views() -> Iterator[str]:
    """Every ready query with its link."""
    yield "| 视图 · view | 显示 · shows | 查询 · query |"
    yield "|---|---|---|"
    for view in VIEWS:
        link = f"[{view.name.zh} · {view.name.en}]({view.link(NAMESPACE)})"
        yield f"| {link} | {view.says.zh} · {view.says.en} | `{view.query}` |"


def attributes() -> Iterator[str]:
    """Every search attribute with its type and meaning."""
    yield "| name | type | 含义 · meaning |"
    yield "|---|---|---|"
    yield from (f"| `{name}` | {kind} | {MEANS[name]} |" for name, kind in SEARCH_ATTRIBUTES.items())


def flags() -> Iterator[str]:
    """Every word of `AcFlags`, and every code of `AcTrouble` that a case is told of."""
    yield "| `AcFlags` | 含义 · meaning |"
    yield "|---|---|"
    yield from (f"| `{flag.value}` | {text.zh} · {text.en} |" for flag, text in FLAGS.items())
    yield ""
    yield "| `AcTrouble` | 含义 · meaning |"
    yield "|---|---|"
    told = [(kind, text) for kind, text in TROUBLES.items() if kind in TOLD_TO_ITS_WORKFLOW]
    yield from (f"| `{kind.value}` | {text.zh} · {text.en} |" for kind, text in told)


def acts() -> Iterator[str]:
    """Every act from the UI with its JSON."""
    yield "| update | 做什么 · does | JSON |"
    yield "|---|---|---|"
    yield from (f"| `{name}` | {does} | `{example}` |" for name, does, example in EXAMPLES)


PARTS = {"views": views, "attributes": attributes, "flags": flags, "acts": acts}


def page(written: str) -> str:
    """The page with its generated parts made anew; what people wrote stays."""
    for name, made in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = written.partition(begin)
        _, _, after = rest.partition(end)
        written = "\n".join([f"{before}{begin}", "", *made(), "", f"{end}{after}"])
    return written


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(VIEWS)} views, {len(SEARCH_ATTRIBUTES)} attributes")


if __name__ == "__main__":
    main()
