"""Examination: a graph of steps, each answered by one or several, run as soon as what it comes after is done."""

from __future__ import annotations

from domain.commands import Answer, Outcome
from domain.definition import Role
from domain.item import ItemStep, Sitting
from domain.law import Refused, carries_out
from domain.values import Message

POSITIVE = (Outcome.PASS, Outcome.GRANT)


class StepAnswerNotAllowed(Refused):
    """The step may not be answered so; the message says what would be right."""


class Opinion(Message):
    """What one signer answered in the current round of a step."""

    slot: str
    outcome: Outcome
    by: str
    text: str | None = None


class Helper(Message):
    """One who was asked for an opinion before a slot may be answered (加签)."""

    slot: str
    of: str
    sitting: Sitting


class Wanted(Message):
    """A task that should lie on the desk now."""

    slot: str
    step: ItemStep
    sitting: Sitting
    outcomes: tuple[Outcome, ...]


def slots(step: ItemStep) -> tuple[str, ...]:
    """The places of a step that are answered: one, or one for each signer."""
    if step.mode == "single":
        return (step.id,)
    return tuple(f"{step.id}.{n}" for n in range(1, len(step.sittings) + 1))


def step_of(slot: str) -> str:
    """The step that a slot belongs to."""
    return slot.split(".", 1)[0]


class Examination(Message):
    """How far the examination is: the opinions of the current round and the helpers asked."""

    steps: tuple[ItemStep, ...]
    opinions: tuple[Opinion, ...] = ()
    helpers: tuple[Helper, ...] = ()

    def step(self, step_id: str) -> ItemStep:
        """The step with this id."""
        return next(step for step in self.steps if step.id == step_id)

    def opinion(self, slot: str) -> Opinion | None:
        """What was answered in the slot in the current round."""
        return next((opinion for opinion in self.opinions if opinion.slot == slot), None)

    def result(self, step: ItemStep) -> bool | None:
        """Whether the step came out positive; None while it is open."""
        given = [opinion for slot in slots(step) if (opinion := self.opinion(slot))]
        verdicts = [opinion.outcome in POSITIVE for opinion in given]
        if step.mode == "any":
            return verdicts[0] if verdicts else None
        if step.mode == "ordered" and False in verdicts:
            return False
        return all(verdicts) if len(verdicts) == len(slots(step)) else None

    @property
    def decision(self) -> bool | None:
        """Whether the application is granted; None while it is undecided."""
        return next((self.result(step) for step in self.steps if step.decides), None)

    @property
    @carries_out("apl:38")
    def deciding(self) -> tuple[Opinion, Sitting] | None:
        """The opinion that the decision rests on and whose it is: the first against it where it is refused, whose reasons
        are those of the decision; else the last one for it. None while it is undecided."""
        granted = self.decision
        if granted is None:
            return None
        step = next(step for step in self.steps if step.decides)
        sitting = dict(zip(slots(step), step.sittings, strict=True))
        on_its_side = [o for o in self.opinions if o.slot in sitting and (o.outcome in POSITIVE) is granted]
        opinion = on_its_side[-1 if granted else 0]
        return opinion, sitting[opinion.slot]

    @property
    @carries_out("apl:37")
    def wanted(self) -> tuple[Wanted, ...]:
        """The tasks that should lie on the desk now, in the order of the definition."""
        tasks: list[Wanted] = []
        for step in self.steps:
            ready = all(self.result(self.step(before)) is not None for before in step.after)
            if not ready or self.result(step) is not None:
                continue
            waiting = [
                (slot, sitting)
                for slot, sitting in zip(slots(step), step.sittings, strict=True)
                if not self.opinion(slot)
            ]
            for slot, sitting in waiting[:1] if step.mode == "ordered" else waiting:
                tasks.append(Wanted(slot=slot, step=step, sitting=sitting, outcomes=self._outcomes(step)))
                tasks += [
                    Wanted(slot=helper.slot, step=step, sitting=helper.sitting, outcomes=(Outcome.ADVISED,))
                    for helper in self.open_helpers(slot)
                ]
        return tuple(tasks)

    def _outcomes(self, step: ItemStep) -> tuple[Outcome, ...]:
        answers = (Outcome.GRANT, Outcome.REFUSE) if step.decides else (Outcome.PASS, Outcome.FAIL)
        return (*answers, Outcome.RETURN) if step.after else answers

    def open_helpers(self, slot: str) -> tuple[Helper, ...]:
        """The helpers of a slot who have not answered yet."""
        return tuple(helper for helper in self.helpers if helper.of == slot and not self.opinion(helper.slot))

    def earlier(self, step: ItemStep) -> tuple[str, ...]:
        """All steps that come before this one, near and far, in the order of the definition."""
        found: set[str] = set()
        ahead = list(step.after)
        while ahead:
            before = ahead.pop()
            if before not in found:
                found.add(before)
                ahead += self.step(before).after
        return tuple(one.id for one in self.steps if one.id in found)

    def answered(self, slot: str, outcome: Outcome, by: str, text: str | None = None) -> Examination:
        """The examination after one answer."""
        opinion = Opinion(slot=slot, outcome=outcome, by=by, text=text)
        return self.model_copy(update={"opinions": (*self.opinions, opinion)})

    def returned(self, to: str) -> Examination:
        """The examination sent back to an earlier step: it and all that comes after it are done anew."""
        anew = {to} | {step.id for step in self.steps if to in self.earlier(step)}
        return self.model_copy(
            update={
                "opinions": tuple(o for o in self.opinions if step_of(o.slot) not in anew),
                "helpers": tuple(h for h in self.helpers if step_of(h.of) not in anew),
            }
        )

    def with_helper(self, of: str, role: Role, unit: str) -> Examination:
        """The examination with another opinion asked for before the slot may be answered."""
        number = 1 + sum(helper.of == of for helper in self.helpers)
        helper = Helper(slot=f"{of}.h{number}", of=of, sitting=Sitting(role=role, unit=unit))
        return self.model_copy(update={"helpers": (*self.helpers, helper)})

    def without_helper(self, slot: str) -> Examination:
        """The examination that no longer waits for this helper; the others keep their places."""
        dropped = Opinion(slot=slot, outcome=Outcome.ADVISED, by="")
        return self.model_copy(update={"opinions": (*self.opinions, dropped)})

    def check(self, slot: str, answer: Answer) -> None:
        """Raise `StepAnswerNotAllowed` unless the slot may be answered so."""
        if answer.outcome is Outcome.ADVISED:
            return
        step = self.step(step_of(slot))
        _check_helpers(self, slot)
        if answer.outcome is Outcome.RETURN:
            _check_return(self, step, answer)
        else:
            _check_signers(self, step, answer)
            _check_officers(step, answer)
            _check_reasons(answer)


def _check_helpers(examination: Examination, slot: str) -> None:
    if examination.open_helpers(slot):
        raise StepAnswerNotAllowed(
            "helper_open",
            "已请他人协助审查，协助意见尚未答复；请等待答复后再办理",
            "Another opinion was asked for and is still open; wait for it",
        )


def _check_return(examination: Examination, step: ItemStep, answer: Answer) -> None:
    earlier = examination.earlier(step)
    if answer.return_to not in earlier:
        raise StepAnswerNotAllowed(
            "return_to_unknown",
            f"只能退回此前的环节：{'、'.join(earlier)}",
            f"A case can be returned to an earlier step only: {', '.join(earlier)}",
        )
    if answer.text is None:
        raise StepAnswerNotAllowed("reasons_missing", "退回须说明理由", "A return needs its reasons")


def _check_signers(examination: Examination, step: ItemStep, answer: Answer) -> None:
    signed = [o.by for slot in slots(step) if (o := examination.opinion(slot))]
    if answer.by.id in signed:
        raise StepAnswerNotAllowed(
            "signed_already",
            "同一人不能在同一环节重复签署；请由另一位工作人员办理",
            "The same person may not sign a step twice; another officer has to",
        )


@carries_out("apl:34")
def _check_officers(step: ItemStep, answer: Answer) -> None:
    if len(set(answer.officers)) < step.officers and step.officers > 1:
        raise StepAnswerNotAllowed(
            "officers_missing",
            f"{step.name}须由{step.officers}名以上工作人员进行，请填写各人（不得重复）",
            f"{step.id} takes {step.officers} officers; name each of them once",
            article="apl:34",
        )


@carries_out("apl:38")
def _check_reasons(answer: Answer) -> None:
    if answer.outcome in (Outcome.REFUSE, Outcome.FAIL) and answer.text is None:
        raise StepAnswerNotAllowed(
            "reasons_missing",
            "不予同意或者不予许可须说明理由",
            "A negative answer needs its reasons",
            article="apl:38",
        )
