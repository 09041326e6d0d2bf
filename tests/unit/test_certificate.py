"""The deadline certificate: pauses, extensions, what was told, and how a limit stands, in words a citizen understands."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.explaining import explained, term_from, term_of
from cli.lexicon import Lexicon
from cli.timeline import happening_of, timeline
from domain.calendar import Calendar, CalendarYear
from domain.certificate import Certificate, Reading, certify, names_of
from domain.certified import CertifiedLimit, certified, office_of
from domain.commands import Actor
from domain.deadline import Office, Reason, Stretch, due
from domain.english import holiday_in_english
from domain.item import Procedure
from domain.limits import Limit, Unit
from domain.record import Clock, ClockRecord, ClockState, Event, EventKind, Told
from domain.standstill import standstills
from domain.words import Text
from tests.builders import an_item, an_office, at, natural, the_calendar, working

NAMES = {"procedure:testing": Text("检验", "testing"), "procedure:hearing": Text("听证", "hearing")}
STARTED = "2026-02-12 10:30"
CLERK = Actor(id="examiner-1", roles=("examiner",), units=("gz-thr-samr",))


def paused(first: str, last: str, procedure: str = "testing") -> Stretch:
    """A special procedure from the morning of its first day to the end of its last."""
    return Stretch(
        procedure=procedure, since=at(f"{first} 09:00"), first=date.fromisoformat(first), last=date.fromisoformat(last)
    )


def made(limit: Limit, start: str = STARTED, *, english: bool = False, **more: Any) -> Certificate:
    return certify("promised", limit, "gz:13.1", at(start), an_office(), english=english, names=NAMES, **more)


def said(certificate: Certificate) -> dict[str, str]:
    return {day.day.isoformat(): day.says for day in certificate.days}


@pytest.mark.shows(42, "N11")
def test_certificate_tells_pause_extension_and_make_up_day_in_one_sentence_and_day_by_day() -> None:
    pauses, more = (paused("2026-02-24", "2026-02-26"),), (working(5),)

    certificate = made(working(5), pauses=pauses, more=more)

    assert certificate.says == (
        "自2026年2月12日起5个工作日，起算之日不计入，期间12日休息不计入，特别程序3日不计入，延长5个工作日，2026年3月9日到期"
    )
    days = said(certificate)
    assert days["2026-02-14"] == "调休上班日，计入（第2日）"
    assert days["2026-02-20"] == "春节放假，不计入"
    assert days["2026-02-25"] == "检验：特别程序期间，不计入"
    assert days["2026-02-28"] == "调休上班日，计入（第4日）"
    assert days["2026-03-01"] == "周末，不计入"
    assert days["2026-03-03"] == "计入（第6日，属延长的期限）"
    assert days["2026-03-09"] == "计入（第10日，属延长的期限）"


def test_make_up_day_of_an_extension_is_both() -> None:
    certificate = made(working(1), "2026-02-26", more=(working(1),))

    last = certificate.days[-1]
    assert (last.day, last.reason, last.extended) == (date(2026, 2, 28), Reason.MAKE_UP, True)
    assert last.says == "调休上班日，计入（第2日，属延长的期限）"


@pytest.mark.parametrize(
    ("limit", "start", "more", "says"),
    [
        (
            working(5),
            "2026-03-02",
            {},
            "自2026年3月2日起5个工作日，起算之日不计入，期间2日休息不计入，2026年3月9日到期",
        ),
        (working(3), "2026-03-02", {}, "自2026年3月2日起3个工作日，起算之日不计入，2026年3月5日到期"),
        (working(0), "2026-03-02", {}, "限2026年3月2日当日，2026年3月2日到期"),
        (
            working(0),
            "2026-03-07",
            {},
            "限2026年3月7日当日，当日不办公、已过下班时间或者正在进行特别程序的顺延，期间1日休息不计入，2026年3月9日到期",
        ),
        (working(0), "2026-03-02", {"more": (working(2),)}, "限2026年3月2日当日，延长2个工作日，2026年3月4日到期"),
        (working(0.5), "2026-03-02 09:00", {}, "自2026年3月2日09:00起按办公时间计0.5个工作日，2026年3月2日13:30到期"),
        (
            working(0.5),
            "2026-03-02 15:00",
            {"pauses": (paused("2026-03-03", "2026-03-04"),)},
            "自2026年3月2日15:00起按办公时间计0.5个工作日，特别程序2日不计入，2026年3月5日10:30到期",
        ),
        (
            working(0.5),
            "2026-03-02 09:00",
            {"more": (working(1),)},
            "自2026年3月2日09:00起按办公时间计0.5个工作日，延长1个工作日，2026年3月3日到期",
        ),
        (
            natural(15),
            "2026-02-05",
            {},
            "自2026年2月5日起15日（自然日），起算之日不计入，最后一日2026年2月20日逢休息日顺延，期间3日休息不计入，2026年2月24日到期",
        ),
        (
            natural(3),
            "2026-03-02",
            {"pauses": (paused("2026-03-03", "2026-03-08"),)},
            "自2026年3月2日起3日（自然日），起算之日不计入，特别程序6日不计入，2026年3月11日到期",
        ),
        (
            working(5),
            "2026-03-02",
            {"more": (working(5), working(3))},
            "自2026年3月2日起5个工作日，起算之日不计入，期间4日休息不计入，延长5个工作日，再延长3个工作日，2026年3月19日到期",
        ),
        (
            working(2),
            "2026-12-30",
            {},
            "自2026年12月30日起2个工作日，起算之日不计入，2027年1月1日到期；所涉年度的放假安排尚未公布，此日期为暂定",
        ),
        (
            working(2),
            "2026-03-02",
            {"pauses": (paused("2026-03-03", "2026-03-03"),), "expected": True},
            "自2026年3月2日起2个工作日，起算之日不计入，特别程序1日不计入，"
            "预计2026年3月5日到期（特别程序尚未结束，按告知的时间推算）",
        ),
    ],
)
def test_sentence_says_what_was_left_out_and_until_when(
    limit: Limit, start: str, more: dict[str, Any], says: str
) -> None:
    assert made(limit, start, **more).says == says


def test_english_certificate_names_holidays_and_procedures_in_english() -> None:
    certificate = made(
        working(6), english=True, pauses=(paused("2026-02-24", "2026-02-24"),), more=(working(1),), expected=True
    )

    assert certificate.says == (
        "6 working days from 2026-02-12; 10 days off are not counted; 1 days of a special procedure are not counted; "
        "extended by 1 working days; "
        "expected to be due on 2026-03-02 (a special procedure is still running; by the time announced)"
    )
    days = said(certificate)
    assert days["2026-02-16"] == "Spring Festival: holiday, not counted"
    assert days["2026-02-24"] == "testing: special procedure, not counted"
    assert days["2026-03-02"] == "counted (7, of the extension)"
    assert {day.holiday for day in certificate.days} == {None, "Spring Festival"}
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in certificate.model_dump_json())


def test_every_holiday_of_the_published_calendars_has_an_english_name() -> None:
    names = {holiday.name for year in the_calendar().years for holiday in year.holidays}

    assert all(holiday_in_english(name).isascii() for name in names)
    assert holiday_in_english("国庆节、中秋节") == "National Day, Mid-Autumn Festival"
    assert holiday_in_english("广州节") == "广州节"


def test_hours_have_no_number_of_days_and_a_day_that_a_procedure_breaks_off_says_so() -> None:
    stopped = Stretch(procedure="testing", since=at("2026-03-02 10:00"), first=date(2026, 3, 2), last=date(2026, 3, 3))

    certificate = made(working(0.5), "2026-03-02 09:00", pauses=(stopped,))

    assert said(certificate) == {
        "2026-03-02": "计入（特别程序开始以前的时间计入）",
        "2026-03-03": "检验：特别程序期间，不计入",
        "2026-03-04": "计入",
    }


@given(
    days=st.integers(0, 30),
    unit=st.sampled_from(list(Unit)),
    start=st.datetimes(datetime(2026, 1, 2), datetime(2026, 10, 1)),  # noqa: DTZ001
    first=st.integers(0, 40),
    length=st.integers(0, 15),
    extension=st.integers(0, 10),
    closing=st.sampled_from([None, time(17)]),
)
def test_certificate_ends_where_the_limit_does_whatever_was_left_out_or_added(
    days: int, unit: Unit, start: datetime, first: int, length: int, extension: int, closing: time | None
) -> None:
    begun = at(start.isoformat(" "))
    stop = date.fromordinal(begun.date().toordinal() + first)
    pauses = (paused(stop.isoformat(), date.fromordinal(stop.toordinal() + length).isoformat()),)
    more = (Limit(days=extension, unit=unit),) if extension else ()
    office, limit = an_office(closing_time=closing), Limit(days=days, unit=unit)

    certificate = certify("statutory", limit, "apl:42.1", begun, office, english=False, pauses=pauses, more=more)

    reckoned = due(begun, limit, office, pauses, more)
    assert (certificate.due_day, certificate.due_at) == (reckoned.day, reckoned.at)
    counted = [day for day in certificate.days if day.number is not None]
    assert [day.number for day in counted] == list(range(1, days + extension + 1))
    assert [day.extended for day in counted] == [False] * days + [True] * extension
    assert all(day.procedures == ("testing",) for day in certificate.days if day.reason is Reason.PAUSED)


# As it stands in its case


def a_clock(**changes: Any) -> ClockRecord:
    """The promised limit of the food permit, five working days, as its case has it on record."""
    given_: dict[str, Any] = {
        "key": "promised",
        "limit": working(5),
        "article": "gz:13.1",
        "started_at": at(STARTED),
        "state": ClockState.RUNNING,
        "calendar": the_calendar().version,
        **changes,
    }
    office = an_office(closing_time=given_.get("closing_time"))
    pauses, more = given_.get("pauses", ()), given_.get("more", ())
    reckoned = due(given_["started_at"], given_["limit"], office, pauses, more)
    found = {"due_day": reckoned.day, "due_at": reckoned.at, "provisional": reckoned.provisional}
    return ClockRecord(**{**found, **given_})


def told_of(clock: ClockRecord, *events: Event, language: str = "zh", handles: bool = False) -> CertifiedLimit:
    """The certificate that somebody reads."""
    reading = Reading.model_validate({"language": language, "handles": handles, "names": NAMES})
    return certified(clock, office_of(clock, an_office(), None), events, standstills(events, reading), reading)


ACCEPTED = Event(seq=2, kind=EventKind.ACCEPTED, at=at(STARTED), by=CLERK, article="gz:13.1")
PAUSED = Event(
    seq=5,
    kind=EventKind.PAUSED,
    at=at("2026-02-24 09:00"),
    by=CLERK,
    article="apl:45",
    data={"procedure": "testing", "days": 3, "unit": "working", "first": "2026-02-24", "until": "2026-02-26"},
)
TOLD = (
    Told(seq=2, kind=EventKind.ACCEPTED, at=at(STARTED), due_day=date(2026, 2, 26), provisional=False),
    Told(seq=5, kind=EventKind.PAUSED, at=PAUSED.at, due_day=date(2026, 3, 2), provisional=False, expected=True),
)


@pytest.mark.shows(40, "N11")
def test_while_a_procedure_runs_the_certificate_says_since_when_and_until_when_and_that_the_day_is_expected() -> None:
    clock = a_clock(pauses=(paused("2026-02-24", "2026-02-26"),), told=TOLD)

    certificate = told_of(clock, ACCEPTED, PAUSED)

    assert certificate.stands_still
    assert certificate.stands == "因特别程序（检验）自2026年2月24日起暂停计算，告知的时间至2026年2月26日"
    assert certificate.says.endswith("预计2026年3月2日到期（特别程序尚未结束，按告知的时间推算）")


def test_procedure_that_takes_longer_than_announced_is_said_to() -> None:
    overrun = Event(
        seq=6, kind=EventKind.PAUSE_OVERRUN, at=at("2026-02-27 00:00"), data={**PAUSED.data, "until": "2026-02-26"}
    )

    certificate = told_of(a_clock(pauses=(paused("2026-02-24", "2026-02-26"),)), PAUSED, overrun, language="en")

    assert certificate.stands == (
        "stands still since 2026-02-24 for a special procedure (testing), announced until 2026-02-26, "
        "which is over while the procedure is not"
    )


def test_limits_that_a_procedure_does_not_stop_and_those_passed_before_it_go_on() -> None:
    applicants = told_of(a_clock(key=Clock.SUPPLEMENT), PAUSED)
    late = told_of(a_clock(passed=True), PAUSED)

    assert (applicants.stands_still, applicants.stands) == (False, "正在计算")
    assert (late.stands_still, late.stands) == (False, "已超过，尚未完成")
    assert "预计" not in late.says


def test_procedure_that_is_over_leaves_nothing_standing() -> None:
    resumed = Event(seq=6, kind=EventKind.RESUMED, at=at("2026-02-25"), data={"procedure": "testing"})

    assert standstills([PAUSED, resumed], Reading()) == ()


@pytest.mark.shows(42)
def test_every_day_that_was_told_is_there_with_its_act_and_its_cause() -> None:
    history = told_of(a_clock(told=TOLD), ACCEPTED, PAUSED).told

    assert [(one.seq, one.due_day.isoformat(), one.article, one.by, one.person) for one in history] == [
        (2, "2026-02-26", "gz:13.1", "examiner", None),
        (5, "2026-03-02", "apl:45", "examiner", None),
    ]
    assert [one.says for one in history] == [
        "2026年2月12日，受理申请，办结时限自当日起算：到期日为2026年2月26日",
        "2026年2月24日，开展特别程序，时限暂停计算（检验，3个工作日）：到期日预计改为2026年3月2日",
    ]


def test_procedure_that_took_no_day_is_told_without_one() -> None:
    data = {"procedure": "testing", "days": 0, "unit": "working"}
    resumed = Event(seq=6, kind=EventKind.RESUMED, at=at("2026-02-25"), by=CLERK, article="apl:45", data=data)
    told = Told(seq=6, kind=EventKind.RESUMED, at=resumed.at, due_day=date(2026, 2, 26), provisional=False)

    says = told_of(a_clock(told=(*TOLD, told)), ACCEPTED, PAUSED, resumed).told[-1].says

    assert says == "2026年2月25日，特别程序结束，时限继续计算（检验）：到期日改为2026年2月26日"


def test_those_who_handle_the_case_read_who_told_it() -> None:
    history = told_of(a_clock(told=TOLD), ACCEPTED, PAUSED, handles=True).told

    assert [one.person for one in history] == ["examiner-1", "examiner-1"]


def test_day_that_stays_but_is_provisional_no_longer_is_told_so() -> None:
    changed = Event(seq=9, kind=EventKind.CALENDAR_CHANGED, at=at("2026-11-30"), article="cc:203")
    told = (
        Told(seq=2, kind=EventKind.ACCEPTED, at=at("2026-11-20"), due_day=date(2027, 1, 6), provisional=True),
        Told(seq=9, kind=EventKind.CALENDAR_CHANGED, at=changed.at, due_day=date(2027, 1, 6), provisional=False),
    )

    says = [one.says for one in told_of(a_clock(told=told), ACCEPTED, changed).told]

    assert says[0].endswith("到期日为2027年1月6日（暂定）")
    assert says[1] == "2026年11月30日，按新的放假安排重新计算期限：到期日仍为2027年1月6日"


@pytest.mark.parametrize(
    ("state", "passed", "says"),
    [
        (ClockState.MET, False, "已于2026年2月25日16:00完成，未超期"),
        (ClockState.MET, True, "已于2026年2月25日16:00完成，已超期"),
        (ClockState.VOID, False, "自2026年2月25日16:00起不再计算"),
        (ClockState.VOID, True, "自2026年2月25日16:00起不再计算，此前已超过"),
    ],
)
def test_limit_that_is_over_says_when_it_was_met_and_whether_it_was_late(
    state: ClockState, passed: bool, says: str
) -> None:
    assert told_of(a_clock(state=state, passed=passed, stopped_at=at("2026-02-25 16:00"))).stands == says


def test_limit_is_counted_by_the_calendar_and_closing_time_it_was_last_reckoned_by() -> None:
    opened_with = an_office(calendar=Calendar(version="old", years=()))
    new = Calendar(version="new", years=(CalendarYear(year=2026, holidays=(), make_up=()),))

    office = office_of(a_clock(calendar="new", closing_time=time(17)), opened_with, new)

    assert office == Office(calendar=new, closing_time=time(17))


def test_limit_of_before_calendars_were_noted_down_is_counted_as_its_case_was_opened() -> None:
    opened_with = an_office(closing_time=time(17))

    assert office_of(a_clock(calendar=None), opened_with, None) == opened_with


def test_lost_calendar_is_owned_up_to_and_the_day_on_record_stands() -> None:
    clock = a_clock(calendar="lost").model_copy(update={"due_day": date(2026, 3, 30)})

    certificate = told_of(clock)

    assert (certificate.agrees, certificate.due_day) == (False, date(2026, 3, 30))
    assert "到期日以登记的为准" in certificate.says
    assert told_of(a_clock()).agrees


def test_steps_and_procedures_go_by_their_names() -> None:
    testing = Procedure(id="lab", name="检验", kind="testing", counted=False, max=working(10), basis="apl:45")
    names = names_of(an_item(procedures=(testing,)))

    assert names["procedure:lab"] == Text("检验", "testing")
    assert names["step:review"].zh == "“review”环节时限"
    assert Reading(names=names).procedure("lab") == "检验"
    assert Reading(names=names).procedure("unheard_of") == "unheard_of"


# As `bancheng simulate` explains it


def test_simulation_explains_pauses_extensions_and_days_that_moved() -> None:
    clock = a_clock(pauses=(paused("2026-02-24", "2026-02-26"),), more=(working(2),))
    moved = {"clock": "promised", "old": "2026-02-26", "new": "2026-03-02", "provisional": False}
    event = PAUSED.model_copy(update={"data": {**PAUSED.data, "name": "检验", "moved": [moved]}})

    lines = list(timeline([happening_of(ACCEPTED), happening_of(event)], [term_of(clock, an_office())], Lexicon(), {}))

    assert [line.strip() for line in lines][1:] == [
        "⏱ 承诺办结时限：5个工作日，延长2个工作日，2026-03-04 24:00 到期 —— gz:13.1",
        "自 02-12 起，当日不计；计入 02-13至02-14、02-27至02-28、03-02至03-04；其中 02-14、02-28 为调休上班；"
        "其中 03-03至03-04 属延长的期限；特别程序 02-24至02-26 不计；春节 02-15至02-23 放假不计；周末 1 日不计",
        "2026-02-24 周二 09:00  审查人员     开展特别程序，时限暂停计算（检验；3个工作日；至 2026-02-26） —— apl:45",
        "⏱ 承诺办结时限：2026-02-26 改为 2026-03-02",
    ]


def test_simulation_reads_the_certificate_of_the_counter_like_the_record() -> None:
    clock = a_clock(pauses=(paused("2026-02-24", "2026-02-26"),), more=(working(2),))
    shown = told_of(clock).model_dump(mode="json")

    for language in ("zh", "en"):
        assert explained(term_from(shown), {}, language) == explained(term_of(clock, an_office()), {}, language)
