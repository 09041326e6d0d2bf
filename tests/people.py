"""Identifiers for tests: valid in form, and plainly nobody's.

Region 71 is Taiwan in GB/T 2260. No ID card is issued for it (permits of residents of Taiwan begin with 83) and no
body is registered there, so numbers that begin with it pass every check and belong to no one. Where a test needs a
district of Guangzhou in the number, it gives `region` and keeps the birth date at 1900-01-01.
"""

from datetime import date

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

NOBODYS_REGION = "710000"


def a_resident_id(*, born: date = date(1900, 1, 1), serial: int = 1, region: str = NOBODYS_REGION) -> str:
    """A citizen's number with a right check digit; `serial` (1 to 999) tells people of one test apart."""
    digits = f"{region}{born:%Y%m%d}{serial:03d}"
    return digits + mod_11_2.calc_check_digit(digits)


def a_credit_code(*, serial: int = 1, register: str = "91", region: str = NOBODYS_REGION) -> str:
    """A credit code with a right check digit: 91 is an enterprise, 92 a sole trader, 11 an organ of state."""
    code = f"{register}{region}{serial:09d}"
    return code + uscc.calc_check_digit(code)
