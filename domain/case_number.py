"""The numbers of cases and grievances as people write and say them: the day, a serial and a digit that catches slips."""

from __future__ import annotations

import re
from datetime import date

from stdnum.iso7064 import mod_11_10

from domain.identifiers import InvalidIdentifier, as_typed_in_ascii

CASE, GRIEVANCE, VISIT = "GZ", "FY", "DF"
NUMBER = re.compile(r"-?([0-9]{8})-?([0-9]{6}|[1-9][0-9]{6,})-?([0-9])")


def case_number(day: date, serial: int) -> str:
    """The number of the case that was received as the `serial`th of the day, like `GZ20261124-000123-3`.

    The serial has six digits, more where a day has more. The last digit is the check digit of ISO 7064 MOD 11,10
    over all others. Serials start at 1; a ValueError says so.
    """
    return _numbered(CASE, day, serial)


def grievance_number(day: date, serial: int) -> str:
    """The number of a grievance, made as that of a case is, like `FY20261126-000012-7`."""
    return _numbered(GRIEVANCE, day, serial)


def visit_number(day: date, serial: int) -> str:
    """The number of a visit, made as that of a case is, like `DF20261126-000007-3`."""
    return _numbered(VISIT, day, serial)


def _numbered(prefix: str, day: date, serial: int) -> str:
    if serial < 1:
        raise ValueError(f"serials of case numbers start at 1, got {serial}")
    digits = f"{day:%Y%m%d}{serial:06d}"
    return _written(prefix, digits, mod_11_10.calc_check_digit(digits))


def checked_case_number(text: str) -> str:
    """The number as it was given out, from what somebody typed: small letters, full-width forms and missing hyphens
    are put right.

    Raises `InvalidIdentifier` where it cannot be a case number; the check digit (ISO 7064 MOD 11,10) finds every
    single wrong digit.
    """
    return _checked(
        CASE,
        text,
        "办件编号形如 GZ20261124-000123-3：GZ、八位收件日期、至少六位序号、一位校验码，请照回执填写",
        "a case number looks like GZ20261124-000123-3: GZ, eight digits of the day of receipt, a serial of at "
        "least six, a check digit; please copy it from the receipt",
    )


def checked_grievance_number(text: str) -> str:
    """The number of a grievance as it was given out; the same slips are put right, and found, as in that of a case."""
    return _checked(
        GRIEVANCE,
        text,
        "反映件编号形如 FY20261126-000012-7：FY、八位登记日期、至少六位序号、一位校验码，请照登记回执填写",
        "the number of a grievance looks like FY20261126-000012-7: FY, eight digits of the day, a serial of at least "
        "six, a check digit; please copy it from the receipt",
    )


def checked_visit_number(text: str) -> str:
    """The number of a visit as it was given out; the same slips are put right, and found, as in that of a case."""
    return _checked(
        VISIT,
        text,
        "到访编号形如 DF20261126-000007-3：DF、八位登记日期、至少六位序号、一位校验码，请照登记凭证填写",
        "the number of a visit looks like DF20261126-000007-3: DF, eight digits of the day, a serial of at least six, "
        "a check digit; please copy it from the slip",
    )


def is_grievance_number(text: str) -> bool:
    """Whether somebody means a grievance by it, rightly written or not."""
    return as_typed_in_ascii(text).strip().upper().startswith(GRIEVANCE)


def _checked(prefix: str, text: str, zh: str, en: str) -> str:
    # A dash is typed in many ways on Chinese keyboards and by word processors.
    typed = re.sub("[‐‑‒–—―−－_]", "-", as_typed_in_ascii(text)).upper()
    found = NUMBER.fullmatch(typed.removeprefix(prefix)) if typed.startswith(prefix) else None
    if found is None or not _is_a_day(found[1]) or int(found[2]) < 1:
        raise InvalidIdentifier("case_number_form", zh, en)
    digits, check = found[1] + found[2], found[3]
    if mod_11_10.calc_check_digit(digits) != check:
        raise InvalidIdentifier(
            "case_number_check",
            "编号的校验码不符，多为抄错一位或前后两位颠倒，请对照回执逐位核对",
            "the check digit of the number does not fit, as when one digit is miscopied or two are swapped; "
            "please compare it with the receipt digit by digit",
        )
    return _written(prefix, digits, check)


def _written(prefix: str, digits: str, check: str) -> str:
    return f"{prefix}{digits[:8]}-{digits[8:]}-{check}"


def _is_a_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
