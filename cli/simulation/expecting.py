"""How a case stands, compared with what was expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cli.simulation.carding import cards_of
from cli.simulation.course import Lived
from cli.simulation.differing import differs, in_order, is_due_at, listed, listed_days, never, plain, sets
from cli.simulation.expectation import CaseExpectation, Expectation, PartExpectation
from cli.simulation.record import CaseOnRecord
from domain.item import Item
from domain.record import Light, PartRecord
from domain.telling import ENDINGS, EVENTS, PART_STATES, STAGES, clock_name
from domain.words import Text

LIGHTS = {
    Light.GREEN: Text("绿灯", "green"),
    Light.BLUE: Text("蓝灯（临近）", "blue"),
    Light.YELLOW: Text("黄牌", "yellow"),
    Light.RED: Text("红牌", "red"),
}


def differences(expected: CaseExpectation, found: CaseOnRecord, item: Item) -> Iterator[Text]:
    """Every point in which the case does not stand as expected, in a sentence each."""
    names = {step.id: step.name for step in item.steps}
    if expected.names("ending") and expected.ending != found.ending:
        yield differs(Text("办结情况", "ending"), _ending(expected.ending), _ending(found.ending, found))
    if expected.stage is not None and expected.stage != found.stage:
        yield differs(Text("阶段", "stage"), STAGES[expected.stage], STAGES[found.stage])
    if expected.names("accepted") and expected.accepted != found.accepted_on:
        yield differs(Text("受理日期", "day of acceptance"), plain(expected.accepted), plain(found.accepted_on))
    yield from _due_days(expected, found, names)
    if expected.names("late"):
        passed = [clock.key for clock in found.clocks if clock.passed]
        yield from sets(Text("超过的时限", "limits passed"), expected.late, passed, lambda key: _clock(key, names))
    if expected.names("provisional"):
        provisional = [clock.key for clock in found.clocks if clock.provisional]
        what = Text("到期日为暂定的时限", "provisional limits")
        yield from sets(what, expected.provisional, provisional, lambda key: _clock(key, names))
    if missing := [paper for paper in expected.papers if paper not in found.papers]:
        yield Text(
            f"应当出具文书 {'、'.join(missing)}，没有出具；出具了的是：{'、'.join(found.papers) or '无'}",
            f"papers expected but not given: {', '.join(missing)}; given were: {', '.join(found.papers) or 'none'}",
        )
    happened = {event.kind for event in found.so_far}
    if left_out := [EVENTS[kind] for kind in expected.happened if kind not in happened]:
        zh, en = "；".join(text.zh for text in left_out), "; ".join(text.en for text in left_out)
        yield Text(f"应当发生而没有发生：{zh}", f"should have happened, and did not: {en}")
    if expected.names("paused") and expected.paused != found.paused_until:
        paused = Text("暂停计时至", "paused until")
        yield differs(paused, plain(expected.paused), plain(found.paused_until))
    if expected.names("breach") and expected.breach != found.breach:
        yield differs(Text("未一次性告知的记录", "breach on record"), _yes(expected.breach), _yes(found.breach))
    if expected.names("light") and expected.light != found.light:
        yield differs(Text("亮灯", "light"), LIGHTS[expected.light], LIGHTS[found.light])
    if expected.names("cards") and list(expected.cards) != (given := cards_of(found, item.unit)):
        yield differs(Text("发出的牌", "cards"), in_order(expected.cards), in_order(given))


def differences_of_bundle(
    expected: Expectation, records: Sequence[PartRecord], cases: Mapping[str, Lived]
) -> Iterator[Text]:
    """Every point in which the items of a bundle do not stand as expected: in the plan of the whole, and as cases."""
    if expected.names("path") and list(expected.path) != (way := longest_way(records)):
        yield differs(Text("最长路径", "longest way"), listed(expected.path, _as_it_is), listed(way, _as_it_is))
    for record in records:
        if (wanted := expected.parts.get(record.id)) is not None:
            for text in (*_in_the_plan(wanted, record), *_as_a_case(wanted, cases.get(record.id))):
                yield Text(f"事项 {record.id}，{text.zh}", f"item {record.id}: {text.en}")


def longest_way(records: Sequence[PartRecord]) -> list[str]:
    """The items on the longest way, in the order in which they run."""
    way = [record for record in records if record.on_path and record.begins and record.planned]
    return [record.id for record in sorted(way, key=lambda record: (record.begins, record.planned))]


def _in_the_plan(expected: PartExpectation, record: PartRecord) -> Iterator[Text]:
    if expected.state is not None and expected.state != record.state:
        yield differs(Text("进展", "state"), PART_STATES[expected.state], PART_STATES[record.state])
    if expected.names("begins") and expected.begins != record.begins:
        yield differs(Text("计划开始日", "planned beginning"), plain(expected.begins), plain(record.begins))
    if expected.names("planned") and expected.planned != record.planned:
        yield differs(Text("计划办结日", "planned end"), plain(expected.planned), plain(record.planned))
    if expected.names("on_path") and expected.on_path != record.on_path:
        on, off = Text("是", "yes"), Text("否", "no")
        what = Text("在最长路径上", "on the longest way")
        yield differs(what, on if expected.on_path else off, on if record.on_path else off)


def _as_a_case(expected: PartExpectation, case: Lived | None) -> Iterator[Text]:
    if case is not None:
        yield from differences(expected, case.found, case.item)
    elif any(name in CaseExpectation.model_fields and getattr(expected, name) for name in expected.model_fields_set):
        yield Text("尚未开始办理，没有自己的办件", "it has not begun and has no case of its own")


def _due_days(expected: CaseExpectation, found: CaseOnRecord, names: dict[str, str]) -> Iterator[Text]:
    for key, day in expected.due.items():
        clock = found.clock(key)
        if (clock.due_day if clock else None) != day:
            what = Text(f"{_clock(key, names).zh}到期日", f"due day of the {_clock(key, names).en}")
            yield differs(what, never(day), never(clock.due_day if clock else None))
    for key, days in expected.told.items():
        clock = found.clock(key)
        told = [one.due_day for one in clock.told] if clock else []
        if told != list(days):
            name = _clock(key, names)
            what = Text(f"{name.zh}先后的到期日", f"due days of the {name.en}, one after the other")
            yield differs(what, listed_days(days), listed_days(told))
    for key, moment in expected.due_at.items():
        clock = found.clock(key)
        if not is_due_at(clock, moment):
            what = Text(f"{_clock(key, names).zh}到期时刻", f"due moment of the {_clock(key, names).en}")
            yield differs(what, never(moment), never(clock.due_at if clock else None))


def _ending(ending: str | None, found: CaseOnRecord | None = None) -> Text:
    if ending is not None:
        return ENDINGS[ending]
    if found is None:
        return Text("尚未办结", "still open")
    stage = STAGES[found.stage]
    waits = "、".join(f"{task.name}（{task.step}）" for task in found.open_tasks) or "申请人"
    return Text(f"尚未办结，处于“{stage.zh}”，等待 {waits}", f"still open, at {stage.en}")


def _clock(key: str, names: dict[str, str]) -> Text:
    step = key.removeprefix("step:")
    return Text(f"“{names[step]}”环节时限", f"limit of step {step}") if step in names else clock_name(key)


def _as_it_is(id_: str) -> Text:
    return Text(id_, id_)


def _yes(whether: bool) -> Text:
    return Text("有", "yes") if whether else Text("没有", "no")
