"""A February over the New Year of 2026, made up: holidays 15 to 23, Saturdays 14 and 28 worked. What is to come out of it stands in
`test_month_by_hand.py`, reckoned by a person on a calendar."""

from __future__ import annotations

from typing import Any

from domain.supervision.rules import Colour
from domain.supervision.shortcomings import Shortcoming
from tests.monthly.writing import FOOD, OTHER, WHOLE, A, B, C, File

NONE: dict[str, Any] = {}


def closed(at: str, ending: str) -> tuple[str, str, dict[str, Any]]:
    return ("closed", at, {"ending": ending})


def passed(at: str, clock: str) -> tuple[str, str, dict[str, Any]]:
    return ("limit_passed", at, {"clock": clock})


def accepted(at: str, on: str, kind: str = "accepted") -> tuple[str, str, dict[str, Any]]:
    return (kind, at, {"accepted_on": f"2026-{on}"})


def february() -> File:
    """What is on file of the month, of the one before, and of what came after it."""
    file = File()
    _of_the_unit(file)
    _of_the_other(file)
    _of_a_bundle(file)
    file.case(C, OTHER, ("received", "02-05 09:00", NONE))
    _beside(file)
    return file


def _of_the_unit(file: File) -> None:
    file.case(
        *(A, FOOD),
        *(("received", "02-02 09:00", NONE), accepted("02-02 10:00", "02-02"), ("granted", "02-09 10:00", NONE)),
        closed("02-10 10:00", "granted"),
    )
    late = file.case(
        *(A, FOOD),
        *(("received", "02-10 09:00", NONE), accepted("02-10 10:00", "02-10")),
        *(("limit_near", "02-24 09:00", {"clock": "promised"}), passed("02-25 00:00", "promised")),
        *(("urged", "02-25 09:00", {"nth": 1}), ("delay_told", "02-25 10:00", {"cause": "staff_shortage"})),
        *(("granted", "02-27 10:00", NONE), closed("02-28 12:00", "granted")),
    )
    file.filing(late, 6, "02-25 10:00", "2026-02-26", "02-26 09:00")
    file.card(
        late, A, FOOD, Colour.YELLOW, "02-25 00:00", appealed_at="02-26 10:00", decided_at="03-02 09:00", upheld=True
    )
    told_twice = file.case(
        *(A, OTHER),
        *(("received", "02-03 09:00", NONE), ("notified", "02-04 09:00", NONE), ("notified", "02-09 09:00", NONE)),
        *(("breach_found", "02-09 09:00", NONE), accepted("02-11 09:00", "02-11", "accepted_deferred")),
        ("paused", "02-12 09:00", {"procedure": "testing", "name": "检验", "first": "2026-02-12"}),
        ("resumed", "02-13 09:00", {"procedure": "testing", "ended": "2026-02-13"}),
        *(("refused", "02-24 09:00", NONE), closed("02-25 09:00", "refused")),
    )
    file.finding(told_twice, A, OTHER, Shortcoming.NOT_TOLD_ONCE, "02-09 09:00")
    file.card(told_twice, A, OTHER, Colour.RED, "02-09 09:00", withdrawn_at="02-28 09:00")
    hard = file.case(
        *(A, OTHER),
        *(("received", "02-05 09:00", NONE), passed("02-13 00:00", "acceptance")),
        *(accepted("02-13 00:00", "02-05", "deemed_accepted"), ("ordered", "02-25 09:00", {"n": 1})),
        *(("urged", "02-25 10:00", NONE), ("delay_told", "02-26 10:00", {"cause": "staff_shortage"})),
        *(passed("02-27 00:00", "statutory"), passed("02-28 00:00", "order:1")),
        *(("order_answered", "02-28 10:00", {"n": 1}), ("granted", "03-03 10:00", NONE)),
    )
    file.filing(hard, 6, "02-26 10:00", "2026-02-27", None)
    file.finding(hard, A, OTHER, Shortcoming.NOT_FINISHED, "02-27 00:00", withdrawn="03-02 09:00")
    file.finding(hard, A, OTHER, Shortcoming.NOT_FINISHED, "02-13 00:00", withdrawn="02-27 09:00")
    file.card(hard, A, OTHER, Colour.RED, "02-27 00:00")
    taken_back = file.case(
        *(A, FOOD),
        *(("received", "01-20 09:00", NONE), accepted("01-20 10:00", "01-20"), passed("01-28 00:00", "promised")),
        *(("lateness_withdrawn", "02-02 09:00", {"clock": "promised"}), ("granted", "02-03 10:00", NONE)),
        closed("02-03 11:00", "granted"),
    )
    withdrawn: dict[str, Any] = {"decided_at": "02-03 09:00", "withdrawn_at": "02-03 09:00", "upheld": False}
    file.card(taken_back, A, FOOD, Colour.YELLOW, "01-28 00:00", appealed_at="01-30 09:00", **withdrawn)
    old = file.case(
        *(A, FOOD),
        ("received", "2025-11-10 09:00", NONE),
        ("accepted", "2025-11-10 10:00", {"accepted_on": "2025-11-10"}),
        *(passed("2025-12-01 00:00", "promised"), ("extended", "02-12 10:00", {"cause": "complex"})),
        *(("still_late", "02-24 09:00", {"clock": "promised"}), ("ordered", "02-24 10:00", {"n": 1})),
        *(("pause_overrun", "02-26 00:00", {"procedure": "testing"}), passed("02-28 00:00", "order:1")),
    )
    file.filing(old, 4, "02-12 10:00", "2026-02-13", "02-25 09:00")
    file.case(
        *(A, OTHER),
        *(("received", "01-05 09:00", NONE), accepted("01-05 10:00", "01-05"), ("granted", "01-08 10:00", NONE)),
        closed("01-09 10:00", "granted"),
    )
    file.grievance(
        *("hotline", OTHER, hard),
        ("registered", "02-10 10:00", {"grounds": ["not_finished"], "unit": A}),
        ("classified", "02-11 10:00", {"klass": "complex", "grounds": ["not_finished"]}),
        *(("transferred", "02-12 10:00", {"to": A}), ("answered", "02-24 10:00", {"said": "remedied"})),
        ("feedback_given", "02-25 10:00", {"said": "remedied"}),
        ("visited", "02-27 10:00", {"reached": True, "satisfaction": 2}),
        ("reviewed", "02-28 10:00", {"conclusion": "confirmed", "responsible": A}),
        *(("unit_notified", "02-28 11:00", {"to": A}), ("closed", "02-28 11:00", {"ending": "settled"})),
    )


def _of_the_other(file: File) -> None:
    refusal: dict[str, Any] = {"ground": "other_authority"}
    file.case(
        *(B, OTHER),
        *(("received", "02-06 09:00", NONE), ("not_accepted", "02-06 10:00", refusal)),
        closed("02-06 10:00", "not_accepted"),
    )
    file.case(B, OTHER, ("received", "02-28 23:59:59", NONE))
    file.case(B, OTHER, ("received", "03-01 00:00:00", NONE))
    file.case(
        *(B, FOOD),
        *(("received", "01-30 09:00", {"entered_on": "2026-02-02"}), ("withdrawn", "02-03 09:00", NONE)),
        closed("02-03 09:00", "withdrawn"),
    )
    file.case(B, FOOD, ("received", "02-27 09:00", {"entered_on": "2026-03-02"}))
    long_late = file.case(
        *(B, FOOD),
        *(("received", "01-12 09:00", NONE), accepted("01-12 10:00", "01-12"), passed("01-20 00:00", "promised")),
        *(passed("02-10 00:00", "statutory"), ("refused", "02-11 10:00", NONE), closed("02-12 10:00", "refused")),
    )
    file.card(long_late, B, FOOD, Colour.RED, "02-10 00:00", withdrawn_at="03-03 09:00")
    file.case(
        *(B, OTHER),
        *(("received", "02-25 09:00", NONE), accepted("02-25 10:00", "02-25")),
        ("limit_near", "02-28 09:00", {"clock": "promised"}),
    )


def _of_a_bundle(file: File) -> None:
    whole = file.case(
        *(A, WHOLE),
        *(("received", "02-04 09:00", NONE), accepted("02-04 10:00", "02-04"), ("issued", "02-09 12:00", NONE)),
        closed("02-10 09:00", "granted"),
        promised=10,
        whole=True,
    )
    for unit, item, decided in ((A, FOOD, "02-06"), (B, OTHER, "02-09")):
        file.case(
            *(unit, item),
            *(("received", "02-05 09:00", {"bundle": whole}), accepted("02-05 09:00", "02-05")),
            *(("granted", f"{decided} 10:00", NONE), closed(f"{decided} 11:00", "granted")),
            bundle=whole,
            part=unit,
        )


def _beside(file: File) -> None:
    """Visits, and grievances that are of no case."""
    file.visit(A, "02-03 09:00", "2026-02-04", FOOD, ended="02-03 10:00")
    file.visit(A, "02-05 09:00", "2026-02-06", FOOD)
    file.visit(B, "02-27 09:00", "2026-03-02", OTHER)
    file.visit(B, "02-09 09:00", "2026-02-10", ended="02-11 09:00")
    file.visit(B, "03-01 00:00", "2026-03-02", OTHER)
    file.grievance(
        *("system", OTHER, None),
        ("registered", "02-24 10:00", {"grounds": ["not_told_once"], "unit": B}),
        ("leg_late", "02-26 00:00", {"leg": "classification"}),
        ("classified", "03-02 09:00", {"klass": "simple", "grounds": ["not_told_once", "difficult"]}),
    )
    file.grievance(
        *("window", None, None),
        *(("registered", "01-26 10:00", {"grounds": []}), ("excluded", "02-02 10:00", {"excluded": "own_cause"})),
        ("feedback_given", "02-02 11:00", {"excluded": "own_cause"}),
        ("closed", "02-02 11:00", {"ending": "excluded"}),
    )
