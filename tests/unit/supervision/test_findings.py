"""What a batch shows is found, with its evidence, and nothing else is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.record import Batch, ClockRecord, Event, EventKind
from domain.supervision.findings import CaseStanding, EarlierAct, findings_in, withdrawals_in
from domain.supervision.rules import Supervision
from domain.supervision.shortcomings import Shortcoming
from tests.builders import at
from tests.papers.builders import a_batch, a_clock, an_event

RULES = Supervision(version=date(2026, 1, 1))
NUMBER = "GZ20260212-000001-1"


def a_standing(**changes: Any) -> CaseStanding:
    return CaseStanding(**{"number": NUMBER, "unit": "gz-thr-samr", "item_code": "440199001000", **changes})


def passed(clock: str, *, seq: int = 3, due: str = "2026-02-26") -> Event:
    facts = {"clock": clock, "due_day": due}
    return an_event(EventKind.LIMIT_PASSED, seq=seq, at=at("2026-02-27 00:00"), **facts)


def found(*events: Event, rules: Supervision = RULES, clocks: tuple[ClockRecord, ...] = (), **standing: Any) -> Any:
    return findings_in(a_batch(NUMBER, *events, clocks=clocks), a_standing(**standing), rules)


@pytest.mark.parametrize(
    "clock", ["acceptance", "promised", "statutory", "delivery", "delivery:licence", "step:review"]
)
def test_passed_limit_of_the_office_is_a_finding(clock: str) -> None:
    (finding,) = found(passed(clock), clocks=(a_clock(clock, passed=True),))

    assert (finding.shortcoming, finding.clock, finding.seq) == (Shortcoming.NOT_FINISHED, clock, 3)
    assert finding.evidence["limit"]["due_day"] == "2026-02-26"
    assert finding.evidence["limit"]["due_at"] == "2026-02-27T00:00:00+08:00"
    assert finding.evidence["certificate"] == f"/v1/cases/{NUMBER}/deadline"


@pytest.mark.parametrize("clock", ["supplement", "promise", "hearing", "hearing_request", "order:1", "part:licence"])
def test_what_the_applicant_owes_and_what_is_no_limit_of_finishing_is_none(clock: str) -> None:
    assert found(passed(clock), clocks=(a_clock(clock, passed=True),)) == ()


def test_place_that_counts_no_steps_finds_none_of_them() -> None:
    without = Supervision(version=date(2026, 1, 1), late_clocks=("promised",))

    assert found(passed("step:review"), rules=without) == ()
    assert len(found(passed("promised"), rules=without)) == 1


def test_second_notice_that_could_have_been_the_first_is_found_with_both_notices() -> None:
    first = EarlierAct(seq=2, kind=EventKind.NOTIFIED, at=at("2026-02-12"), papers=("one_time_notice",))
    handed_in = EarlierAct(seq=3, kind=EventKind.MATERIALS_RECEIVED, at=at("2026-02-13"))
    second = an_event(EventKind.NOTIFIED, seq=4, at=at("2026-02-25"), round=2)
    late = [{"material": "floor_plan", "defect": "t-1"}]
    breach = an_event(EventKind.BREACH_FOUND, seq=5, at=at("2026-02-25"), round=2, demands=late)

    (finding,) = found(second, breach, earlier=(first, handed_in))

    assert (finding.shortcoming, finding.seq, finding.clock) == (Shortcoming.NOT_TOLD_ONCE, 5, None)
    assert [(one["seq"], one["day"]) for one in finding.evidence["events"]] == [
        (2, "2026-02-12"),
        (3, "2026-02-13"),
        (4, "2026-02-25"),
        (5, "2026-02-25"),
    ]
    assert finding.evidence["papers"] == [{"seq": 2, "paper": "one_time_notice"}]
    assert finding.evidence["late"] == late


def test_silence_that_accepts_is_a_finding_all_the_same_and_says_so() -> None:
    deemed = an_event(EventKind.DEEMED_ACCEPTED, seq=4)

    (finding,) = found(passed("acceptance"), deemed, clocks=(a_clock("acceptance", passed=True),))

    assert finding.evidence["deemed_accepted"] is True


def test_finding_names_those_whose_move_it_was_when_the_limit_passed() -> None:
    late = passed("acceptance")
    late = late.model_copy(update={"data": {**late.data, "waiting_for": ["window@gz-thr-samr"]}})
    batch = a_batch(NUMBER, late, an_event(EventKind.DEEMED_ACCEPTED, seq=4), waiting_for=("examiner@gz-thr-samr",))

    (finding,) = findings_in(batch, a_standing(), RULES)

    assert finding.evidence["waiting_for"] == ["window@gz-thr-samr"]


def test_item_of_a_bundle_is_found_in_its_own_case_with_the_bundle_named() -> None:
    (finding,) = found(passed("promised"), clocks=(a_clock("promised"),), bundle="GZ20260212-000002-9", part="licence")

    assert (finding.evidence["bundle"], finding.evidence["part"]) == ("GZ20260212-000002-9", "licence")


@pytest.mark.parametrize(
    ("desks", "unit"),
    [
        ((("review", "gz-thr-fire"),), "gz-thr-fire"),
        ((("review", "gz-thr-fire"), ("review", "gz-thr-samr")), "gz-thr-samr"),
        ((("on_site", "gz-thr-fire"),), "gz-thr-samr"),
        ((), "gz-thr-samr"),
    ],
)
def test_late_step_is_owed_by_the_unit_on_whose_desk_it_lies(desks: Any, unit: str) -> None:
    (finding,) = found(passed("step:review"), desks=desks)

    assert finding.unit == unit


def test_of_a_limit_that_ran_twice_the_run_that_passed_is_the_evidence() -> None:
    first = a_clock("acceptance", started_at=at("2026-02-12"), passed=True)
    again = a_clock("acceptance", due=date(2026, 3, 9), started_at=at("2026-03-02"))

    (finding,) = found(passed("acceptance"), clocks=(first, again))

    assert finding.evidence["limit"]["started_at"] == at("2026-02-12").isoformat()


def test_corrected_calendar_takes_back_the_run_that_it_reckoned_anew() -> None:
    withdrawn = an_event(EventKind.LATENESS_WITHDRAWN, seq=7, article="cc:203", clock="promised", due_day="2026-03-02")
    batch: Batch = a_batch(NUMBER, withdrawn, clocks=(a_clock("promised", started_at=at("2026-02-12")),))

    (taken_back,) = withdrawals_in(batch)

    assert (taken_back.clock, taken_back.seq, taken_back.article) == ("promised", 7, "cc:203")
    assert taken_back.started_at == at("2026-02-12")
    assert findings_in(batch, a_standing(), RULES) == ()


def test_quiet_batch_shows_nothing() -> None:
    near = an_event(EventKind.LIMIT_NEAR, seq=3, clock="promised", due_day="2026-02-26")

    assert found(near, an_event(EventKind.NOTIFIED, seq=4, round=1)) == ()
