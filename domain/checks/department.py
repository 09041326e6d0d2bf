"""The unit that answers for the item or the bundle: its codes."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import Department, ItemDefinition
from domain.faults import Fault
from domain.identifiers import InvalidIdentifier, credit_code, district_code
from domain.words import Text


@looks_at("department")
def credit_code_is_valid(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The unit's credit code is one, for the implementation code is made with it."""
    yield from invalid_credit_code("department", definition.department)


@looks_at("department")
def district_is_known(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The unit's district is one of the city's, or the city itself."""
    yield from invalid_district("department", definition.department, known)


def invalid_credit_code(part: str, department: Department) -> Iterator[Fault]:
    """A fault if the credit code of the unit that stands in this part cannot be one."""
    code = department.credit_code
    if code is None:
        return
    try:
        credit_code(code)
    except InvalidIdentifier as invalid:
        wrong = Text(f"统一社会信用代码 {code} 有误", f"the credit code {code} cannot be right")
        yield Fault((part, "credit_code"), "credit_code_invalid", wrong, invalid.text)


def invalid_district(part: str, department: Department, known: Known) -> Iterator[Fault]:
    """A fault if the unit that stands in this part is in a district that is not of the city."""
    code, districts = department.district, known.districts
    if code is None or districts is None or code == districts.city.code:
        return
    try:
        district_code(code, districts)
    except InvalidIdentifier as invalid:
        wrong = Text(f"没有行政区划代码 {code}", f"there is no district {code}")
        yield Fault((part, "district"), "district_invalid", wrong, invalid.text)
