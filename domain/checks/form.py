"""The fields of the application form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.checks.doubles import doubled
from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import FormField, ItemDefinition
from domain.faults import Fault
from domain.words import Text


@looks_at("form")
def fields_are_distinct(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Each field has an id of its own."""
    yield from doubled("form", definition.form)


@looks_at("form")
def choices_fit_the_type(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A choice has something to choose from, and no other field does."""
    yield from unfit_choices(definition.form)


def unfit_choices(form: Sequence[FormField]) -> Iterator[Fault]:
    """A fault for each field whose choices do not fit its type."""
    for n, field in enumerate(form):
        if field.type == "choice" and len(dict.fromkeys(field.choices)) < 2:
            yield Fault(
                ("form", n, "choices"),
                "choice_without_choices",
                Text(f"选择栏“{field.name}”没有可选的项", f"{field.id} is a choice with nothing to choose from"),
                Text("choices 至少写两个不同的选项", "`choices` has two different ones or more"),
            )
        if field.type != "choice" and field.choices:
            yield Fault(
                ("form", n, "choices"),
                "choices_without_choice",
                Text(
                    f"“{field.name}”写了选项，类型却是 {field.type}",
                    f"{field.id} has choices, but its type is {field.type}",
                ),
                Text("写 type: choice，或者删去 choices", "write `type: choice`, or drop `choices`"),
            )
