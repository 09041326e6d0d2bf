"""The rules that a bundle has to keep before it can be registered, all of them run, every fault at once."""

from __future__ import annotations

from domain.bundle.checks import feeds, items, limits, needs, path, results, situations, whole
from domain.bundle.checks.choosing import Items
from domain.bundle.checks.draft import Draft, Rule
from domain.bundle.definition import BundleDefinition
from domain.checks.rule import Known, can_run
from domain.deadline import Office
from domain.faults import Fault
from domain.law import carries_out

__all__ = ["RULES", "Items", "Known", "faults_of_bundle"]

RULES: tuple[Rule, ...] = (
    whole.credit_code_is_valid,
    whole.district_is_known,
    whole.a_bundle_with_a_permit_is_one,
    whole.a_bundle_charges_what_its_items_charge,
    whole.a_fee_has_a_basis,
    whole.a_fee_has_a_standard,
    limits.limits_start_in_order,
    limits.permits_are_accepted_in_five_days,
    limits.permits_are_delivered_in_ten_days,
    limits.joint_permits_take_45_days,
    path.limit_within_the_longest_way,
    situations.situations_are_distinct,
    situations.whens_are_declared,
    situations.combinations_can_be_looked_over,
    situations.situations_of_items_are_answered,
    items.items_are_distinct,
    items.no_item_is_done_twice,
    items.afters_exist,
    items.items_do_not_wait_in_a_circle,
    items.items_are_in_force,
    feeds.fields_are_distinct,
    feeds.choices_fit_the_type,
    feeds.materials_are_distinct,
    feeds.feeds_lead_somewhere,
    feeds.nothing_is_fed_twice,
    feeds.fields_are_those_of_the_items,
    needs.every_need_is_asked_for,
    needs.nothing_is_asked_for_that_nobody_needs,
    needs.main_materials_are_those_of_the_items,
    results.results_are_those_of_items,
    results.results_are_there_in_time,
    whole.cited_articles_exist,
    whole.the_permission_law_is_cited_by_article,
    whole.marks_point_at_something,
)


@carries_out("gz:11.1", "gz:5")
def faults_of_bundle(
    definition: BundleDefinition, office: Office, known: Known, items: Items, *, broken: tuple[str, ...] = ()
) -> tuple[Fault, ...]:
    """Every fault of the bundle, judged by the office's calendar; `items` has every version that is known of each item.

    `broken` names the parts that could not be read and stand in for something else; rules that look at them wait.
    """
    draft = Draft.of(definition, office, known, items)
    return tuple(fault for rule in RULES if can_run(rule, broken) for fault in rule(draft))
