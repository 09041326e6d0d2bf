"""The unit that answers for the item: its codes."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.identifiers import InvalidIdentifier, credit_code, district_code
from domain.words import Text


@looks_at("department")
def credit_code_is_valid(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The unit's credit code is one, for the implementation code is made with it."""
    code = definition.department.credit_code
    if code is None:
        return
    try:
        credit_code(code)
    except InvalidIdentifier as invalid:
        wrong = Text(f"统一社会信用代码 {code} 有误", f"the credit code {code} cannot be right")
        yield Fault(("department", "credit_code"), "credit_code_invalid", wrong, invalid.text)


@looks_at("department")
def district_is_known(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The unit's district is one of the city's, or the city itself."""
    code, districts = definition.department.district, known.districts
    if code is None or districts is None or code == districts.city.code:
        return
    try:
        district_code(code, districts)
    except InvalidIdentifier as invalid:
        wrong = Text(f"没有行政区划代码 {code}", f"there is no district {code}")
        yield Fault(("department", "district"), "district_invalid", wrong, invalid.text)
