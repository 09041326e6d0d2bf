"""What the window may answer to an application, what it must, and what it may not say a second time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.acceptance import (
    AnswerNotAllowed,
    Application,
    NoticeRound,
    all_demanded_is_in,
    breaches,
    check_answer,
    check_repeats,
    demands_of,
    no_deferral,
    outcomes_for,
    supplement_is_over,
)
from domain.checklist import Checklist
from domain.commands import Answer, Demand, Ground, Outcome
from domain.definition import Handling, Intake
from domain.item import Item
from tests.builders import FORM, LICENCE, PLAN, TRAINING, an_answer, an_application, an_item, demand

TODAY = date(2026, 3, 2)
MAIN = ("form", "plan")
ALL = (*MAIN, "training")
REFUSED_ON_THE_SPOT = Intake(incomplete="refuse")


def code_of_refusal(answer: Answer, application: Application) -> str | None:
    """The code with which the answer is refused; None where it is allowed."""
    try:
        check_answer(answer, application, TODAY)
    except AnswerNotAllowed as refused:
        return refused.code
    return None


def refusal_of(answer: Answer, application: Application) -> AnswerNotAllowed:
    with pytest.raises(AnswerNotAllowed) as refused:
        check_answer(answer, application, TODAY)
    return refused.value


# Must accept (gz:13.1)


def test_complete_application_is_accepted() -> None:
    assert code_of_refusal(an_answer(Outcome.ACCEPT), an_application()) is None


@pytest.mark.parametrize(
    "answer",
    [
        an_answer(Outcome.NOTIFY),
        an_answer(Outcome.REFUSE_ACCEPTANCE),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT, text="reasons"),
    ],
)
@pytest.mark.parametrize("intake", [Intake(), REFUSED_ON_THE_SPOT, Intake(incomplete="resubmit")])
def test_complete_application_is_not_turned_away_for_its_materials(answer: Answer, intake: Intake) -> None:
    assert code_of_refusal(answer, an_application(intake=intake)) is not None


def test_must_accept_names_the_article_and_what_would_be_right() -> None:
    refused = refusal_of(an_answer(Outcome.NOTIFY), an_application())

    assert (refused.code, refused.article) == ("must_accept", "gz:13.1")
    assert "应当受理" in refused.text.zh
    assert "accept" in refused.text.en


def test_promised_application_with_all_main_materials_must_be_accepted_with_deferral() -> None:
    refused = refusal_of(an_answer(Outcome.NOTIFY), an_application(in_hand=MAIN, promised=True))

    assert (refused.code, refused.article) == ("must_accept", "gz:13.1")
    assert "应当容缺受理" in refused.text.zh


@given(in_hand=st.sets(st.sampled_from(ALL)), promised=st.booleans(), deferrable=st.booleans(), barred=st.booleans())
@settings(deadline=None)
def test_just_one_of_accepting_deferring_and_a_notice_of_what_is_missing_is_open(
    in_hand: set[str], promised: bool, deferrable: bool, barred: bool
) -> None:
    changes: dict[str, Any] = {} if deferrable else {"promise": None}
    application = an_application(in_hand=sorted(in_hand), promised=promised, **changes)
    facts: dict[str, Any] = {"barred_until": date(2026, 8, 1) if barred else None}

    ways = (Outcome.ACCEPT, Outcome.ACCEPT_DEFERRED, Outcome.NOTIFY)
    is_open = [way for way in ways if code_of_refusal(an_answer(way, **facts), application) is None]

    if in_hand == set(ALL):
        assert is_open == [Outcome.ACCEPT]
    elif set(MAIN) <= in_hand and promised and deferrable and not barred:
        assert is_open == [Outcome.ACCEPT_DEFERRED]
    else:
        assert is_open == [Outcome.NOTIFY]


def test_incomplete_application_is_not_accepted_as_if_it_were_complete() -> None:
    refused = refusal_of(an_answer(Outcome.ACCEPT), an_application(in_hand=MAIN))

    assert (refused.code, refused.article) == ("materials_missing", "apl:32.5")
    assert "training" in refused.text.zh


def test_material_that_a_register_holds_is_not_waited_for() -> None:
    application = an_application(in_hand=(), materials=(LICENCE,))

    assert code_of_refusal(an_answer(Outcome.ACCEPT), application) is None


def test_item_without_materials_is_accepted_with_nothing_in_hand() -> None:
    assert code_of_refusal(an_answer(Outcome.ACCEPT), an_application(in_hand=(), materials=())) is None


# Deferred acceptance (gdbe:32)


def test_secondary_material_may_follow_on_a_promise() -> None:
    application = an_application(in_hand=MAIN, promised=True)

    assert code_of_refusal(an_answer(Outcome.ACCEPT_DEFERRED), application) is None


@pytest.mark.parametrize(
    ("application", "barred_until", "code"),
    [
        (an_application(in_hand=MAIN, promised=True, promise=None), None, "deferral_not_allowed"),
        (an_application(in_hand=("form", "training"), promised=True), None, "main_materials_missing"),
        (an_application(in_hand=MAIN, promised=False), None, "promise_missing"),
        (an_application(in_hand=MAIN, promised=True), date(2026, 3, 3), "applicant_barred"),
    ],
)
def test_every_condition_of_deferral_is_needed(application: Application, barred_until: date | None, code: str) -> None:
    refused = refusal_of(an_answer(Outcome.ACCEPT_DEFERRED, barred_until=barred_until), application)

    assert (refused.code, refused.article) == (code, "gdbe:32")


@pytest.mark.parametrize(("until", "open_again"), [("2026-03-01", True), ("2026-03-02", True), ("2026-03-03", False)])
def test_bar_for_a_broken_promise_ends_with_its_day(until: str, open_again: bool) -> None:
    application = an_application(in_hand=MAIN, promised=True)

    hindrance = no_deferral(application, date.fromisoformat(until), TODAY)

    assert (hindrance is None) is open_again


def test_nothing_is_deferred_when_nothing_is_missing() -> None:
    assert code_of_refusal(an_answer(Outcome.ACCEPT_DEFERRED), an_application(promised=True)) == "nothing_missing"


def test_secondary_material_that_is_missing_without_promise_is_told_in_a_notice() -> None:
    assert code_of_refusal(an_answer(Outcome.NOTIFY), an_application(in_hand=MAIN)) is None


# One-time notice (gz:13.2)


def test_notice_names_everything_that_is_missing_also_what_the_clerk_forgot() -> None:
    answer = an_answer(Outcome.NOTIFY, demands=(demand("plan"),))

    demands = demands_of(answer, Checklist(needed=(FORM, PLAN, TRAINING, LICENCE)))

    assert [one.material for one in demands] == ["form", "plan", "training"]


def test_notice_carries_the_further_requirements_after_what_is_missing() -> None:
    further = (demand("form", "unsigned"), demand(None, "show the sign"))

    demands = demands_of(an_answer(Outcome.NOTIFY, demands=further), Checklist(needed=(FORM, PLAN), in_hand=("form",)))

    assert demands == (demand("plan"), *further)


@given(in_hand=st.sets(st.sampled_from(ALL)), named=st.sets(st.sampled_from(ALL)))
@settings(deadline=None)
def test_notice_is_complete_and_names_nothing_twice(in_hand: set[str], named: set[str]) -> None:
    checklist = Checklist(needed=(FORM, PLAN, TRAINING, LICENCE), in_hand=tuple(sorted(in_hand)))
    answer = an_answer(Outcome.NOTIFY, demands=tuple(demand(material) for material in sorted(named - in_hand)))

    demands = demands_of(answer, checklist)

    assert sorted(one.material or "" for one in demands) == sorted(set(ALL) - in_hand)


@pytest.mark.parametrize(
    ("demands", "code", "article"),
    [
        ((demand("passport"),), "material_not_in_guide", "apl:31"),
        ((demand("passport", "blurred"),), "material_not_in_guide", "apl:31"),
        ((demand("licence"),), "held_by_register", "gz:17"),
        ((demand("form"),), "already_in_hand", "gz:13.2"),
        ((demand(),), "demand_empty", "gz:13.2"),
    ],
)
def test_notice_demands_only_what_may_be_demanded(demands: tuple[Demand, ...], code: str, article: str) -> None:
    refused = refusal_of(an_answer(Outcome.NOTIFY, demands=demands), an_application(in_hand=("form",)))

    assert (refused.code, refused.article) == (code, article)


@pytest.mark.parametrize("demands", [(demand("form", "unsigned"),), (demand(None, "show the sign"),)])
def test_complete_application_whose_material_does_not_conform_may_get_a_notice(demands: tuple[Demand, ...]) -> None:
    assert code_of_refusal(an_answer(Outcome.NOTIFY, demands=demands), an_application()) is None


def test_what_a_register_holds_wrongly_may_be_asked_to_be_put_right() -> None:
    answer = an_answer(Outcome.NOTIFY, demands=(demand("licence", "name differs"),))

    assert code_of_refusal(answer, an_application()) is None


def test_item_that_refuses_on_the_spot_knows_no_notice() -> None:
    refused = refusal_of(an_answer(Outcome.NOTIFY), an_application(in_hand=(), intake=REFUSED_ON_THE_SPOT))

    assert (refused.code, refused.article) == ("refuse_on_the_spot", "rer:17")


# The breach of a second notice


def a_round(*demands: Demand, in_hand: tuple[str, ...] = ("form",)) -> NoticeRound:
    return NoticeRound(demands=demands, in_hand=in_hand)


def test_first_notice_is_never_a_breach() -> None:
    assert breaches((), (demand("plan"), demand(None, "show the sign")), ("form",)) == ()


@pytest.mark.parametrize(
    "second",
    [
        demand("form", "unsigned"),
        demand("training"),
        demand(None, "show the sign"),
    ],
    ids=["a defect of what already lay there", "another material", "a further requirement"],
)
def test_second_notice_of_what_the_first_could_have_said_is_a_breach(second: Demand) -> None:
    assert breaches((a_round(demand("plan")),), (second,), ("plan",)) == (second,)


@pytest.mark.parametrize(
    "second",
    [demand("plan"), demand("plan", "no scale")],
    ids=["a demand that is still open", "a defect of what was handed in for it"],
)
def test_second_notice_that_answers_the_first_is_no_breach(second: Demand) -> None:
    assert breaches((a_round(demand("plan")),), (second,), ("plan",)) == ()


def test_second_notice_of_a_defect_in_a_paper_that_was_exchanged_unasked_is_no_breach() -> None:
    """N5: whatever answers new material is none; `in_hand` is what came in since the notice."""
    second = demand("form", "the new form is unsigned")

    assert breaches((a_round(demand("plan")),), (second,), ("plan", "form")) == ()


def test_third_notice_is_held_against_both_before_it() -> None:
    earlier = (a_round(demand("plan")), a_round(demand("form", "unsigned"), in_hand=("form", "plan")))

    late = breaches(earlier, (demand("plan", "no scale"), demand("form", "unsigned"), demand("training")), ())

    assert late == (demand("training"),)


def test_breach_names_only_what_is_late_among_what_is_not() -> None:
    second = (demand("plan", "no scale"), demand("form", "unsigned"))

    assert breaches((a_round(demand("plan")),), second, ("plan",)) == (demand("form", "unsigned"),)


# The supplement


@pytest.mark.parametrize(
    ("handed_in", "complete"), [((), False), (("plan",), False), (("plan", "training"), True), (("form",), False)]
)
def test_supplement_is_complete_when_every_demanded_material_came_in(
    handed_in: tuple[str, ...], complete: bool
) -> None:
    assert all_demanded_is_in(a_round(demand("plan"), demand("training")), handed_in) is complete


def test_material_that_did_not_conform_has_to_come_in_anew() -> None:
    notice = a_round(demand("form", "unsigned"), in_hand=("form",))

    assert not all_demanded_is_in(notice, ())
    assert all_demanded_is_in(notice, ("form",))


def test_notice_of_further_requirements_alone_is_not_met_before_anything_came_in() -> None:
    assert not all_demanded_is_in(a_round(demand(None, "show the sign")), ())


# Non-acceptance: the closed list (apl:32.2, 78, 79; rer:17)


@pytest.mark.parametrize(
    "answer",
    [
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.OTHER_AUTHORITY, authority="荔湾区市场监督管理局"),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.FALSE_MATERIALS, text="reasons"),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.BARRED, text="reasons"),
        an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.ITEM_LAW, text="reasons"),
    ],
    ids=lambda answer: answer.ground,
)
@pytest.mark.parametrize("in_hand", [ALL, ()], ids=["complete", "incomplete"])
def test_each_ground_of_the_law_is_open_whatever_is_in_hand(answer: Answer, in_hand: tuple[str, ...]) -> None:
    assert code_of_refusal(answer, an_application(in_hand=in_hand)) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (an_answer(Outcome.REFUSE_ACCEPTANCE, text="conditions not met"), "ground_missing"),
        (an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.OTHER_AUTHORITY), "authority_missing"),
        (an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.OTHER_AUTHORITY, authority=""), "authority_missing"),
        (an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.FALSE_MATERIALS), "reasons_missing"),
        (an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.BARRED), "reasons_missing"),
        (an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.ITEM_LAW), "reasons_missing"),
        (an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT), "ground_not_for_item"),
    ],
)
def test_refusal_without_what_its_ground_needs_is_not_taken(answer: Answer, code: str) -> None:
    assert code_of_refusal(answer, an_application(in_hand=())) == code


def test_every_ground_is_tried_by_these_tests() -> None:
    assert {ground.value for ground in Ground} == {
        "other_authority",
        "false_materials",
        "barred",
        "item_law",
        "incomplete_on_the_spot",
    }


def test_real_estate_application_that_is_incomplete_is_refused_on_the_spot() -> None:
    answer = an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT)

    assert code_of_refusal(answer, an_application(in_hand=MAIN, intake=REFUSED_ON_THE_SPOT)) is None


def test_real_estate_application_that_does_not_conform_is_refused_on_the_spot() -> None:
    answer = an_answer(
        Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT, demands=(demand("form", "unsigned"),)
    )

    assert code_of_refusal(answer, an_application(intake=REFUSED_ON_THE_SPOT)) is None


def test_refusal_on_the_spot_demands_nothing_that_the_guide_does_not_list() -> None:
    answer = an_answer(
        Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT, demands=(demand("passport", "not there"),)
    )

    refused = refusal_of(answer, an_application(in_hand=MAIN, intake=REFUSED_ON_THE_SPOT))

    assert (refused.code, refused.article) == ("material_not_in_guide", "apl:31")


def test_refusal_on_the_spot_is_closed_where_the_application_must_be_accepted_with_deferral() -> None:
    answer = an_answer(Outcome.REFUSE_ACCEPTANCE, ground=Ground.INCOMPLETE_ON_THE_SPOT)

    refused = refusal_of(answer, an_application(in_hand=MAIN, promised=True, intake=REFUSED_ON_THE_SPOT))

    assert (refused.code, refused.article) == ("must_accept", "gz:13.1")


@pytest.mark.parametrize("in_hand", [ALL, ()])
def test_telling_that_nothing_needs_applying_for_is_always_open(in_hand: tuple[str, ...]) -> None:
    answer = an_answer(Outcome.NOT_REQUIRED, text="text-1")

    assert code_of_refusal(answer, an_application(in_hand=in_hand)) is None


def test_telling_that_nothing_needs_applying_for_takes_a_written_reason() -> None:
    assert code_of_refusal(an_answer(Outcome.NOT_REQUIRED), an_application()) == "reasons_missing"


# What a register does not hold (gz:17)


def test_material_that_its_register_does_not_hold_is_missing_and_may_be_demanded() -> None:
    application = an_application()
    looked_up = {"not_found": ("licence",)}

    assert code_of_refusal(an_answer(Outcome.ACCEPT, **looked_up), application) == "materials_missing"
    assert code_of_refusal(an_answer(Outcome.NOTIFY, demands=(demand("licence"),), **looked_up), application) is None
    assert code_of_refusal(an_answer(Outcome.NOTIFY, demands=(demand("licence"),)), application) == "held_by_register"


# What is still open after a notice (gz:13.1, gz:13.2)

ROUND = NoticeRound(demands=(demand("plan"), demand("training"), demand(defect="text-9")), in_hand=("form",))


@pytest.mark.parametrize(
    ("in_hand", "promised", "since", "final", "over"),
    [
        (("form",), False, (), False, False),
        (("form", "plan"), False, ("plan",), False, False),
        (("form", "plan"), False, ("plan",), True, True),
        (("form", "plan"), True, ("plan",), False, True),
        (("form",), True, (), False, False),
        (ALL, False, ("plan", "training"), False, True),
    ],
    ids=["nothing came", "one of two", "and that is all", "the rest is promised", "main is missing", "all came"],
)
def test_supplement_is_over_when_all_came_or_the_rest_is_promised(
    in_hand: tuple[str, ...], promised: bool, since: tuple[str, ...], final: bool, over: bool
) -> None:
    application = an_application(in_hand=in_hand, promised=promised)

    assert supplement_is_over(application, ROUND, since, final=final) is over


def test_requirement_that_an_earlier_notice_made_and_is_still_open_is_no_breach() -> None:
    again = Demand(defect="text-10", repeats="1.3")

    check_repeats((ROUND,), (again,))

    assert breaches((ROUND,), (again,), ()) == ()


@pytest.mark.parametrize("line", ["1.4", "2.1", "1.1"])
def test_demand_repeats_only_what_was_demanded(line: str) -> None:
    with pytest.raises(AnswerNotAllowed) as refused:
        check_repeats((ROUND,), (Demand(defect="text-10", repeats=line),))

    assert refused.value.code == "repeats_nothing"


# Instant items (apl:34)


def test_instant_item_is_granted_at_the_window_when_complete() -> None:
    application = an_application(handling=Handling.INSTANT)

    assert code_of_refusal(an_answer(Outcome.GRANT_AT_ONCE), application) is None


@pytest.mark.parametrize(
    ("application", "code"),
    [
        (an_application(), "not_instant"),
        (an_application(in_hand=MAIN, handling=Handling.INSTANT), "materials_missing"),
    ],
)
def test_nothing_else_is_granted_at_the_window(application: Application, code: str) -> None:
    assert code_of_refusal(an_answer(Outcome.GRANT_AT_ONCE), application) == code


# What the window is offered


@pytest.mark.parametrize(
    ("item", "left_out"),
    [
        (an_item(), {Outcome.GRANT_AT_ONCE}),
        (an_item(handling=Handling.INSTANT, promise=None), {Outcome.ACCEPT_DEFERRED}),
        (
            an_item(intake=REFUSED_ON_THE_SPOT, promise=None),
            {Outcome.GRANT_AT_ONCE, Outcome.ACCEPT_DEFERRED, Outcome.NOTIFY},
        ),
    ],
    ids=["promised", "instant", "refused on the spot"],
)
def test_window_is_offered_what_the_item_knows(item: Item, left_out: set[Outcome]) -> None:
    of_the_window = {
        Outcome.ACCEPT,
        Outcome.ACCEPT_DEFERRED,
        Outcome.NOTIFY,
        Outcome.NOT_REQUIRED,
        Outcome.REFUSE_ACCEPTANCE,
        Outcome.GRANT_AT_ONCE,
    }

    assert set(outcomes_for(item)) == of_the_window - left_out


def test_refusals_speak_both_languages() -> None:
    refused = refusal_of(an_answer(Outcome.ACCEPT), an_application(in_hand=()))

    assert refused.text.zh
    assert refused.text.en
    assert refused.text.zh != refused.text.en
