"""The other terms of a guide: fee, result, intake, deferral, remedies."""

from __future__ import annotations

from domain.law import carries_out
from registry.guide.pen import AnyPen, ItemPen

INTAKE = {
    "supplement": ("材料不齐或者不符合要求的，一次性告知需要补正的全部内容和补正期限；逾期未补正的视为撤回申请，可以重新申请", "what is missing or wrong is told once and completely, to be supplemented by a day that the notice names; if it is not, the application counts as withdrawn and may be made anew"),
    "resubmit": ("材料不齐或者不符合要求的，退回并一次性告知，补齐后重新提交", "an incomplete application is given back with all that is missing, to be submitted anew"),
    "refuse": ("材料不齐或者不符合要求的，当场书面不予受理并一次性告知", "an incomplete application is refused on the spot, in writing, with all that is missing"),
}  # fmt: skip


@carries_out("gz:5", "apl:58")
def fee_said(pen: AnyPen) -> str:
    """收费标准: nothing, or how much and on which basis."""
    fee = pen.definition.fee
    basis = pen.cited(fee.basis)
    if not fee.charged:
        said = pen.say("不收费", "no fee")
    else:
        said = pen.say(f"收费：{fee.standard}（依据：{basis}）", f"fee: {fee.standard} (basis: {basis})")
    return said + pen.mark("fee")


@carries_out("gz:5")
def result_said(pen: ItemPen) -> str:
    """办理结果: what one gets, of which kind, and for how long."""
    result = pen.definition.result
    parts: list[str] = [result.kind]
    if result.valid:
        parts.append(pen.say(f"有效期{result.valid}", f"valid {result.valid}"))
    if result.electronic:
        parts.append(pen.say("有电子证照", "also electronic"))
    said = f"{result.name}{pen.say('（', ' (')}{pen.say('，', ', ').join(parts)}{pen.say('）', ')')}"
    return said + pen.mark("result")


@carries_out("gz:13.2", "apl:32.4")
def intake_said(pen: ItemPen) -> str:
    """What happens to an incomplete application, and on silence."""
    intake = pen.definition.intake
    said = pen.say(*INTAKE[intake.incomplete])
    if intake.silence == "deemed_accepted":
        said += pen.say(
            "；逾期不告知的，自收到申请材料之日起即为受理", "; silence makes it accepted from the day of receipt"
        )
    else:
        said += pen.say("；逾期不告知的，记为超期，仍须答复", "; silence is lateness, and an answer is still owed")
    basis = (
        pen.say(f"（依据：{pen.cited(intake.basis)}）", f" (basis: {pen.cited(intake.basis)})") if intake.basis else ""
    )
    return said + basis + pen.mark("intake")


@carries_out("gdbe:32", "gz:13.1")
def deferral_said(pen: ItemPen) -> str:
    """Whether and how secondary materials may follow."""
    deferral = pen.definition.deferral
    if not deferral.allowed or deferral.supplement_within is None:
        return pen.say("不适用容缺受理", "no deferred acceptance") + pen.mark("deferral")
    within = pen.length(deferral.supplement_within)
    return pen.say(
        f"可以容缺受理：主要材料齐全且符合要求，申请人自愿并书面承诺的，先予受理；所缺次要材料自受理之日起{within}内补齐，"
        "补齐前不发办理结果，逾期未补齐的视为撤回申请",
        "deferred acceptance: with all main materials and a written promise the application is accepted; the secondary "
        f"materials follow within {within} of acceptance, no result is issued before, and without them the application "
        "counts as withdrawn",
    ) + pen.mark("deferral")


@carries_out("gz:13.5", "apl:38")
def remedies_said(pen: AnyPen) -> tuple[str, ...]:
    """Where an applicant can turn: the window for what got stuck, and review or suit where the law gives them."""
    department = pen.definition.department
    unit = pen.library.units.unit(department.code, department.name)
    stuck = pen.say(
        f"未一次性告知、不接收申请材料或者未按时办结的，可以向{unit.difficulty_window}反映",
        f"if you were not told everything at once, turned away, or kept waiting, turn to {unit.difficulty_window}",
    )
    if unit.is_utility:
        other = pen.say(
            "对办理有异议的，可以向行业主管部门或者12345热线投诉",
            "complaints go to the competent department or the hotline 12345",
        )
    else:
        other = pen.say(
            f"对决定不服的，可以依法向{unit.review}申请行政复议，或者向{unit.court}提起行政诉讼",
            f"against a decision you may apply to {unit.review} for administrative review, or sue before {unit.court}",
        )
    return (stuck, other)
