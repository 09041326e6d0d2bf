"""Case numbers: how they are made, what people may type, and which slips are found."""

from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.case_number import case_number, checked_case_number
from domain.identifiers import InvalidIdentifier

DAYS = st.dates(date(2025, 5, 1), date(2099, 12, 31))
SERIALS = st.integers(1, 99_999_999)


def mod_11_10(digits: str) -> int:
    """The check digit worked out as ISO 7064 describes it, step by step; the library does it otherwise."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def places(number: str) -> list[int]:
    return [place for place, character in enumerate(number) if character.isdigit()]


def test_oracle_gives_the_example_of_the_standard() -> None:
    assert mod_11_10("0794") == 5


def test_number_shows_the_day_and_the_serial() -> None:
    assert case_number(date(2026, 11, 24), 123) == f"GZ20261124-000123-{mod_11_10('20261124000123')}"


@given(day=DAYS, serial=SERIALS)
def test_number_ends_with_the_check_digit_of_all_others(day: date, serial: int) -> None:
    number = case_number(day, serial)

    body, check = number.replace("GZ", "").replace("-", "")[:-1], number[-1]

    assert mod_11_10(body) == int(check)
    assert checked_case_number(number) == number


@given(a=st.tuples(DAYS, SERIALS), b=st.tuples(DAYS, SERIALS))
def test_two_cases_never_have_one_number(a: tuple[date, int], b: tuple[date, int]) -> None:
    assert (case_number(*a) == case_number(*b)) == (a == b)


@pytest.mark.parametrize(("serial", "part"), [(1, "000001"), (999_999, "999999"), (1_000_000, "1000000")])
def test_serial_grows_beyond_six_digits(serial: int, part: str) -> None:
    number = case_number(date(2026, 11, 24), serial)

    assert number.split("-")[1] == part
    assert checked_case_number(number.replace("-", "")) == number


@pytest.mark.parametrize("serial", [0, -1])
def test_serial_starts_at_one(serial: int) -> None:
    with pytest.raises(ValueError, match="start at 1"):
        case_number(date(2026, 11, 24), serial)


@given(day=DAYS, serial=SERIALS)
def test_number_is_understood_however_it_is_typed(day: date, serial: int) -> None:
    number = case_number(day, serial)
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in number)

    typed = [
        number.lower(),
        full_width,
        number.replace("-", ""),
        number.replace("-", " "),
        number.replace("-", "—"),
        f" {number[:10]}{number[11:]}\u3000",
        f"GZ-{number[2:]}",
    ]

    assert {checked_case_number(one) for one in typed} == {number}


@given(day=DAYS, serial=SERIALS, data=st.data())
def test_every_single_wrong_digit_is_found(day: date, serial: int, data: st.DataObject) -> None:
    number = case_number(day, serial)
    place = data.draw(st.sampled_from(places(number)))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[place]))

    with pytest.raises(InvalidIdentifier):
        checked_case_number(number[:place] + digit + number[place + 1 :])


@given(day=DAYS, serial=SERIALS, data=st.data())
def test_neighbours_swapped_are_found_wherever_the_standard_finds_them(
    day: date, serial: int, data: st.DataObject
) -> None:
    number = case_number(day, serial)
    where = places(number)
    n = data.draw(st.integers(0, len(where) - 2))
    a, b = where[n], where[n + 1]
    swapped = number[:a] + number[b] + number[a + 1 : b] + number[a] + number[b + 1 :]
    digits = swapped.replace("GZ", "").replace("-", "")
    assume(swapped != number and mod_11_10(digits[:-1]) != int(digits[-1]))

    with pytest.raises(InvalidIdentifier):
        checked_case_number(swapped)


def test_nearly_all_swapped_neighbours_are_found() -> None:
    found = missed = 0
    for serial in range(1, 1_000_000, 997):
        number = case_number(date(2026, 11, 24), serial)
        for place in range(11, 16):
            swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            if swapped == number:
                continue
            try:
                checked_case_number(swapped)
                missed += 1
            except InvalidIdentifier:
                found += 1

    assert found / (found + missed) > 0.97


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "GZ",
        "20261124-000123-5",
        "GZ20261324-000123-5",
        "GZ20260229-000123-5",
        "GZ20261124-00123-5",
        "GZ20261124-0000123-5",
        "GZ20261124-000000-5",
        "GZ20261124-000123-X",
        "GZ٢٠٢٦١١٢٤-٠٠٠١٢٣-٥",
        "SZ20261124-000123-5",
    ],
)
def test_what_is_no_case_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        checked_case_number(typed)

    assert refused.value.code == "case_number_form"
    assert "GZ20261124-000123-" in refused.value.text.zh


@given(st.text(max_size=60))
@example("GZ" + "9" * 60)
def test_anything_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        number = checked_case_number(typed)
    except InvalidIdentifier:
        return

    assert checked_case_number(number) == number
