"""`bancheng demo`: real cases by HTTP, with the acts of everybody concerned under their own tokens."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.grievance.telling import SHORTCOMINGS

if TYPE_CHECKING:
    from cli.counter import Counter
    from cli.demonstration.stories import Story, Visit
    from cli.embedded import Running

DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"


def demo(
    home: Annotated[Path | None, typer.Option(help="数据文件夹，默认 .bancheng。Folder of the data.")] = None,
) -> None:
    """Use the stack that runs, or start one for the demonstration; exit 0 only if every case ended as it should."""
    from cli.embedded import launched, running
    from settings import Settings

    folder = (home or Settings().home).resolve()
    if found := running(folder):
        told(found, "已在运行的环境")
        return
    with launched(folder, free_ports=False) as stack:
        told(stack, "本次演示的环境")
    print("■ 数据已保留；运行 make up 后，以上链接可以打开（接口链接须带令牌）")


def told(stack: Running, what: str) -> None:
    """Register the definitions, live every story, and say how it went."""
    from cli.counter import Counter
    from cli.demonstration.stories import STORIES

    begun = time.monotonic()
    with Counter(stack.addresses["api"], Path(stack.home)) as counter:
        count = published(counter)
        print(f"\n■ 登记并发布了 {count} 个事项和“一件事”（登记与发布由两人分别办理，gz:5）")
        posts = DEFINITIONS / "sample" / "posts.yaml"
        counter.post_yaml("supervisor", "/v1/units/import", posts.read_bytes(), posts.name)
        print("■ 导入了各单位的示例任职（人员均为虚构），每个岗位都有人（gz:8.3）")
        faults = [fault for story in STORIES if (fault := lived(counter, stack, story))]
        faults += [fault] if (fault := lived_late(counter, stack)) else []
        faults += [fault] if (fault := lived_as_a_bundle(counter, stack)) else []
    print(f"\n■ {what}：接口 {stack.addresses['api']}（说明 /docs） · Temporal UI {stack.addresses['temporal_ui']}")
    print(f"■ {len(STORIES) + 1} 个办件、1 个反映件和 1 个“一件事”，用时 {time.monotonic() - begun:.1f} 秒")
    if faults:
        sys.exit("✗ " + "\n✗ ".join(faults))
    print("✓ 每个办件都按预期办结")


def published(counter: Counter) -> int:
    """How many definitions there are, every one of them registered and published."""
    from cli.register import definitions_in, registered

    files = definitions_in([DEFINITIONS / "items", DEFINITIONS / "bundles"])
    for number, file in enumerate(files, 1):
        registered(counter, file, publish=True)
        print(f"\r▸ 登记事项 {number}/{len(files)}", end="", flush=True)
    return len(files)


def lived(counter: Counter, stack: Running, story: Story) -> str | None:
    """What was not as it should be with the story's case; None if all was well."""
    from cli.demonstration.stories import Visit

    print(f"\n━━ {story.title}")
    visit = Visit(counter, story.unit)
    story.live(visit)
    case = counter.get("applicant", f"/v1/cases/{visit.number}")
    show(counter, stack, visit, case)
    if case["ending"] == story.ending:
        return None
    return f"{visit.number} 应以 {story.ending} 办结，实际为 {case['ending'] or case['stage']}"


def lived_late(counter: Counter, stack: Running) -> str | None:
    """What was not as it should be with the late case and its grievance; None if all was well."""
    from cli.demonstration import late
    from domain.values import SHANGHAI
    from registry.calendars import read_calendar

    print(f"\n━━ {late.TITLE}")
    visit = late.LateVisit(counter, late.UNIT)
    late.live(visit, read_calendar(DEFINITIONS / "calendar"), datetime.now(SHANGHAI).date())
    case = counter.get("window", f"/v1/cases/{visit.number}", late.UNIT)
    show(counter, stack, visit, case, ("window", late.UNIT))
    grievance = late.closed(counter, visit.grievance["number"])
    at = f"/v1/grievances/{grievance['number']}"
    grounds = "、".join(SHORTCOMINGS[one].zh for one in grievance["grounds"])
    print(f"   ↳ 反映件 {grievance['number']}（系统自动登记：{grounds}）")
    for event in counter.get("supervisor", f"{at}/timeline", late.WINDOW):
        who = ROLES.get(event["by"], event["by"]) if event["by"] else CAUSES[event["cause"]]
        text = f"：{event['text']}" if event["text"] else ""
        print(
            f"     {event['at'][:16].replace('T', ' ')} {who:　<4} {event['says']}{text}（{event['article'] or '—'}）"
        )
    for notice in counter.get("supervisor", f"{at}/notices", late.WINDOW):
        to = notice["acknowledgment"]["to"] if notice["acknowledgment"] else "申请人"
        print(f"     ✉ {notice['title']} {notice['document_number']} → {to}")
    print(f"     → 接口 {stack.addresses['api']}{at}  Temporal UI {grievance['links']['temporal_ui']}")
    if case["ending"] != late.ENDING or grievance["ending"] != "settled":
        return f"{visit.number}、{grievance['number']} 应当办结，实际为 {case['ending']}、{grievance['ending']}"
    return None


def lived_as_a_bundle(counter: Counter, stack: Running) -> str | None:
    """What was not as it should be with the bundle; None if all was well. Its picture comes last."""
    from cli.demonstration import bundle
    from cli.picture.shown import picture_shown
    from cli.picture.terminal import drawn, style_of
    from domain.values import SHANGHAI
    from registry.calendars import read_calendar

    print(f"\n━━ {bundle.TITLE}")
    visit = bundle.BundleVisit(counter)
    bundle.live(visit)
    whole = visit.ended()
    at = f"/v1/cases/{visit.number}"
    print(f"   {whole['item_name']} · 编号 {visit.number} · 查询码 {visit.query_code}")
    for event in counter.get("window", f"{at}/timeline", bundle.LEAD):
        who = ROLES.get(event["by"], event["by"]) if event["by"] else CAUSES[event["cause"]]
        print(f"   {event['at'][:16].replace('T', ' ')} {who:　<4} {event['says']}（{event['article'] or '—'}）")
    limits = counter.get("applicant", f"{at}/deadline")
    for leg in limits["path"]:
        print(f"   {'◆' if leg['on_path'] else '·'} {leg['says']}")
    papers = [f"{notice['title']} {notice['document_number']}" for notice in counter.get("applicant", f"{at}/notices")]
    print(f"   ✉ {'；'.join(papers)}")
    print(
        f"   → 接口 {stack.addresses['api']}/v1/bundle-cases/{visit.number}  Temporal UI {whole['links']['temporal_ui']}\n"
    )
    calendar, today = read_calendar(DEFINITIONS / "calendar"), datetime.now(SHANGHAI).date()
    picture = picture_shown(lambda path: counter.get("applicant", path), visit.number, calendar, today)
    for line in drawn(picture, style_of(sys.stdout, "zh", indent=3)):
        print(f"   {line}")
    if whole["ending"] == bundle.ENDING:
        return None
    return f"{visit.number} 应以 {bundle.ENDING} 办结，实际为 {whole['ending']}"


def show(
    counter: Counter, stack: Running, visit: Visit, case: dict[str, Any], seen_by: tuple[str, str] = ("applicant", "")
) -> None:
    """The case as a timeline, its due days with their reasons and its papers as somebody sees them, and where to look
    further."""
    who_sees, for_unit = seen_by
    at = f"/v1/cases/{visit.number}"
    print(f"   {case['item_name']} · 编号 {visit.number} · 查询码 {visit.query_code}")
    for event in counter.get("window", f"{at}/timeline", visit.unit):
        who = ROLES.get(event["by"], event["by"]) if event["by"] else CAUSES[event["cause"]]
        text = f"：{event['text']}" if event["text"] else ""
        print(f"   {event['at'][:16].replace('T', ' ')} {who:　<4} {event['says']}{text}（{event['article'] or '—'}）")
    for said in visit.said:
        print(f"   ✋ {said}")
    for certificate in counter.get(who_sees, f"{at}/deadline", for_unit)["certificates"]:
        if certificate["clock"] in ("promised", "statutory", "promise"):
            print(f"   ⏱ {CLOCKS[certificate['clock']]}：{certificate['says']}（{certificate['article']}）")
    given = counter.get(who_sees, f"{at}/notices", for_unit)
    papers = [f"{notice['title']} {notice['document_number']}" for notice in given]
    print(f"   ✉ {'；'.join(papers)}")
    progress = f"{stack.addresses['api']}/v1/progress?number={visit.number}&code={visit.query_code}"
    print(f"   → 进度 {progress}  接口 {stack.addresses['api']}{at}  Temporal UI {case['links']['temporal_ui']}")


ROLES = {
    **{"applicant": "申请人", "window": "窗口", "examiner": "审查", "approver": "审批", "agency_head": "负责人"},
    **{"grievance_window": "反映窗口", "supervisor": "管理部门", "chief_representative": "首席代表"},
}
CAUSES = {"time": "时限", "system": "系统"}
CLOCKS = {"promised": "承诺办结时限", "statutory": "法定办结时限", "promise": "容缺补齐期限"}
