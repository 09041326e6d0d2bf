"""The numbers by which persons, bodies and places are known: checked, written in one way, and refused with a reason.

What is refused is personal data more often than not, so no reason repeats what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import Field
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from domain.values import Value
from domain.words import Text

FULL_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F)}
OLDEST_BIRTH = date(1900, 1, 1)
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, last + 1)
)
TAIWAN_RESIDENTS = "83"
"""Not a province of GB/T 2260: the prefix of residence permits of residents of Taiwan."""
NOT_FROM_THE_MAINLAND = ("81", "82", TAIWAN_RESIDENTS)
CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}")
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
EMAIL = re.compile(rf"{ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")


class InvalidIdentifier(ValueError):
    """A number that cannot be right; the text says what would be, and does not repeat it."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.text = Text(zh, en)


def _visible(value: str) -> str:
    """What one sees of it, with full-width forms made narrow: copied text brings invisible characters along."""
    return "".join(c for c in value.translate(FULL_WIDTH) if unicodedata.category(c) != "Cf")


def as_typed_in_ascii(value: str, *, without: str = "") -> str:
    """What was typed, without full-width forms, spaces, invisible characters and the separators named."""
    return "".join(c for c in _visible(value) if not (c.isspace() or c in without))


def _needs(condition: object, code: str, zh: str, en: str) -> None:
    if not condition:
        raise InvalidIdentifier(code, zh, en)


def resident_id(value: str, today: date) -> str:
    """The citizen's number in 18 characters with a capital X, of an ID card or of a residence permit of residents of
    Hong Kong, Macao and Taiwan (GB 11643-1999).

    Only what the number itself can prove is checked: province, a possible date of birth, the check digit. A county
    is not: it need not have existed when the holder was born, or exist today.
    """
    number = as_typed_in_ascii(value).upper()
    _needs(
        re.fullmatch(r"[0-9]{17}[0-9X]", number),
        "resident_id_form",
        "身份证号码应为18位：前17位为数字，末位为数字或X；15位旧号码请按现行证件填写",
        "an ID number has 18 characters, 17 digits and a last one that is a digit or X; "
        "an old number of 15 digits is to be given as on the present card",
    )
    _needs(
        number[:2] in PROVINCES or number[:2] == TAIWAN_RESIDENTS,
        "resident_id_province",
        "身份证号码前两位应为省级行政区代码（如44为广东），港澳台居民居住证为81、82、83，请核对前两位",
        "the first two digits are the code of a province (44 is Guangdong), or 81, 82, 83 on a residence permit of "
        "residents of Hong Kong, Macao and Taiwan; please check them",
    )
    _needs(
        OLDEST_BIRTH <= _birth_in(number[6:14]) <= today,
        "resident_id_birth",
        "身份证号码第7至14位应为出生日期（年月日，1900年至今），请核对这八位",
        "digits 7 to 14 are the date of birth (year, month, day, from 1900 until today); please check these eight",
    )
    _needs_check_digit(number, "resident_id_check", "身份证号码", "the ID number")
    return number


def _birth_in(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return date.min


def _needs_check_digit(number: str, code: str, zh: str, en: str) -> None:
    _needs(
        mod_11_2.is_valid(number),
        code,
        f"{zh}的校验位与前17位不符，多为抄错一位或前后两位颠倒，请逐位核对",
        f"the check digit of {en} does not fit the 17 before it, as when one is miscopied or two are swapped; "
        "please compare it digit by digit",
    )


def credit_code(value: str) -> str:
    """The unified social credit code in 18 capitals and digits (GB 32100-2015).

    The first two characters may be letters: N1 to N3 for rural collectives, Y1 for bodies that no other registrar
    covers. `stdnum.cn.uscc.validate` refuses these, so only its check digit is used.
    """
    code = as_typed_in_ascii(value, without="-").upper()
    _needs(
        CREDIT_CODE.fullmatch(code),
        "credit_code_form",
        "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z），第3至8位为数字；字母O、I多为数字0、1之误",
        "a unified social credit code has 18 digits or capitals without I, O, S, V, Z, and digits in places 3 to 8; "
        "an O or I is mostly a 0 or 1",
    )
    _needs(
        uscc.calc_check_digit(code[:17]) == code[17],
        "credit_code_check",
        "统一社会信用代码的末位校验码与前17位不符，请对照营业执照或登记证书逐位核对",
        "the last character of the credit code does not fit the 17 before it; "
        "please compare it with the licence or certificate of registration",
    )
    return code


class District(Value):
    """A district of the city."""

    code: str = Field(pattern=r"^[0-9]{6}$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class AbolishedDistrict(District):
    """A district or county of old, still met on old papers, with the one that holds its seat today."""

    until: int
    now: str = Field(pattern=r"^[0-9]{6}$")


class Districts(Value):
    """The districts of a city, as read from definitions/districts.yaml."""

    kind: Literal["districts"]
    city: District
    source: str = Field(min_length=1)
    districts: tuple[District, ...]
    abolished: tuple[AbolishedDistrict, ...] = ()

    def named(self, code: str) -> District | None:
        """The district of today that has this code."""
        return next((district for district in self.districts if district.code == code), None)


def district_code(value: str, districts: Districts) -> str:
    """The six digits of a district of the city (GB/T 2260); an abolished code is refused with its successor."""
    code = as_typed_in_ascii(value)
    if districts.named(code):
        return code
    old = next((district for district in districts.abolished if district.code == code), None)
    if old is not None:
        now = districts.named(old.now) or districts.city
        raise InvalidIdentifier(
            "district_abolished",
            f"{old.zh}的区划代码自{old.until}年起停用，现多属{now.zh}（{now.code}），请按所在地现属行政区填写",
            f"the code of {old.en} is out of use since {old.until}; most of it now belongs to {now.en} ({now.code}); "
            "please give the district that the place belongs to today",
        )
    zh = "、".join(f"{district.code}{district.zh}" for district in districts.districts)
    en = ", ".join(f"{district.code} {district.en}" for district in districts.districts)
    raise InvalidIdentifier(
        "district_unknown",
        f"行政区划代码应为{districts.city.zh}现行各区之一：{zh}",
        f"a district of {districts.city.en} is needed: {en}",
    )


def mobile(value: str) -> str:
    """The eleven digits of a mobile number of the mainland, without +86 and separators."""
    number = re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", as_typed_in_ascii(value, without="-()"))
    _needs(
        re.fullmatch(r"1[3-9][0-9]{9}", number),
        "mobile_form",
        "手机号码应为11位数字，以13至19开头，可加+86；固定电话和境外号码不能接收短信通知",
        "a mobile number has 11 digits and begins with 13 to 19, +86 may precede it; "
        "landlines and numbers from abroad cannot be sent messages",
    )
    return number


def email(value: str) -> str:
    """The address with the part behind the @ in small letters; what stands before it is left as it is."""
    local, at, domain = _visible(value).strip().rpartition("@")
    address = f"{local}{at}{domain.lower()}"
    _needs(
        len(address) <= 254 and len(local) <= 64 and EMAIL.fullmatch(address),
        "email_form",
        "电子邮箱应形如 name@example.com：@前后都不能为空，不含空格和中文，域名部分至少有一个点",
        "an e-mail address looks like name@example.com: something on both sides of the @, no spaces, "
        "Latin letters only, at least one dot in the part behind it",
    )
    return address


class DocumentKind(StrEnum):
    """The documents by which a person may be identified."""

    RESIDENT_ID = "resident_id"
    HK_MACAO_TAIWAN_RESIDENCE = "hk_macao_taiwan_residence"
    PASSPORT = "passport"
    FOREIGN_PERMANENT_RESIDENT_ID = "foreign_permanent_resident_id"
    OTHER = "other"


class IdentityDocument(NamedTuple):
    """A person's document, its number in the one way it is written; the number does not show in logs."""

    kind: DocumentKind
    number: str

    def __repr__(self) -> str:
        return f"IdentityDocument(kind={self.kind.value!r}, number=…)"


def identity_document(kind: DocumentKind, value: str, today: date) -> IdentityDocument:
    """The document with its number checked as far as numbers of its kind can be (GB 11643-1999 for those built so)."""
    return IdentityDocument(kind, _number_of(kind, value, today))


def _number_of(kind: DocumentKind, value: str, today: date) -> str:
    if kind in (DocumentKind.RESIDENT_ID, DocumentKind.HK_MACAO_TAIWAN_RESIDENCE):
        number = resident_id(value, today)
        _needs(
            number.startswith(NOT_FROM_THE_MAINLAND) == (kind is DocumentKind.HK_MACAO_TAIWAN_RESIDENCE),
            "document_kind",
            "号码以81、82、83开头的是港澳台居民居住证，其余为居民身份证，请改选证件类型",
            "a number that begins with 81, 82 or 83 is that of a residence permit of residents of Hong Kong, Macao and "
            "Taiwan, all others are ID cards; please choose the other kind of document",
        )
        return number
    number = as_typed_in_ascii(value, without="-").upper()
    if kind is DocumentKind.FOREIGN_PERMANENT_RESIDENT_ID:
        return _permanent_resident_id(number)
    longest = 20 if kind is DocumentKind.PASSPORT else 40
    _needs(
        re.fullmatch(rf"[0-9A-Z]{{5,{longest}}}", number),
        "document_form",
        f"证件号码应为5至{longest}位数字和字母，请照证件填写",
        f"a document number has 5 to {longest} digits and letters; please copy it from the document",
    )
    return number


def _permanent_resident_id(number: str) -> str:
    """Cards from December 2023 on have 17 digits beginning with 9 and a check digit as on ID cards; cards from before
    have three letters and twelve digits, and stay good."""
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return number
    _needs(
        re.fullmatch(r"9[0-9]{16}[0-9X]", number),
        "permanent_resident_form",
        "外国人永久居留身份证号码应为以9开头的18位（2023年12月起），或3位字母加12位数字（此前签发）",
        "the number of a foreign permanent resident's ID has 18 characters and begins with 9 (since December 2023), "
        "or three letters and twelve digits (issued before)",
    )
    _needs_check_digit(number, "permanent_resident_check", "永久居留身份证号码", "the permanent resident's number")
    return number


def implementation_code(unit_credit_code: str, level: int, basic_code: str) -> str:
    """The 31 characters that name an item as one unit carries it out: the unit's credit code, the level at which the
    power is exercised (1 state, 2 province, 3 city, 4 county, 5 township, 6 village, 7 graded), the basic code.

    The make-up is that of GB/T 39554.1-2020 as met in codes in use; the text of the standard was not at hand.
    """
    code = as_typed_in_ascii(basic_code)
    _needs(
        re.fullmatch(r"[0-9]{12}", code),
        "basic_code_form",
        "事项基本编码应为12位数字；31位的实施编码由系统生成，不必填写",
        "the basic code of an item has 12 digits; the implementation code of 31 is made by the system",
    )
    _needs(
        1 <= level <= 7,
        "level_unknown",
        "行使层级应为1国家、2省、3市、4县、5镇街、6村社区、7分级管理之一",
        "the level is one of 1 state, 2 province, 3 city, 4 county, 5 township, 6 village, 7 graded",
    )
    return f"{credit_code(unit_credit_code)}{level}{code}"
