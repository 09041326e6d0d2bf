"""How a grievance stands, compared with what was expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from cli.simulation.differing import NOTHING, differs, in_order, is_at, is_due_at, listed, never, plain, sets
from cli.simulation.grievance.expectation import GrievanceExpectation
from cli.simulation.grievance.record import GrievanceOnRecord
from domain.grievance.record import GrievanceBatch
from domain.grievance.record import GrievanceEventKind as Kind
from domain.grievance.telling import CLASSES, CONCLUSIONS, EVENTS, LEGS, SATISFACTION, SHORTCOMINGS
from domain.words import Text

ENDINGS = {"settled": Text("办结归档", "settled"), "excluded": Text("不属于窗口受理范围", "excluded")}
WORDS: Mapping[str, tuple[Text, Mapping[str, Text]]] = {
    "leg": (Text("环节", "leg"), LEGS),
    "ending": (Text("办结情况", "ending"), ENDINGS),
    "klass": (Text("类别", "class"), CLASSES),
    "conclusion": (Text("复核结论", "conclusion"), CONCLUSIONS),
    "satisfaction": (Text("满意度", "satisfaction"), {str(grade): text for grade, text in SATISFACTION.items()}),
    "unit": (Text("责任单位", "unit"), {}),
    "level": (Text("升级到第几级", "level"), {}),
}
"""What of its standing is one word, and how that is said."""


def differences_of_grievance(expected: GrievanceExpectation, found: GrievanceOnRecord, window: str) -> Iterator[Text]:
    """Every point in which the grievance does not stand as expected, in a sentence each."""
    yield from _standing(expected, found.now)
    yield from _limits(expected, found)
    yield from _events(expected, found)
    yield from _papers(expected, found, window)


def _standing(expected: GrievanceExpectation, now: GrievanceBatch) -> Iterator[Text]:
    for name, (what, words) in WORDS.items():
        if expected.names(name) and (wanted := getattr(expected, name)) != (is_ := getattr(now, name)):
            yield differs(what, _word(wanted, words), _word(is_, words))
    if expected.names("grounds"):
        yield from sets(Text("反映的情形", "grounds"), expected.grounds, now.grounds, lambda one: SHORTCOMINGS[one])
    if expected.names("waiting_for") and expected.waiting_for != now.waiting_for:
        yield differs(Text("该谁办", "waiting for"), in_order(expected.waiting_for), in_order(now.waiting_for))


def _limits(expected: GrievanceExpectation, found: GrievanceOnRecord) -> Iterator[Text]:
    limits = found.limits
    for leg, day in expected.due.items():
        clock = limits.get(leg)
        if (clock.due_day if clock else None) != day:
            what = Text(f"“{LEGS[leg].zh}”环节到期日", f"due day of the leg {leg}")
            yield differs(what, never(day), never(clock.due_day if clock else None))
    for leg, moment in expected.due_at.items():
        clock = limits.get(leg)
        if not is_due_at(clock, moment):
            what = Text(f"“{LEGS[leg].zh}”环节到期时刻", f"due moment of the leg {leg}")
            yield differs(what, never(moment), never(clock.due_at if clock else None))
    if expected.names("late"):
        passed = [leg for leg, clock in limits.items() if clock.passed]
        yield from sets(Text("超期的环节", "late legs"), expected.late, passed, LEGS.__getitem__)
    if expected.names("provisional"):
        provisional = [leg for leg, clock in limits.items() if clock.provisional]
        what = Text("到期日为暂定的环节", "provisional legs")
        yield from sets(what, expected.provisional, provisional, LEGS.__getitem__)


def _events(expected: GrievanceExpectation, found: GrievanceOnRecord) -> Iterator[Text]:
    if left_out := [kind for kind in expected.happened if not found.times(kind)]:
        said = listed(left_out, EVENTS.__getitem__)
        yield Text(f"应当发生而没有发生：{said.zh}", f"should have happened, and did not: {said.en}")
    for kind, times in expected.times.items():
        if times != (was := found.times(kind)):
            yield differs(
                Text(f"“{EVENTS[kind].zh}”的次数", f"times of {kind}"),
                Text(str(times), str(times)),
                Text(str(was), str(was)),
            )
    for kind, moment in expected.last_at.items():
        event = found.last(kind)
        if event is None or not is_at(event.at, moment):
            yield differs(_when(kind), plain(moment), _moment(event.at if event else None))
    reviewed = found.last(Kind.REVIEWED)
    if expected.names("responsible") and expected.responsible != (
        responsible := reviewed.data.get("responsible") if reviewed else None
    ):
        yield differs(
            Text("认定的责任单位", "responsible unit"), _word(expected.responsible, {}), _word(responsible, {})
        )


def _papers(expected: GrievanceExpectation, found: GrievanceOnRecord, window: str) -> Iterator[Text]:
    if missing := [paper for paper in expected.papers if paper not in found.papers]:
        zh, en = in_order(missing), in_order(found.papers)
        yield Text(
            f"应当出具文书 {zh.zh}，没有出具；出具了的是：{en.zh}",
            f"papers expected but not given: {zh.en}; given were: {en.en}",
        )
    if given := [paper for paper in expected.without if paper in found.papers]:
        said = in_order(given)
        yield Text(f"不应出具文书 {said.zh}，却出具了", f"papers given that should not be: {said.en}")
    for paper, to in expected.addressed.items():
        if to != (was := found.addressee(paper, window)):
            yield differs(Text(f"文书 {paper} 的收件人", f"addressee of {paper}"), Text(to, to), _word(was, {}))


def _word(word: object, words: Mapping[str, Text]) -> Text:
    return NOTHING if word is None else words.get(str(word), Text(str(word), str(word)))


def _when(kind: Kind) -> Text:
    return Text(f"“{EVENTS[kind].zh}”的时刻", f"moment of {kind}")


def _moment(at: datetime | None) -> Text:
    return Text("没有发生", "it did not happen") if at is None else plain(at)
