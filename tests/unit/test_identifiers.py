"""Identifiers: what is accepted, how it is written, and what a refusal says."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from stdnum.iso7064 import mod_11_2

from domain.identifiers import (
    Districts,
    DocumentKind,
    IdentityDocument,
    InvalidIdentifier,
    credit_code,
    district_code,
    email,
    identity_document,
    implementation_code,
    mobile,
    resident_id,
)
from tests.people import a_credit_code, a_resident_id

TODAY = date(2026, 11, 24)
DISTRICTS_FILE = Path(__file__).parents[2] / "definitions" / "districts.yaml"


@cache
def guangzhou() -> Districts:
    return Districts.model_validate(YAML(typ="safe", pure=True).load(DISTRICTS_FILE.read_text("utf-8")))


def written_or_refused(check: Callable[[str], str], typed: str) -> str | InvalidIdentifier:
    try:
        return check(typed)
    except InvalidIdentifier as refused:
        return refused


def refusal(check: Callable[..., object], *given: object) -> InvalidIdentifier:
    with pytest.raises(InvalidIdentifier) as caught:
        check(*given)
    return caught.value


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


# Citizens' numbers


@pytest.mark.parametrize(
    ("region", "born"),
    [
        ("440106", date(1900, 1, 1)),  # the district is younger than the birth date: stdnum.cn.ric refuses it
        ("440121", date(1900, 1, 1)),  # a county abolished in 1993
        ("810000", date(1990, 2, 28)),
        ("820000", date(2000, 2, 29)),
        ("830000", date(2026, 11, 24)),  # born today
    ],
)
def test_number_is_accepted_whatever_became_of_the_county(region: str, born: date) -> None:
    number = a_resident_id(region=region, born=born)

    assert resident_id(number, TODAY) == number


def test_number_is_written_in_one_way_however_it_was_typed() -> None:
    number = next(n for serial in range(1, 99) if (n := a_resident_id(serial=serial)).endswith("X"))
    spaced = f" {number[:6]} {number[6:14]}\u3000{number[14:]}\u200b\n"

    typed = [number.lower(), full_width(number), full_width(number.lower()), spaced]

    assert {resident_id(one, TODAY) for one in typed} == {number}


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "resident_id_form"),
        (a_resident_id()[:15], "resident_id_form"),
        (a_resident_id() + "0", "resident_id_form"),
        ("X" + a_resident_id()[1:], "resident_id_form"),
        ("٤٤" + a_resident_id()[2:], "resident_id_form"),
        (a_resident_id(region="160000"), "resident_id_province"),
        (a_resident_id(region="910000"), "resident_id_province"),
        (a_resident_id(born=date(1899, 12, 31)), "resident_id_birth"),
        (a_resident_id(born=date(2026, 11, 25)), "resident_id_birth"),
    ],
)
def test_number_that_cannot_be_is_refused_with_its_reason(number: str, code: str) -> None:
    assert refusal(resident_id, number, TODAY).code == code


def test_number_begins_with_one_of_the_34_provinces_or_the_prefix_of_residents_of_taiwan() -> None:
    accepted = 0
    for prefix in range(100):
        answer = written_or_refused(lambda typed: resident_id(typed, TODAY), a_resident_id(region=f"{prefix:02d}0000"))
        accepted += isinstance(answer, str)

    assert accepted == 34 + 1


@pytest.mark.parametrize("born", ["19000229", "19901301", "19900431", "00000000"])
def test_day_that_never_was_is_no_birth_date(born: str) -> None:
    digits = f"710000{born}001"

    assert refusal(resident_id, digits + mod_11_2.calc_check_digit(digits), TODAY).code == "resident_id_birth"


@given(place=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_refused(place: int, digit: str) -> None:
    right = a_resident_id(region="440106")
    wrong = right[:place] + digit + right[place + 1 :]

    if wrong != right:
        refusal(resident_id, wrong, TODAY)


@given(place=st.integers(0, 16))
def test_two_neighbouring_characters_swapped_are_refused(place: int) -> None:
    right = a_resident_id(region="440106", serial=317)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    if wrong != right:
        refusal(resident_id, wrong, TODAY)


# Credit codes


@pytest.mark.parametrize(
    "code", ["11440100007483172Q", "11440100007482575H", "13445122747071229R", "11440105MB2C94582J"]
)
def test_credit_codes_of_real_units_are_accepted(code: str) -> None:
    assert credit_code(code) == code


@pytest.mark.parametrize("register", ["91", "92", "93", "N2", "Y1", "A1"])
def test_credit_code_of_every_register_is_accepted_rural_collectives_too(register: str) -> None:
    code = a_credit_code(register=register)

    assert credit_code(code) == code


def test_credit_code_is_written_in_one_way_however_it_was_typed() -> None:
    code = "11440105MB2C94582J"

    assert credit_code(f" {code[:8]}-{code[8:17].lower()} {full_width(code[17:])}") == code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (a_credit_code()[:17], "credit_code_form"),
        ("9I" + a_credit_code()[2:], "credit_code_form"),
        ("917100A0" + a_credit_code()[8:], "credit_code_form"),
        ("11440105MB2C94583J", "credit_code_check"),
        ("11440105MB2C95482J", "credit_code_check"),
    ],
)
def test_credit_code_that_cannot_be_is_refused_with_its_reason(code: str, reason: str) -> None:
    assert refusal(credit_code, code).code == reason


# Districts


def test_guangzhou_has_eleven_districts_with_the_codes_of_the_facts() -> None:
    codes = [district.code[4:] for district in guangzhou().districts]

    assert codes == ["03", "04", "05", "06", "11", "12", "13", "14", "15", "17", "18"]
    assert all(district_code(district.code, guangzhou()) == district.code for district in guangzhou().districts)


def test_district_is_understood_in_full_width_digits_too() -> None:
    assert district_code(f" {full_width('440106')}", guangzhou()) == "440106"


def test_every_abolished_code_names_a_district_of_today() -> None:
    today = {district.code for district in guangzhou().districts}

    assert {district.now for district in guangzhou().abolished} <= today
    assert not {district.code for district in guangzhou().abolished} & today


def test_abolished_code_is_refused_with_its_successor() -> None:
    refused = refusal(district_code, "440116", guangzhou())

    assert refused.code == "district_abolished"
    assert "黄埔区（440112）" in refused.text.zh
    assert "Huangpu District (440112)" in refused.text.en


@pytest.mark.parametrize("code", ["440300", "440100", "440106043001", "天河"])
def test_code_of_elsewhere_is_refused_with_the_list(code: str) -> None:
    refused = refusal(district_code, code, guangzhou())

    assert refused.code == "district_unknown"
    assert "440106天河区" in refused.text.zh


# Mobile numbers and addresses


@pytest.mark.parametrize(
    "typed", ["13800000000", "+86 138-0000-0000", "008613800000000", "8613800000000", "１３８００００００００"]
)
def test_mobile_number_is_written_in_eleven_digits(typed: str) -> None:
    assert mobile(typed) == "13800000000"


@pytest.mark.parametrize(
    "typed", ["", "12800000000", "1380000000", "138000000000", "020-12345678", "+85291234567", "8680000000000"]
)
def test_number_that_cannot_be_sent_messages_is_refused(typed: str) -> None:
    assert refusal(mobile, typed).code == "mobile_form"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a@example.com", "a@example.com"),
        (" Wang.Wu+1@Example.COM\u200b ", "Wang.Wu+1@example.com"),
        ("ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "a@example.com"),
        ("12345@qq.com", "12345@qq.com"),
    ],
)
def test_address_keeps_its_local_part(typed: str, written: str) -> None:
    assert email(typed) == written


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "@example.com",
        "a@",
        "a@b",
        "a b@example.com",
        "a@exa mple.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example.com\nBcc: b@example.com",
        "a@b@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b." * 130 + "com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert refusal(email, typed).code == "email_form"


# Documents


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        (DocumentKind.RESIDENT_ID, a_resident_id(), a_resident_id()),
        (DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, a_resident_id(region="830000"), a_resident_id(region="830000")),
        (DocumentKind.PASSPORT, "e 0000-0001", "E00000001"),
        (DocumentKind.FOREIGN_PERMANENT_RESIDENT_ID, "xxx440119000101", "XXX440119000101"),
        (DocumentKind.FOREIGN_PERMANENT_RESIDENT_ID, a_resident_id(region="944999"), a_resident_id(region="944999")),
        (DocumentKind.OTHER, "穗 00001".replace("穗", "S"), "S00001"),
    ],
)
def test_document_is_checked_by_its_kind(kind: DocumentKind, typed: str, number: str) -> None:
    assert identity_document(kind, typed, TODAY) == IdentityDocument(kind, number)


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (DocumentKind.RESIDENT_ID, a_resident_id(region="810000"), "document_kind"),
        (DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, a_resident_id(region="440106"), "document_kind"),
        (DocumentKind.PASSPORT, "E1", "document_form"),
        (DocumentKind.PASSPORT, "E" * 21, "document_form"),
        (DocumentKind.FOREIGN_PERMANENT_RESIDENT_ID, "E00000001", "permanent_resident_form"),
        (DocumentKind.FOREIGN_PERMANENT_RESIDENT_ID, a_resident_id(), "permanent_resident_form"),
        (DocumentKind.FOREIGN_PERMANENT_RESIDENT_ID, "944999190001010010", "permanent_resident_check"),
    ],
)
def test_document_of_another_kind_is_refused(kind: DocumentKind, typed: str, code: str) -> None:
    assert refusal(identity_document, kind, typed, TODAY).code == code


def test_document_does_not_show_its_number_when_it_is_logged() -> None:
    document = identity_document(DocumentKind.RESIDENT_ID, a_resident_id(), TODAY)

    assert document.number not in f"{document} {document!r} {[document]}"


# Items


@pytest.mark.parametrize(
    ("unit", "level", "basic", "code"),
    [
        ("11440100007483172Q", 3, "440106043001", "11440100007483172Q3440106043001"),
        ("13445122747071229r", 4, "442169 017000", "13445122747071229R4442169017000"),
    ],
)
def test_implementation_code_is_unit_level_and_item(unit: str, level: int, basic: str, code: str) -> None:
    made = implementation_code(unit, level, basic)

    assert made == code
    assert len(made) == 31


@pytest.mark.parametrize(
    ("unit", "level", "basic", "reason"),
    [
        ("11440100007483172X", 3, "440106043001", "credit_code_check"),
        ("11440100007483172Q", 0, "440106043001", "level_unknown"),
        ("11440100007483172Q", 8, "440106043001", "level_unknown"),
        ("11440100007483172Q", 3, "4401060430", "basic_code_form"),
        ("11440100007483172Q", 3, "11440100007483172Q3440106043001", "basic_code_form"),
    ],
)
def test_implementation_code_is_not_made_of_wrong_parts(unit: str, level: int, basic: str, reason: str) -> None:
    assert refusal(implementation_code, unit, level, basic).code == reason


# Refusals


CHECKS = [
    lambda text: resident_id(text, TODAY),
    credit_code,
    lambda text: district_code(text, guangzhou()),
    mobile,
    email,
    *(lambda text, kind=kind: identity_document(kind, text, TODAY).number for kind in DocumentKind),
]
TYPED = st.one_of(
    st.text(max_size=40),
    st.text("0123456789xX -@.+ＸｘAO", min_size=4, max_size=24),
    st.from_regex(r"44010619000101[0-9]{3}[0-9X]", fullmatch=True),
    st.from_regex(r"9[12]440106[0-9A-Z]{10}", fullmatch=True),
)


@pytest.mark.parametrize("check", CHECKS)
@given(typed=TYPED)
def test_anything_typed_is_written_in_one_way_or_refused_without_repeating_it(
    check: Callable[[str], str], typed: str
) -> None:
    answer = written_or_refused(check, typed)

    if isinstance(answer, str):
        assert check(answer) == answer
    else:
        said = f"{answer} {answer.text.zh} {answer.text.en}"
        assert min(map(len, answer.text)) > 10
        assert len(typed.strip()) < 7 or typed.strip() not in said
