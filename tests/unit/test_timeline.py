"""The timeline of a case, from what is on record and from what the API shows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from cli.explaining import explained, term_from, term_of
from cli.lexicon import Lexicon, read_lexicon
from cli.timeline import happening_from, happening_of, timeline
from domain.calendar import Calendar, CalendarYear, Holiday
from domain.certificate import certify
from domain.commands import Actor
from domain.deadline import Office, due
from domain.limits import Limit, Unit
from domain.record import ClockRecord, ClockState, Event, EventKind, Paper
from domain.values import SHANGHAI

DEFINITIONS = Path(__file__).resolve().parents[2] / "definitions"
SPRING = Holiday.model_validate({"name": "春节", "from": date(2026, 2, 15), "to": date(2026, 2, 23)})
OFFICE = Office(
    calendar=Calendar(
        version="test",
        years=(CalendarYear(year=2026, holidays=(SPRING,), make_up=(date(2026, 2, 14), date(2026, 2, 28))),),
    )
)
WINDOW = Actor(id="window-1", roles=("window",), units=("gz-thr-test",))


def at(day: int, hour: int = 10, month: int = 2) -> datetime:
    return datetime.combine(date(2026, month, day), time(hour), SHANGHAI)


def a_clock(*, key: str = "promised", limit: Limit, started: datetime, passed: bool = False) -> ClockRecord:
    reckoned = due(started, limit, OFFICE)
    return ClockRecord(
        key=key,
        limit=limit,
        article="gz:13.1",
        started_at=started,
        due_day=reckoned.day,
        due_at=reckoned.at,
        provisional=reckoned.provisional,
        state=ClockState.RUNNING,
        passed=passed,
    )


def why(limit: Limit, started: datetime) -> str:
    return "\n".join(explained(term_of(a_clock(limit=limit, started=started), OFFICE), {}, "zh"))


def test_holidays_are_told_by_name_and_make_up_days_as_counted() -> None:
    assert why(Limit(days=5), at(12)) == (
        "承诺办结时限：5个工作日，2026-02-26 24:00 到期\n"
        "自 02-12 起，当日不计；计入 02-13至02-14、02-24至02-26；其中 02-14 为调休上班；春节 02-15至02-23 放假不计"
    )


def test_weekends_are_counted_out_by_number() -> None:
    assert "计入 03-03至03-06、03-09至03-11；周末 2 日不计" in why(Limit(days=7), at(2, month=3))


def test_natural_days_that_end_on_a_day_off_move_on() -> None:
    assert "计入 02-13至02-17；末日逢休息日，顺延至 02-24" in why(Limit(days=5, unit=Unit.NATURAL), at(12))


def test_a_part_of_a_day_ends_at_an_hour() -> None:
    assert why(Limit(days=0.25), at(12, 11)) == (
        "承诺办结时限：0.25个工作日，2026-02-12 13:45 到期\n自 02-12 11:00 起按办公时间计算"
    )


def test_a_year_without_a_calendar_is_provisional() -> None:
    assert "（暂定：放假安排尚未公布）" in why(Limit(days=5), datetime(2026, 12, 30, 10, tzinfo=SHANGHAI))


def test_the_api_s_certificate_is_explained_like_the_record() -> None:
    clock = a_clock(limit=Limit(days=5), started=at(12), passed=True)
    certificate = certify(clock.key, clock.limit, clock.article, clock.started_at, OFFICE, english=False)
    shown = {**certificate.model_dump(mode="json"), "state": "running", "passed": True}

    assert explained(term_from(shown), {}, "zh") == explained(term_of(clock, OFFICE), {}, "zh")


def test_the_timeline_tells_who_what_why_and_what_runs() -> None:
    events = [
        Event(seq=1, kind=EventKind.RECEIVED, at=at(12, 9), by=Actor(id="a", roles=("applicant",)), article="gz:13.1"),
        Event(seq=2, kind=EventKind.ACCEPTED, at=at(12), by=WINDOW, article="gz:13.1", papers=(Paper.ACCEPTANCE,)),
        Event(
            seq=3,
            kind=EventKind.LIMIT_PASSED,
            at=at(27, 0),
            article="gz:13.5",
            data={"clock": "promised", "due_day": "2026-02-26"},
        ),
    ]
    term = term_of(a_clock(limit=Limit(days=5), started=at(12), passed=True), OFFICE)

    lines = list(timeline([happening_of(event) for event in events], [term], read_lexicon(DEFINITIONS), {}))

    assert [line.strip() for line in lines] == [
        "2026-02-12 周四 09:00  申请人       收到申请，出具收件回执 —— 《广州市政务服务条例》第十三条第一款（gz:13.1）",
        "2026-02-12 周四 10:00  窗口人员     受理申请，办结时限自当日起算 —— 《广州市政务服务条例》第十三条第一款（gz:13.1）",
        "文书：受理通知书",
        "⏱ 承诺办结时限：5个工作日，2026-02-26 24:00 到期，已超过 —— 《广州市政务服务条例》第十三条第一款（gz:13.1）",
        "自 02-12 起，当日不计；计入 02-13至02-14、02-24至02-26；其中 02-14 为调休上班；春节 02-15至02-23 放假不计",
        "2026-02-27 周五 00:00  时限届满     超过时限，仍须继续办理：承诺办结时限（2026-02-26）"
        " —— 《广州市政务服务条例》第十三条第五款（gz:13.5）",
    ]


def test_names_stand_in_the_place_of_ids() -> None:
    data = {"demands": [{"material": "plan", "defect": None}, {"material": "form", "defect": "t"}, {"material": None}]}
    event = Event(seq=1, kind=EventKind.NOTIFIED, at=at(12), by=WINDOW, data=data)

    (line,) = timeline([happening_of(event)], [], Lexicon(), {"plan": "平面图", "form": "申请书"})

    assert line.endswith("（缺平面图；申请书有不符合之处；另有要求）")


def test_limits_of_an_acceptance_by_silence_begin_under_it() -> None:
    events = [
        Event(seq=1, kind=EventKind.RECEIVED, at=at(12) + timedelta(seconds=1), by=WINDOW),
        Event(seq=2, kind=EventKind.LIMIT_PASSED, at=at(27, 0), data={"clock": "acceptance", "due_day": "2026-02-26"}),
        Event(seq=3, kind=EventKind.DEEMED_ACCEPTED, at=at(27, 0)),
        Event(seq=4, kind=EventKind.CLOSED, at=at(28), data={"ending": "granted"}),
    ]
    clocks = [a_clock(key=key, limit=Limit(days=5), started=at(12)) for key in ("acceptance", "promised")]

    lines = list(timeline([happening_of(e) for e in events], [term_of(c, OFFICE) for c in clocks], Lexicon(), {}))

    assert [line.split("：")[0].split()[-1] for line in lines if "自 02-12 起" not in line] == [
        "收到申请，出具收件回执",
        "受理时限",
        "超过时限，仍须继续办理",
        "逾期未告知，自收到材料之日起即为受理",
        "承诺办结时限",
        "办结",
    ]
    assert "系统" in lines[-1]


def test_the_api_s_event_reads_like_the_record() -> None:
    event = Event(seq=1, kind=EventKind.GRANTED, at=at(12), by=WINDOW, article="apl:38", papers=(Paper.GRANT,))
    view = {"at": "2026-02-12T02:00:00Z", "kind": "granted", "by": "window", "article": "apl:38", "papers": ["grant"]}

    assert happening_from({**view, "data": {}}) == happening_of(event)
