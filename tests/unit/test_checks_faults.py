"""Every rule about definitions: one change to a sound definition, and the one fault that it makes."""

from __future__ import annotations

import pytest

from tests.definitions import HERE, Change, a_definition_text, checked

PROMISED = "promised: {days: 5, unit: working, starts: acceptance}"
STATUTORY = 'statutory: {days: 20, unit: working, starts: acceptance, basis: "apl:42.1"}'
EXTENSION = 'extension: {days: 10, unit: working, approver: agency_head, times: 1, basis: "apl:42.1"}'
HEARING = (
    '{id: hearing, name: 听证, procedure: hearing, counted: false, max: {days: 20, unit: working}, basis: "apl:45"}'
)
TRAINING = "{id: training, name: 培训证明, need: required, main: false}"
REVIEW = "{id: review, name: 资料审查, role: examiner, limit: {days: 1, unit: working}}"
DECIDE = (
    "{id: decide, name: 决定, role: approver, after: [online, on_site], limit: {days: 1, unit: working}, decides: true}"
)
ONLINE_STEP = "when: {sells_online: yes}, limit"
DEFERRAL = 'deferral: {allowed: true, supplement_within: {days: 3, unit: working}, basis: "gdbe:32"}'
FORM = "{id: address, name: 地址, type: text}"


def natural(limit: str) -> str:
    return limit.replace("working", "natural")


def step(step_id: str, after: str, **more: str) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{id: {step_id}, name: {step_id}, role: examiner, after: [{after}], limit: {{days: 0}}{extra}}}"


def situations(count: int) -> str:
    return "".join(f"\n  - {{id: s{n}, ask: '？', answers: [a, b, c]}}" for n in range(count))


FAULTS: dict[str, tuple[list[Change], str, str, str | None]] = {
    "the promise counts more days than the law": (
        [(PROMISED, "¦promised: {days: 21, unit: working, starts: acceptance}".replace("¦promised: ", "promised: ¦"))],
        "promised_over_statutory", "limits.promised", "be:36",
    ),
    "twenty working days end after thirty natural ones where a holiday lies between": (
        [(STATUTORY, 'statutory: {days: 26, unit: natural, starts: acceptance, basis: 样品管理条例第5条}'),
         (PROMISED, "promised: ¦{days: 19, unit: working, starts: acceptance}"), (EXTENSION, "")],
        "promised_over_statutory", "limits.promised", "be:36",
    ),
    "the acceptance limit starts at acceptance": (
        [("starts: receipt", "starts: ¦acceptance")], "limit_starts_wrongly", "limits.acceptance.starts", "gz:13.1",
    ),
    "the promise starts at the decision": (
        [(PROMISED, "promised: {days: 5, unit: working, starts: ¦decision}")],
        "limit_starts_wrongly", "limits.promised.starts", "gz:13.1",
    ),
    "the start of delivery is left to the default": (
        [("starts: decision, basis", "basis"), ("delivery: {days", "¦delivery: {days")],
        "limit_starts_wrongly", "limits.delivery.starts", "gz:13.1",
    ),
    "a permit is accepted in six days": (
        [("acceptance: {days: 5,", "acceptance: ¦{days: 6,")], "acceptance_too_long", "limits.acceptance", "apl:32.4",
    ),
    "a permit is delivered in fifteen natural days": (
        [("delivery: {days: 10, unit: working,", "delivery: ¦{days: 15, unit: natural,")],
        "delivery_too_long", "limits.delivery", "apl:44",
    ),
    "the general limit of permits is exceeded": (
        [("statutory: {days: 20,", "statutory: ¦{days: 25,")], "statutory_over_its_basis", "limits.statutory", "apl:42.1",
    ),
    "joint handling exceeds 45 days": (
        [(STATUTORY, 'statutory: ¦{days: 46, unit: working, starts: acceptance, basis: "apl:42.2"}')],
        "statutory_over_its_basis", "limits.statutory", "apl:42.2",
    ),
    "a permit states no statutory limit": (
        [(STATUTORY, ""), (EXTENSION, ""), ("limits:", "¦limits:")],
        "permit_without_statutory_limit", "limits.statutory", "apl:42.1",
    ),
    "the statutory limit has no basis": (
        [(STATUTORY, "statutory: ¦{days: 20, unit: working, starts: acceptance}")],
        "statutory_without_basis", "limits.statutory", "gz:5",
    ),
    "a promised item promises nothing": (
        [(PROMISED, "promised: {days: ¦0, unit: working, starts: acceptance}"),
         (REVIEW, step("review", "")), ("on_site: true, limit: {days: 2,", "on_site: true, limit: {days: 0,"),
         (ONLINE_STEP + ": {days: 1,", ONLINE_STEP + ": {days: 0,"), (DECIDE, DECIDE.replace("days: 1", "days: 0")),
         (DEFERRAL, "deferral: {allowed: false}")],
        "promise_without_days", "limits.promised.days", None,
    ),
    "an item without statutory limit is extended": (
        [("type: 行政许可", "type: 公共服务"), (STATUTORY, ""), (EXTENSION, EXTENSION.replace(": {", ": ¦{", 1)), (HEARING, HEARING.replace("apl:45", "样品管理条例第9条"))],
        "extension_without_statutory_limit", "limits.extension", "apl:42.1",
    ),
    "an extension to no more than the limit": (
        [(EXTENSION, 'extension: {days: ¦20, unit: working, mode: to, basis: 样品管理条例第5条}')],
        "extension_shorter_than_limit", "limits.extension.days", "apl:42.1",
    ),
    "an extension by nothing": (
        [("extension: {days: 10,", "extension: {days: ¦0,")], "extension_without_days", "limits.extension.days", "apl:42.1",
    ),
    "a permit is extended by eleven days": (
        [("extension: {days: 10,", "extension: {days: ¦11,")], "extension_too_long", "limits.extension.days", "apl:42.1",
    ),
    "a permit is extended to more than ten days after its limit": (
        [("extension: {days: 10, unit: working,", "extension: {days: ¦31, unit: working, mode: to,")],
        "extension_too_long", "limits.extension.days", "apl:42.1",
    ),
    "a permit is extended twice": (
        [("times: 1", "times: ¦2")], "extension_repeated", "limits.extension.times", "apl:42.1",
    ),
    "the government extends what the agency has to": (
        [("approver: agency_head", "approver: ¦government_head")],
        "extension_approver", "limits.extension.approver", "apl:42.1",
    ),
    "the agency extends what the government has to": (
        [('times: 1, basis: "apl:42.1"', 'times: 1, basis: "apl:42.2"'), ("approver: agency_head", "approver: ¦agency_head")],
        "extension_approver", "limits.extension.approver", "apl:42.2",
    ),
    "silence on a permit means nothing": (
        [("silence: deemed_accepted", "silence: ¦overdue")], "permit_silence", "intake.silence", "apl:32.4",
    ),
    "incomplete applications are refused on no basis": (
        [("incomplete: supplement", "incomplete: ¦refuse")], "intake_without_basis", "intake.incomplete", "gz:13.2",
    ),
    "incomplete applications are sent back on no basis": (
        [("incomplete: supplement", "incomplete: ¦resubmit")], "intake_without_basis", "intake.incomplete", "gz:13.2",
    ),
    "a fee has no basis": (
        [('fee: {charged: false, basis: "apl:58"}', "¦fee: {charged: true, standard: 10元}")],
        "fee_without_basis", "fee.basis", "apl:58",
    ),
    "a fee rests on the article that forbids it": (
        [('fee: {charged: false, basis: "apl:58"}', 'fee: {charged: true, standard: 10元, basis: ¦"apl:58"}')],
        "fee_without_basis", "fee.basis", "apl:58",
    ),
    "a fee has no standard": (
        [('fee: {charged: false, basis: "apl:58"}', "¦fee: {charged: true, basis: 样品管理条例第8条}")],
        "fee_without_standard", "fee.standard", "gz:5",
    ),
    "two situations have one id": (
        [("answers: [yes, no]}", "answers: [yes, no]}\n  - {id: ¦sells_online, ask: '？', answers: [a, b]}")],
        "id_doubled", "situations.sells_online.id", None,
    ),
    "two materials have one id": (
        [(TRAINING, TRAINING + "\n  - {id: ¦training, name: 又一份, need: required, main: false}")],
        "id_doubled", "materials.training.id", None,
    ),
    "two steps have one id": (
        [(REVIEW, REVIEW + "\n  - {id: ¦review, name: 又审, role: examiner, limit: {days: 1}}")],
        "id_doubled", "examination.review.id", None,
    ),
    "two procedures have one id": (
        [(HEARING, HEARING + "\n  - " + HEARING.replace("id: ", "id: ¦"))], "id_doubled", "special_procedures.hearing.id", None,
    ),
    "two fields have one id": ([(FORM, FORM + "\n  - " + FORM.replace("id: ", "id: ¦"))], "id_doubled", "form.address.id", None),
    "a situation has one answer twice": (
        [("answers: [yes, no]", "answers: [yes, no, ¦yes]")], "answer_doubled", "situations.sells_online.answers.2", None,
    ),
    "a material hangs on an unknown situation": (
        [("need: when, when: {sells_online: yes}", "need: when, when: {sells_offline: ¦yes}")],
        "situation_undeclared", "materials.online_filing.when.sells_offline", "apl:31",
    ),
    "a step hangs on an answer that is not offered": (
        [(ONLINE_STEP, "when: {sells_online: ¦perhaps}, limit")],
        "answer_undeclared", "examination.online.when.sells_online", "apl:31",
    ),
    "the steps hang on too many situations": (
        [("answers: [yes, no]}", "answers: [yes, no]}" + situations(6)),
         ("examination:", "¦examination:"), (ONLINE_STEP, "when: {sells_online: yes, s0: a, s1: a, s2: a, s3: a, s4: a, s5: a}, limit")],
        "too_many_combinations", "examination", None,
    ),
    "a choice offers one thing": (
        [(FORM, "{id: address, name: 地址, type: choice, choices: ¦[甲]}")], "choice_without_choices", "form.address.choices", None,
    ),
    "a text has choices": (
        [(FORM, "{id: address, name: 地址, type: text, choices: ¦[甲, 乙]}")], "choices_without_choice", "form.address.choices", None,
    ),
    "a material is needed when, but not when": (
        [("- {id: online_filing, name: 网络备案, need: when, when: {sells_online: yes}", "- ¦{id: online_filing, name: 网络备案, need: when")],
        "need_without_when", "materials.online_filing.when", "gz:5",
    ),
    "a required material names a situation": (
        [("need: when, when: {sells_online: yes}", "need: ¦required, when: {sells_online: yes}")],
        "when_without_need", "materials.online_filing.need", "gz:5",
    ),
    "the applicant brings what a register holds": (
        [("type: 营业执照}}", "type: 营业执照}, provided_by: ¦applicant}")],
        "shared_material_demanded", "materials.business_licence.provided_by", "gz:17",
    ),
    "a register is not named": (
        [("need: required, main: true}\n  - {id: business", "need: required, main: true, provided_by: ¦register}\n  - {id: business")],
        "register_cannot_be_asked", "materials.application_form.provided_by", "gz:17",
    ),
    "a register is not open": (
        [("type: 营业执照}}", "type: 营业执照, live: false}, provided_by: ¦register}")],
        "register_cannot_be_asked", "materials.business_licence.provided_by", "gz:17",
    ),
    "an instant item allows deferral": (
        [("handling: promised", "handling: instant"), (DEFERRAL, DEFERRAL.replace("allowed: ", "allowed: ¦"))],
        "deferral_on_instant", "deferral.allowed", "gdbe:32",
    ),
    "deferral without a main material": (
        [("need: required, main: true}\n", "need: required, main: false}\n"), ("need: required, main: true, share", "need: required, main: false, share"), ("materials:", "¦materials:")],
        "deferral_without_main", "materials", "gdbe:32",
    ),
    "deferral without a secondary material": (
        [(TRAINING, TRAINING.replace("false", "true")), ("{sells_online: yes}, main: false", "{sells_online: yes}, main: true"), ("materials:", "¦materials:")],
        "deferral_without_secondary", "materials", "gdbe:32",
    ),
    "deferral without a limit": (
        [(DEFERRAL, "¦deferral: {allowed: true}")], "deferral_without_limit", "deferral.supplement_within", "gdbe:32",
    ),
    "a deferred material may come after the promised day": (
        [(DEFERRAL, "deferral: {allowed: true, supplement_within: ¦{days: 6, unit: working}}")],
        "deferral_over_promise", "deferral.supplement_within", "gdbe:32",
    ),
    "a step waits for one that is not there": (
        [("after: [review]", "after: [¦preview]")], "after_unknown", "examination.online.after.0", None,
    ),
    "a step waits for itself": (
        [(REVIEW, REVIEW.replace("limit", "after: ¦[review], limit"))], "circle", "examination.review.after", None,
    ),
    "three steps wait for one another": (
        [(REVIEW, REVIEW.replace("limit", "after: ¦[decide], limit"))], "circle", "examination.review.after", None,
    ),
    "no step decides": ([(", decides: true", ""), ("examination:", "¦examination:")], "no_decision", "examination", "apl:37"),
    "two steps decide": (
        [(DECIDE, DECIDE.replace("decides: true", "decides: ¦true")), (REVIEW, REVIEW.replace("limit", "decides: true, limit"))],
        "several_decisions", "examination.decide.decides", "apl:37",
    ),
    "nobody decides in one of the situations": (
        [(DECIDE, DECIDE.replace("limit", "when: ¦{sells_online: yes}, limit"))],
        "decision_left_out", "examination.decide.when", "apl:37",
    ),
    "the decision does not wait for a step": (
        [("after: [online, on_site]", "after: [online]"), ("- {id: on_site", "- ¦{id: on_site")],
        "leads_nowhere", "examination.on_site", "apl:37",
    ),
    "a step comes after the decision": (
        [(DECIDE, DECIDE + "\n  - ¦" + step("print_it", "decide"))], "leads_nowhere", "examination.print_it", "apl:37",
    ),
    "one person's step lists signers": (
        [(REVIEW, REVIEW.replace("limit", "signers: ¦[{role: examiner}, {role: approver}], limit"))],
        "signers_of_single", "examination.review.signers", None,
    ),
    "a joint signature of one": (
        [(REVIEW, REVIEW.replace("limit", "mode: all, signers: ¦[{role: examiner}], limit"))],
        "too_few_signers", "examination.review.signers", None,
    ),
    "one officer goes to the place": (
        [("officers: 2", "officers: ¦1")], "too_few_officers", "examination.on_site.officers", "apl:34",
    ),
    "the steps take longer than promised": (
        [("on_site: true, limit: {days: 2,", "on_site: true, limit: {days: 5,"), ("examination:", "¦examination:")],
        "steps_over_promise", "examination", "gz:13.1",
    ),
    "the steps take longer than promised in one situation only": (
        [(ONLINE_STEP + ": {days: 1,", ONLINE_STEP + ": {days: 4,"), ("examination:", "¦examination:")],
        "steps_over_promise", "examination", "gz:13.1",
    ),
    "a publicity stops the clock": (
        [(HEARING, "{id: publicity, name: 公示, procedure: item_law, counted: ¦false, max: {days: 7}}")],
        "pause_without_basis", "special_procedures.publicity.counted", "apl:45",
    ),
    "a check on the spot stops the clock as an inspection": (
        [(HEARING, '{id: visit, name: 现场核查, procedure: inspection, counted: ¦false, max: {days: 7}, basis: "apl:45"}')],
        "pause_without_basis", "special_procedures.visit.counted", "apl:45",
    ),
    "the clock of a public service stops for a test": (
        [("type: 行政许可", "type: 公共服务"), (HEARING, '{id: test, name: 检测, procedure: testing, counted: ¦false, max: {days: 7}, basis: "apl:45"}')],
        "pause_without_basis", "special_procedures.test.counted", "apl:45",
    ),
    "a procedure of the item's law does not name it": (
        [(HEARING, "- ¦{id: publicity, name: 公示, procedure: item_law, counted: true, max: {days: 7}}".removeprefix("- "))],
        "procedure_without_basis", "special_procedures.publicity.basis", "apl:45",
    ),
    "a procedure takes no time": (
        [("max: {days: 20,", "max: {days: ¦0,")], "procedure_without_days", "special_procedures.hearing.max.days", "apl:45",
    ),
    "a hearing may take 21 days": (
        [("max: {days: 20,", "max: ¦{days: 21,")], "hearing_too_long", "special_procedures.hearing.max", "apl:47",
    ),
    "an article is cited that is not there": (
        [('starts: receipt, basis: "apl:32.4"', 'starts: receipt, basis: ¦"alp:32.4"')],
        "article_unknown", "limits.acceptance.basis", "gz:5",
    ),
    "a fee cites an article that is not there": (
        [('fee: {charged: false, basis: "apl:58"}', 'fee: {charged: false, basis: ¦"mre:19"}')],
        "article_unknown", "fee.basis", "gz:5",
    ),
    "the permission law is cited by its name": (
        [(STATUTORY, "statutory: {days: 60, unit: working, starts: acceptance, basis: ¦行政许可法第四十二条}")],
        "cite_by_article", "limits.statutory.basis", "gz:5",
    ),
    "an assumption points at nothing": (
        [("at: limits.promised", "at: ¦limits.promise")], "assumed_nowhere", "assumed.0.at", "gz:5",
    ),
    "an assumption points at a material that is not there": (
        [("at: limits.promised", "at: ¦materials.trainig.main")], "assumed_nowhere", "assumed.0.at", "gz:5",
    ),
    "a credit code has a wrong form": (
        [('district: "440106"', 'credit_code: ¦"123"')], "credit_code_invalid", "department.credit_code", None,
    ),
    "a credit code has a wrong check digit": (
        [('district: "440106"', 'credit_code: ¦"11440100007483172A"')], "credit_code_invalid", "department.credit_code", None,
    ),
    "a district is not of the city": (
        [('district: "440106"', 'district: ¦"110101"')], "district_invalid", "department.district", None,
    ),
    "a district is no more": (
        [('district: "440106"', 'district: ¦"440116"')], "district_invalid", "department.district", None,
    ),
}  # fmt: skip


def test_the_sample_is_sound() -> None:
    assert checked().faults == ()


@pytest.mark.parametrize("what", FAULTS)
def test_one_fault_is_found_where_it_is(what: str) -> None:
    changes, code, path, article = FAULTS[what]
    text = a_definition_text(*changes)
    before = text[: text.index(HERE)]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))

    found = checked(*changes)

    assert [(f.code, f.path, (f.line, f.column), f.article) for f in found.faults] == [(code, path, place, article)]
    assert found.definition is None


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_says_what_is_wrong_and_what_would_be_right(what: str) -> None:
    fault = checked(*FAULTS[what][0]).faults[0]

    zh, en = fault.said_in("zh"), fault.said_in("en")

    assert zh.startswith(f"sample.yaml:{fault.line}:{fault.column}: {fault.path}: {fault.wrong.zh}；{fault.right.zh}")
    assert en.startswith(f"sample.yaml:{fault.line}:{fault.column}: {fault.path}: {fault.wrong.en}; {fault.right.en}")
    assert all((*fault.wrong, *fault.right))
