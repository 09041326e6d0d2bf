"""A fault of a definition: where it is, what is wrong, what would be right, and which article says so."""

from __future__ import annotations

from typing import Literal, NamedTuple

from domain.words import Text

Path = tuple[str | int, ...]
"""Field names, and places counted from 0 inside a list."""

Writing = Literal[
    "alias",
    "control_character",
    "directive",
    "empty",
    "key_doubled",
    "key_not_plain",
    "not_utf8",
    "not_yaml",
    "second_document",
    "tag",
    "too_deep",
    "too_large",
    "too_many_values",
]
"""Faults of a file that cannot be read as YAML or JSON."""

Form = Literal[
    "empty_value",
    "invalid",
    "missing",
    "not_a_date",
    "not_among",
    "not_days",
    "not_fields",
    "too_big",
    "too_long",
    "too_short",
    "too_small",
    "unknown_key",
    "wrong_form",
    "wrong_type",
]
"""Faults of the shape of a definition."""

Broken = Literal[
    "acceptance_too_long",
    "after_unknown",
    "answer_doubled",
    "answer_undeclared",
    "answers_differ",
    "article_unknown",
    "assumed_nowhere",
    "bundle_fee",
    "bundle_over_joint_limit",
    "bundle_over_path",
    "bundle_type",
    "choice_without_choices",
    "choices_without_choice",
    "circle",
    "cite_by_article",
    "credit_code_invalid",
    "decision_left_out",
    "deferral_on_instant",
    "deferral_over_promise",
    "deferral_without_limit",
    "deferral_without_main",
    "deferral_without_secondary",
    "delivery_too_long",
    "district_invalid",
    "extension_approver",
    "extension_repeated",
    "extension_shorter_than_limit",
    "extension_too_long",
    "extension_without_days",
    "extension_without_statutory_limit",
    "fed_twice",
    "fee_without_basis",
    "fee_without_standard",
    "feed_unknown",
    "field_differs",
    "hearing_too_long",
    "id_doubled",
    "intake_without_basis",
    "item_doubled",
    "item_not_in_force",
    "item_unknown",
    "leads_nowhere",
    "limit_starts_wrongly",
    "main_differs",
    "need_unfed",
    "need_without_when",
    "needed_by_nobody",
    "no_decision",
    "pause_without_basis",
    "permit_silence",
    "permit_without_statutory_limit",
    "procedure_without_basis",
    "procedure_without_days",
    "promise_without_days",
    "promised_over_statutory",
    "register_cannot_be_asked",
    "result_not_always",
    "result_too_late",
    "result_unknown",
    "several_decisions",
    "shared_material_demanded",
    "signers_of_single",
    "situation_unanswered",
    "situation_undeclared",
    "statutory_over_its_basis",
    "statutory_without_basis",
    "steps_over_promise",
    "too_few_officers",
    "too_few_signers",
    "too_many_combinations",
    "version_unknown",
    "when_without_need",
]
"""Rules that a definition breaks."""

Code = Writing | Form | Broken
"""What kind of fault it is; stable, for programs. A test shows each."""


class Fault(NamedTuple):
    """One fault; the texts are for people."""

    path: Path
    code: Code
    wrong: Text
    right: Text
    article: str | None = None
