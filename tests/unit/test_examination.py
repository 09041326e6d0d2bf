"""The graph of steps: who is asked when, how answers make a result, and what a return undoes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.commands import Answer, Outcome
from domain.definition import Role
from domain.examination import Examination, StepAnswerNotAllowed, Wanted, slots, step_of
from domain.item import ItemStep
from tests.builders import UNIT, a_step, an_actor, an_answer, an_examination

PASS, FAIL, RETURN, GRANT, REFUSE, ADVISED = (
    Outcome.PASS,
    Outcome.FAIL,
    Outcome.RETURN,
    Outcome.GRANT,
    Outcome.REFUSE,
    Outcome.ADVISED,
)


def wanted(examination: Examination) -> list[str]:
    return [one.slot for one in examination.wanted]


def after(examination: Examination, *answers: tuple[str, Outcome]) -> Examination:
    """The examination after these answers, each by somebody else."""
    for number, (slot, outcome) in enumerate(answers, 1):
        examination = examination.answered(slot, outcome, f"officer-{number}")
    return examination


def code_of_refusal(examination: Examination, slot: str, outcome: Outcome, **changes: Any) -> str | None:
    try:
        examination.check(slot, an_answer(outcome, **changes))
    except StepAnswerNotAllowed as refused:
        return refused.code
    return None


def with_signers(mode: str, signers: int = 3) -> Examination:
    return an_examination(a_step("sign", mode=mode, signers=signers), a_step("decide", "sign", decides=True))


# Order


def test_steps_that_come_after_nothing_are_wanted_at_once_and_side_by_side() -> None:
    examination = an_examination(
        a_step("review"), a_step("on_site"), a_step("decide", "review", "on_site", decides=True)
    )

    assert wanted(examination) == ["review", "on_site"]
    assert wanted(after(examination, ("review", PASS))) == ["on_site"]
    assert wanted(after(examination, ("review", PASS), ("on_site", PASS))) == ["decide"]


def test_step_that_did_not_pass_is_done_too_and_the_approver_decides() -> None:
    examination = after(an_examination(), ("review", FAIL))

    assert wanted(examination) == ["decide"]
    assert examination.decision is None


@pytest.mark.parametrize(("outcome", "granted"), [(GRANT, True), (REFUSE, False)])
@pytest.mark.parametrize("review", [PASS, FAIL])
def test_decision_is_that_of_the_deciding_step(review: Outcome, outcome: Outcome, granted: bool) -> None:
    examination = after(an_examination(), ("review", review), ("decide", outcome))

    assert examination.decision is granted
    assert examination.wanted == ()


def test_each_task_offers_the_answers_of_its_step() -> None:
    examination = an_examination(a_step("review"), a_step("second", "review"), a_step("decide", "second", decides=True))

    offered = [one.outcomes for one in examination.wanted]
    offered += [one.outcomes for one in after(examination, ("review", PASS)).wanted]
    offered += [one.outcomes for one in after(examination, ("review", PASS), ("second", PASS)).wanted]

    assert offered == [(PASS, FAIL), (PASS, FAIL, RETURN), (GRANT, REFUSE, RETURN)]


# Modes


def test_all_signers_are_asked_at_once_and_each_has_to_answer() -> None:
    examination = with_signers("all")

    assert wanted(examination) == ["sign.1", "sign.2", "sign.3"]
    assert wanted(after(examination, ("sign.2", PASS))) == ["sign.1", "sign.3"]
    assert wanted(after(examination, ("sign.2", PASS), ("sign.1", PASS), ("sign.3", PASS))) == ["decide"]


@pytest.mark.parametrize(("third", "result"), [(PASS, True), (FAIL, False)])
def test_all_signers_have_to_agree(third: Outcome, result: bool) -> None:
    examination = after(with_signers("all"), ("sign.1", PASS), ("sign.2", PASS), ("sign.3", third))

    assert examination.result(examination.step("sign")) is result


def test_one_who_does_not_agree_does_not_spare_the_others_their_answer() -> None:
    examination = after(with_signers("all"), ("sign.1", FAIL))

    assert wanted(examination) == ["sign.2", "sign.3"]


@pytest.mark.parametrize(("outcome", "result"), [(PASS, True), (FAIL, False)])
def test_first_answer_counts_where_any_may_sign(outcome: Outcome, result: bool) -> None:
    examination = after(with_signers("any"), ("sign.2", outcome))

    assert examination.result(examination.step("sign")) is result
    assert wanted(examination) == ["decide"]


def test_signers_in_order_are_asked_one_after_the_other() -> None:
    examination = with_signers("ordered")

    assert wanted(examination) == ["sign.1"]
    assert wanted(after(examination, ("sign.1", PASS))) == ["sign.2"]
    assert wanted(after(examination, ("sign.1", PASS), ("sign.2", PASS))) == ["sign.3"]


def test_order_ends_with_the_first_who_does_not_agree() -> None:
    examination = after(with_signers("ordered"), ("sign.1", PASS), ("sign.2", FAIL))

    assert examination.result(examination.step("sign")) is False
    assert wanted(examination) == ["decide"]


@pytest.mark.parametrize(("mode", "granted"), [("all", False), ("any", True), ("ordered", False)])
def test_decision_may_be_signed_by_several(mode: str, granted: bool) -> None:
    examination = an_examination(a_step("decide", decides=True, mode=mode, signers=2))

    examination = after(examination, ("decide.1", GRANT))
    if examination.decision is None:
        examination = after(examination, ("decide.2", REFUSE))

    assert examination.decision is granted


def test_one_signer_of_a_step_may_not_be_the_next_as_well() -> None:
    examination = with_signers("all").answered("sign.1", PASS, "officer-1")

    assert code_of_refusal(examination, "sign.2", PASS, by=an_actor("officer-1")) == "signed_already"
    assert code_of_refusal(examination, "sign.2", PASS, by=an_actor("officer-2")) is None


# What an answer needs


@pytest.mark.parametrize(
    ("officers", "code"),
    [((), "officers_missing"), (("a",), "officers_missing"), (("a", "a"), "officers_missing"), (("a", "b"), None)],
)
@pytest.mark.parametrize("outcome", [PASS, FAIL])
def test_check_on_the_spot_names_two_different_officers(
    outcome: Outcome, officers: tuple[str, ...], code: str | None
) -> None:
    examination = an_examination(a_step("on_site", officers=2), a_step("decide", "on_site", decides=True))

    assert code_of_refusal(examination, "on_site", outcome, officers=officers, text="reasons") == code


def test_step_of_one_officer_needs_no_names() -> None:
    assert code_of_refusal(an_examination(), "review", PASS) is None


@pytest.mark.parametrize(("slot", "outcome"), [("review", FAIL), ("decide", REFUSE)])
def test_negative_answer_needs_reasons(slot: str, outcome: Outcome) -> None:
    with pytest.raises(StepAnswerNotAllowed) as refused:
        an_examination().check(slot, an_answer(outcome))

    assert (refused.value.code, refused.value.article) == ("reasons_missing", "apl:38")
    assert code_of_refusal(an_examination(), slot, outcome, text="reasons") is None


# Return


def diamond() -> Examination:
    """first → (left, right) → join → decide, and aside beside them."""
    return an_examination(
        a_step("first"),
        a_step("left", "first"),
        a_step("right", "first"),
        a_step("aside"),
        a_step("join", "left", "right"),
        a_step("decide", "join", "aside", decides=True),
    )


ANSWERED = [(step, PASS) for step in ("first", "left", "right", "aside", "join")]


def test_return_redoes_the_step_and_all_that_came_after_it_and_nothing_else() -> None:
    examination = after(diamond(), *ANSWERED).returned("left")

    assert [opinion.slot for opinion in examination.opinions] == ["first", "right", "aside"]
    assert wanted(examination) == ["left"]
    assert wanted(after(examination, ("left", PASS))) == ["join"]


def test_return_to_the_beginning_keeps_what_stood_beside_it() -> None:
    examination = after(diamond(), *ANSWERED).returned("first")

    assert [opinion.slot for opinion in examination.opinions] == ["aside"]
    assert wanted(examination) == ["first"]


def test_return_undoes_every_signature_of_the_step() -> None:
    examination = after(with_signers("all"), ("sign.1", PASS), ("sign.2", PASS), ("sign.3", FAIL)).returned("sign")

    assert wanted(examination) == ["sign.1", "sign.2", "sign.3"]


def test_signer_may_sign_again_after_a_return() -> None:
    examination = with_signers("any").answered("sign.1", PASS, "officer-1").returned("sign")

    assert code_of_refusal(examination, "sign.1", PASS, by=an_actor("officer-1")) is None


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("join", None),
        ("first", None),
        ("aside", None),
        ("decide", "return_to_unknown"),
        ("elsewhere", "return_to_unknown"),
        (None, "return_to_unknown"),
    ],
)
def test_case_is_returned_to_an_earlier_step_only(to: str | None, code: str | None) -> None:
    examination = after(diamond(), *ANSWERED)

    assert code_of_refusal(examination, "decide", RETURN, return_to=to, text="reasons") == code


def test_case_is_not_returned_to_a_step_beside() -> None:
    examination = after(diamond(), ("first", PASS), ("left", PASS))

    assert code_of_refusal(examination, "right", RETURN, return_to="left", text="reasons") == "return_to_unknown"


def test_return_needs_its_reasons() -> None:
    examination = after(an_examination(), ("review", PASS))

    assert code_of_refusal(examination, "decide", RETURN, return_to="review") == "reasons_missing"


def test_earlier_steps_are_told_in_the_order_of_the_definition() -> None:
    examination = diamond()

    assert examination.earlier(examination.step("decide")) == ("first", "left", "right", "aside", "join")


# Helpers


def helped() -> Examination:
    return an_examination().with_helper("review", Role.EXAMINER, "gz-thr-fire")


def test_helper_is_asked_beside_the_one_who_answers() -> None:
    tasks = helped().wanted

    assert [(task.slot, task.sitting.unit, task.outcomes) for task in tasks] == [
        ("review", UNIT, (PASS, FAIL)),
        ("review.h1", "gz-thr-fire", (ADVISED,)),
    ]


def test_answer_waits_for_the_helper() -> None:
    assert code_of_refusal(helped(), "review", PASS) == "helper_open"
    assert code_of_refusal(after(helped(), ("review.h1", ADVISED)), "review", PASS) is None


def test_helper_only_advises() -> None:
    examination = after(helped(), ("review.h1", ADVISED))

    assert examination.result(examination.step("review")) is None
    assert wanted(examination) == ["review"]


def test_helper_may_be_the_one_who_signs_afterwards() -> None:
    examination = helped().answered("review.h1", ADVISED, "officer-1")

    assert code_of_refusal(examination, "review", PASS, by=an_actor("officer-1")) is None


def test_several_helpers_are_told_apart() -> None:
    examination = helped().with_helper("review", Role.APPROVER, UNIT)

    assert wanted(examination) == ["review", "review.h1", "review.h2"]
    assert wanted(after(examination, ("review.h2", ADVISED))) == ["review", "review.h1"]


def test_helper_of_one_signer_does_not_hold_up_another() -> None:
    examination = with_signers("all").with_helper("sign.2", Role.EXAMINER, UNIT)

    assert wanted(examination) == ["sign.1", "sign.2", "sign.2.h1", "sign.3"]
    assert code_of_refusal(examination, "sign.1", PASS) is None
    assert code_of_refusal(examination, "sign.2", PASS) == "helper_open"


def test_helper_is_not_wanted_any_more_once_the_step_is_done_without() -> None:
    examination = with_signers("any").with_helper("sign.2", Role.EXAMINER, UNIT)

    assert wanted(after(examination, ("sign.1", PASS))) == ["decide"]


def test_helpers_are_asked_anew_after_a_return_only_if_somebody_asks() -> None:
    examination = after(helped(), ("review.h1", ADVISED), ("review", PASS)).returned("review")

    assert wanted(examination) == ["review"]
    assert examination.helpers == ()


# Any graph


@st.composite
def graphs(draw: st.DrawFn) -> tuple[ItemStep, ...]:
    """Steps in any order, each after some of those drawn before it; all lead to the one that decides."""
    count = draw(st.integers(0, 5))
    names = [f"step_{n}" for n in range(count)]
    steps: list[ItemStep] = []
    for number, name in enumerate(names):
        before = draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        steps.append(a_step(name, *before, **draw(_signing())))
    followed = {before for step in steps for before in step.after}
    ends = [name for name in names if name not in followed]
    steps.append(a_step("decide", *ends, decides=True, **draw(_signing())))
    return tuple(draw(st.permutations(steps)))


def _signing() -> st.SearchStrategy[dict[str, Any]]:
    several = st.fixed_dictionaries({"mode": st.sampled_from(["all", "any", "ordered"]), "signers": st.integers(1, 3)})
    return st.one_of(st.just({"mode": "single"}), several)


class AnyExamination(RuleBasedStateMachine):
    """Officers answer, send back and ask for help as they like; a model of our own keeps account."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, Outcome] = {}
        self.asked: dict[str, list[str]] = {}
        self.returns = 0
        self.acts = 0

    @initialize(steps=graphs())
    def begin(self, steps: tuple[ItemStep, ...]) -> None:
        self.steps = {step.id: step for step in steps}
        self.examination = Examination(steps=steps)

    @precondition(lambda self: self._free())
    @rule(data=st.data(), agree=st.booleans())
    def answer(self, data: st.DataObject, agree: bool) -> None:
        one = data.draw(st.sampled_from(self._free()))
        outcome = one.outcomes[0 if agree or one.outcomes == (ADVISED,) else 1]
        self._give(one.slot, outcome)

    @precondition(lambda self: self.returns < 3 and self._able_to_return())
    @rule(data=st.data())
    def send_back(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self._able_to_return()))
        to = data.draw(st.sampled_from(sorted(self._before(one.step.id))))
        self._check(one.slot, RETURN, return_to=to)
        self.examination = self.examination.returned(to)
        anew = {to} | {step for step in self.steps if to in self._before(step)}
        self.given = {slot: outcome for slot, outcome in self.given.items() if slot.split(".")[0] not in anew}
        self.asked = {slot: helpers for slot, helpers in self.asked.items() if slot.split(".")[0] not in anew}
        self.returns += 1

    @precondition(lambda self: self._askable())
    @rule(data=st.data())
    def ask_for_help(self, data: st.DataObject) -> None:
        slot = data.draw(st.sampled_from(self._askable()))
        self.examination = self.examination.with_helper(slot, Role.EXAMINER, UNIT)
        helpers = self.asked.setdefault(slot, [])
        helpers.append(f"{slot}.h{len(helpers) + 1}")

    @precondition(lambda self: self._done("decide"))
    @rule()
    def rest(self) -> None:
        assert self.examination.wanted == ()

    @invariant()
    def what_is_wanted_is_what_the_model_wants(self) -> None:
        assert sorted(one.slot for one in self.examination.wanted) == sorted(self._wanted())

    @invariant()
    def nothing_is_wanted_twice_or_before_its_time(self) -> None:
        tasks = self.examination.wanted
        assert len({one.slot for one in tasks}) == len(tasks)
        assert not [one.slot for one in tasks if one.slot in self.given]
        assert not [one.slot for one in tasks if not all(self._done(before) for before in self._before(one.step.id))]

    @invariant()
    def decision_is_that_of_the_deciding_step(self) -> None:
        if not self._done("decide"):
            assert self.examination.decision is None
            assert self.examination.wanted
        else:
            said = [self.given[slot] for slot in slots(self.steps["decide"]) if slot in self.given]
            assert self.examination.decision is all(outcome is GRANT for outcome in said)

    def teardown(self) -> None:
        """However it stands, it ends after at most one answer for each slot and each helper."""
        if not hasattr(self, "examination"):
            return
        most = sum(len(slots(step)) for step in self.steps.values()) + sum(map(len, self.asked.values()))
        for _ in range(most):
            if not (free := self._free()):
                break
            self._give(free[-1].slot, free[-1].outcomes[0])
        assert self.examination.decision is not None

    def _free(self) -> list[Wanted]:
        return [one for one in self.examination.wanted if not self._open_helpers(one.slot)]

    def _able_to_return(self) -> list[Wanted]:
        return [one for one in self._free() if RETURN in one.outcomes]

    def _askable(self) -> list[str]:
        signing = [one.slot for one in self.examination.wanted if ADVISED not in one.outcomes]
        return [slot for slot in signing if len(self.asked.get(slot, [])) < 2]

    def _give(self, slot: str, outcome: Outcome) -> None:
        self._check(slot, outcome)
        self.acts += 1
        self.examination = self.examination.answered(slot, outcome, f"officer-{self.acts}")
        self.given[slot] = outcome

    def _check(self, slot: str, outcome: Outcome, **changes: Any) -> None:
        answer: Answer = an_answer(outcome, by=an_actor(f"officer-{self.acts + 1}"), text="reasons", **changes)
        self.examination.check(slot, answer)

    def _before(self, step: str) -> set[str]:
        nearest = self.steps[step].after
        return set(nearest).union(*(self._before(one) for one in nearest))

    def _done(self, step: str) -> bool:
        mode, places = self.steps[step].mode, slots(self.steps[step])
        said = [self.given[slot] for slot in places if slot in self.given]
        if mode == "any":
            return bool(said)
        return len(said) == len(places) or (mode == "ordered" and bool({FAIL, REFUSE} & set(said)))

    def _open_helpers(self, slot: str) -> list[str]:
        return [helper for helper in self.asked.get(slot, []) if helper not in self.given]

    def _wanted(self) -> list[str]:
        found: list[str] = []
        for name, step in self.steps.items():
            if self._done(name) or not all(self._done(before) for before in step.after):
                continue
            waiting = [slot for slot in slots(step) if slot not in self.given]
            for slot in waiting[:1] if step.mode == "ordered" else waiting:
                found += [slot, *self._open_helpers(slot)]
        return found


TestAnyExamination = AnyExamination.TestCase
TestAnyExamination.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)


@given(steps=graphs(), agree=st.booleans())
@settings(max_examples=100, deadline=None)
def test_examination_that_everybody_answers_once_is_decided(steps: tuple[ItemStep, ...], agree: bool) -> None:
    examination, answers = Examination(steps=steps), 0

    while examination.decision is None:
        one = examination.wanted[0]
        examination = examination.answered(one.slot, one.outcomes[0 if agree else 1], f"officer-{answers}")
        answers += 1

    assert examination.decision is agree
    assert answers <= sum(len(slots(step)) for step in steps)


def test_slots_carry_the_name_of_their_step() -> None:
    assert slots(a_step("sign", mode="all", signers=2)) == ("sign.1", "sign.2")
    assert slots(a_step("review")) == ("review",)
    assert [step_of(slot) for slot in ("sign.2", "review", "sign.2.h1", "review.h1")] == [
        "sign",
        "review",
        "sign",
        "review",
    ]
