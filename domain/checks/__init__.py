"""The rules that a definition has to keep before it can be registered, all of them run, every fault at once."""

from __future__ import annotations

from domain.checks import (
    assumed,
    citations,
    decision,
    deferral,
    department,
    duration,
    extension,
    fee,
    form,
    intake,
    limits,
    materials,
    situations,
    special,
    steps,
)
from domain.checks.rule import Known, Rule, can_run
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.law import carries_out

__all__ = ["RULES", "Known", "faults_of"]

RULES: tuple[Rule, ...] = (
    department.credit_code_is_valid,
    department.district_is_known,
    fee.a_fee_has_a_basis,
    fee.a_fee_has_a_standard,
    limits.limits_start_in_order,
    limits.permit_is_accepted_in_five_days,
    limits.permit_has_a_statutory_limit,
    limits.statutory_limit_has_a_basis,
    limits.permit_keeps_the_limit_of_its_basis,
    limits.promise_within_the_law,
    limits.promised_item_has_days,
    limits.permit_is_delivered_in_ten_days,
    extension.extension_extends_something,
    extension.permit_is_extended_as_the_law_says,
    intake.silence_accepts_a_permit,
    intake.other_intake_has_a_basis,
    situations.situations_are_distinct,
    situations.whens_are_declared,
    situations.combinations_can_be_looked_over,
    form.fields_are_distinct,
    form.choices_fit_the_type,
    materials.materials_are_distinct,
    materials.need_fits_the_when,
    materials.nothing_shared_is_demanded,
    materials.registers_can_be_asked,
    deferral.instant_items_defer_nothing,
    deferral.main_and_secondary_are_told_apart,
    deferral.promise_of_materials_has_a_limit,
    decision.steps_are_distinct,
    decision.afters_exist,
    decision.steps_do_not_wait_in_a_circle,
    decision.one_step_decides,
    decision.all_steps_lead_to_the_decision,
    steps.signers_fit_the_mode,
    steps.two_go_to_the_place,
    duration.steps_fit_into_the_promise,
    special.procedures_are_distinct,
    special.the_clock_stops_by_law_only,
    special.procedures_of_the_items_law_name_it,
    special.procedures_take_time,
    special.hearings_are_held_in_time,
    citations.cited_articles_exist,
    citations.the_permission_law_is_cited_by_article,
    assumed.marks_point_at_something,
)


@carries_out("gz:5", "apl:30")
def faults_of(
    definition: ItemDefinition, office: Office, known: Known, *, broken: tuple[str, ...] = ()
) -> tuple[Fault, ...]:
    """Every fault of the definition, judged by the office's calendar.

    `broken` names the parts that could not be read and stand in for something else; rules that look at them wait.
    """
    return tuple(fault for rule in RULES if can_run(rule, broken) for fault in rule(definition, office, known))
