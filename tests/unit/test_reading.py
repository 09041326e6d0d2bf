"""Definitions as departments write them: every slip found, located, and explained; no text at all breaks the reader."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import faults
from registry.events import LONGEST
from registry.reading import Read, checked_definition, read_definition
from registry.source import DEEPEST, MOST_VALUES, read_source
from tests.definitions import HERE, SAMPLE, Change, a_definition_text, checked, the_reference
from tests.unit.bundle.test_bundle_checks import FAULTS as FAULTS_OF_BUNDLES
from tests.unit.test_checks_faults import FAULTS

WRITING: dict[str, tuple[str, str]] = {
    "GBK instead of UTF-8": ("not_utf8", ""),
    "nothing": ("empty", "¦ \n \n"),
    "more than anybody writes": ("too_large", "¦" + "a" * (LONGEST + 1)),
    "brackets without end": ("too_deep", "[" * DEEPEST + "¦["),
    "values without end": ("too_many_values", "[" + "a," * (MOST_VALUES - 1) + "¦a]"),
    "two definitions": ("second_document", "kind: item\n¦---\nkind: item\n"),
    "an anchor": ("alias", "a: ¦&x [1]\nb: 2\n"),
    "an alias": ("alias", "a: ¦*x\n"),
    "a tag that makes objects": ("tag", "a: ¦!!python/object/apply:os.system [ls]\n"),
    "another version of YAML": ("directive", "%YAML 1.1\n¦---\nkind: no\n"),
    "a list as a key": ("key_not_plain", "? ¦[a]\n: b\n"),
    "a tab": ("not_yaml", "kind: item\n¦\tname: x\n"),
    "a quote that is not closed": ("not_yaml", 'kind: "item¦'),
    "a colon too many": ("not_yaml", "kind: item¦: x\n"),
    "a bracket that is not closed": ("not_yaml", "kind: [item¦"),
    "a null byte": ("control_character", "kind: item¦\x00"),
}

FORM: dict[str, tuple[list[Change], str, str, str | None]] = {
    "a field is left out": ([("audience: [企业法人]\n", ""), ("kind: item", "¦kind: item")], "missing", "audience", "gz:5"),
    "a limit is left out": (
        [("  promised: {days: 5, unit: working, starts: acceptance}\n", ""), ("limits:", "¦limits:")],
        "missing", "limits.promised", "gz:5",
    ),
    "a field of an entry is left out": (
        [("- {id: review, name: 资料审查, role: examiner,", "- ¦{id: review, name: 资料审查,")],
        "missing", "examination.review.role", "gz:5",
    ),
    "a field is written that there is not": (
        [("role: examiner, limit: {days: 1,", "¦roel: examiner, role: examiner, limit: {days: 1,")],
        "unknown_key", "examination.review.roel", None,
    ),
    "a key is written twice": ([("  - 有固定的场所", "  - 有固定的场所\n¦conditions: []")], "key_doubled", "conditions", None),
    "a field is empty": ([("name: 样品许可\n", "¦name:\n")], "empty_value", "name", "gz:5"),
    "a list of the guide is empty": ([("audience: [企业法人]", "audience: ¦[]")], "too_short", "audience", "gz:5"),
    "a name is blank": ([("name: 样品许可\n", "name: ¦'  '\n")], "too_short", "name", "gz:5"),
    "a name is a chapter": ([("name: 地址", "name: ¦" + "址" * 201)], "too_long", "form.address.name", None),
    "a value is not among those allowed": (
        [("role: approver", "role: ¦aprover")], "not_among", "examination.decide.role", None,
    ),
    "a constant is another": ([("kind: item", "kind: ¦itme")], "not_among", "kind", None),
    "a code is written without quotes": ([('code: "449999999000"', "code: ¦449999999000")], "wrong_type", "code", None),
    "a list is written as a word": ([("audience: [企业法人]", "audience: ¦企业法人")], "wrong_type", "audience", None),
    "an object is written as a word": ([("department: {code: gz-thr-sample, name: 样品管理局, level: 4, district: \"440106\"}", "department: ¦样品管理局")], "wrong_type", "department", None),
    "a truth is written as a word": ([("decides: true", "decides: ¦maybe")], "wrong_type", "examination.decide.decides", None),
    "a code has another form": ([('code: "449999999000"', 'code: ¦"4499"')], "wrong_form", "code", None),
    "an id has capitals": ([("id: address", "id: ¦Address")], "wrong_form", "form.Address.id", None),
    "a number is too small": ([("officers: 2", "officers: ¦0")], "too_small", "examination.on_site.officers", None),
    "a number is too big": ([("max: {days: 20", "max: {days: ¦4000")], "too_big", "special_procedures.hearing.max.days", None),
    "a date is no day": ([("version: 2026-01-01", "version: ¦2026-13-01")], "wrong_type", "version", None),
    "a date is a number": ([("version: 2026-01-01", "version: ¦20260101")], "not_a_date", "version", None),
    "days are a word": ([("extension: {days: 10", "extension: {days: ¦ten")], "not_days", "limits.extension.days", None),
    "days are a third": ([("extension: {days: 10", "extension: ¦{days: 0.3")], "not_days", "limits.extension", None),
    "half a character": ([("name: 地址", 'name: ¦"\\ud83d"')], "control_character", "", None),
}  # fmt: skip


def place_of_mark(text: str) -> tuple[int, int]:
    before = text[: text.index(HERE)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def read(text: str | bytes) -> Read:
    return checked_definition(text, "x.yaml", the_reference())


@pytest.mark.parametrize("what", WRITING)
def test_what_cannot_be_read_is_said_where_it_stands(what: str) -> None:
    code, text = WRITING[what]
    place = place_of_mark(text) if text else (1, 7)

    found = read(text.replace(HERE, "") if text else "kind: 事项".encode("gbk"))

    assert [(f.code, (f.line, f.column)) for f in found.faults] == [(code, place)]
    assert all((*found.faults[0].wrong, *found.faults[0].right))


@pytest.mark.parametrize("what", FORM)
def test_a_slip_of_form_is_said_where_it_stands(what: str) -> None:
    changes, code, path, article = FORM[what]

    found = checked(*changes)

    place = place_of_mark(a_definition_text(*changes))
    assert [(f.code, f.path, (f.line, f.column), f.article) for f in found.faults] == [(code, path, place, article)]
    assert all((*found.faults[0].wrong, *found.faults[0].right))


def test_every_code_of_a_fault_is_shown_by_a_test() -> None:
    shown = {code for _, code, _, _ in [*FAULTS.values(), *FORM.values()]} | {code for code, _ in WRITING.values()}
    shown |= {example.code for example in FAULTS_OF_BUNDLES.values()}
    listed = {code for kind in (faults.Writing, faults.Form, faults.Broken) for code in get_args(kind)}

    assert listed - shown == {"not_fields", "invalid"}  # shown by the two tests below
    assert shown <= listed


@pytest.mark.parametrize("text", ["- a\n- b\n", "word", "12", "null", "[1]"])
def test_a_file_without_fields_is_no_definition(text: str) -> None:
    assert [fault.code for fault in read(text).faults] == ["not_fields"]


def test_an_error_that_no_table_knows_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.slips.TYPES", {})

    found = checked_definition(a_definition_text(("decides: true", "decides: [1]")), "x.yaml", the_reference())

    assert [(fault.code, fault.path) for fault in found.faults] == [("invalid", "examination.decide.decides")]


TEN_FAULTS: list[tuple[Change, str]] = [
    (('code: "449999999000"', 'code: "4499"'), "wrong_form"),
    (('district: "440106"', 'district: "110101"'), "district_invalid"),
    (("handling: promised", "handling: promissed"), "not_among"),
    (("audience: [企业法人]", "audiense: [企业法人]"), "unknown_key"),
    (('fee: {charged: false, basis: "apl:58"}', "fee: {charged: true, standard: 1元}"), "fee_without_basis"),
    (("acceptance: {days: 5,", "acceptance: {days: 7,"), "acceptance_too_long"),
    (("extension: {days: 10,", "extension: {days: 0.3,"), "not_days"),
    (("silence: deemed_accepted", "silence: overdue"), "permit_silence"),
    (("type: 营业执照}}", "type: 营业执照}, provided_by: applicant}"), "shared_material_demanded"),
    (("name: 地址, type: text", "name: 地址, type: choice"), "choice_without_choices"),
    (("officers: 2", "officers: 1"), "too_few_officers"),
    (("after: [review]", "after: [revue]"), "after_unknown"),
    (("max: {days: 20,", "max: {days: 30,"), "hearing_too_long"),
    (("at: limits.promised", "at: limits.promise"), "assumed_nowhere"),
]


def test_ten_faults_and_more_are_told_at_once_in_the_order_of_the_file() -> None:
    expected = [code for _, code in TEN_FAULTS]

    found = checked(*(change for change, _ in TEN_FAULTS))

    codes = [fault.code for fault in found.faults]
    assert sorted(codes) == sorted([*expected, "missing"])  # what was meant by `audiense` is missing as well
    assert [(f.line, f.column) for f in found.faults] == sorted((f.line, f.column) for f in found.faults)


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (("handling: promised", "handling: soon"), "not_among"),
        (("delivery: {days: 10", "delivery: {days: ten"), "not_days"),
        (("conditions:", "condition:"), "unknown_key"),
        (("limits:", "limits:\n  promise: {days: 3}"), "unknown_key"),
        (("notes: [时间计入办结时限]", "nots: [时间计入办结时限]"), "unknown_key"),
        (("why: 未查到", "why: ''"), "too_short"),
        (("name: 听证", "nmae: 听证"), "unknown_key"),
    ],
)
def test_rules_on_sound_parts_run_beside_a_part_that_cannot_be_read(spoilt: Change, code: str) -> None:
    found = checked(
        spoilt, ("after: [online, on_site]", "after: [online]"), ("silence: deemed_accepted", "silence: overdue")
    )

    codes = [fault.code for fault in found.faults]
    assert code in codes
    assert {"leads_nowhere", "permit_silence"} <= set(codes)


def test_rules_that_look_at_a_broken_part_wait() -> None:
    found = checked(
        ("promised: {days: 5,", "promised: {days: five,"),
        ("on_site: true, limit: {days: 2,", "on_site: true, limit: {days: 60,"),
    )

    assert [fault.code for fault in found.faults] == ["not_days"]  # whether 60 days are too long cannot be said


def test_a_doubled_key_hides_no_other_fault_and_its_places_no_others() -> None:
    found = checked(
        ("notes: [时间计入办结时限]", "intake: {silence: overdue}\nnotes: []"),
        ("silence: deemed_accepted", "silence: overdue"),
    )

    assert [(fault.code, fault.path) for fault in found.faults] == [
        ("permit_silence", "intake.silence"),
        ("key_doubled", "intake"),
    ]


def test_json_is_read_as_the_yaml_that_it_is() -> None:
    import json

    data = read_source(SAMPLE).data
    tabbed = json.dumps(data, ensure_ascii=True, indent="\t")

    assert checked_definition(tabbed, "x.json", the_reference()) == checked()


def test_the_words_of_yaml_1_1_stay_words() -> None:
    data = read_source(
        "{a: no, b: 12:30, c: 2026-11-23, d: 010, e: on, f: 1_000, g: 1e3, h: ~, i: 'true', j: 0x1F, k: -2}"
    ).data

    assert data == {
        "a": "no", "b": "12:30", "c": "2026-11-23", "d": 10, "e": "on", "f": "1_000", "g": 1000.0,
        "h": None, "i": "true", "j": 31, "k": -2,
    }  # fmt: skip


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read(b"\xef\xbb\xbf" + SAMPLE.encode()).definition is not None


def test_characters_that_json_writes_in_two_halves_are_one() -> None:
    assert read_source('{"a": "\\ud83d\\ude00"}').data == {"a": "😀"}


def test_the_form_alone_can_be_read_without_any_rule() -> None:
    text = a_definition_text(("silence: deemed_accepted", "silence: overdue"))

    assert read_definition(text, "x.yaml").definition is not None
    assert read_definition(text.replace("kind: item", "kind: items"), "x.yaml").definition is None


def test_an_unknown_field_is_answered_with_the_one_that_was_meant() -> None:
    fault = checked(("officers: 2", "oficers: 2"), ("on_site: true, ", "")).faults[0]

    assert (fault.right.zh, fault.right.en) == ("应为 officers", "perhaps officers")


def test_a_fault_is_told_in_one_line_in_either_language() -> None:
    fault = checked(("officers: 2", "officers: 1")).faults[0]

    assert fault.said_in("zh") == (
        "sample.yaml:34:57: examination.on_site.officers: 实地核查环节 on_site 只派1人；指派两名以上工作人员：officers: 2（apl:34）"
    )
    assert fault.said_in("en") == (
        "sample.yaml:34:57: examination.on_site.officers: on_site goes to the place with 1; send two or more: `officers: 2` (apl:34)"
    )


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read(text)

    assert found.definition is None
    assert found.faults


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert read(content).faults


PIECES = st.sampled_from(["{", "}", "[", "]", ":", "- ", "\n", "  ", "#", '"', "'", "|", ">", "&a", "*a", "!", "%", "?", "\t", "~", "1e999", "0o9", "a", "\u2028", "\ufeff", ".", "---", "..."])  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_heap_of_yaml_signs_breaks_the_reader(text: str) -> None:
    assert read(text).faults


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SAMPLE)), st.integers(0, 30), st.lists(PIECES, max_size=3).map("".join))
def test_no_damage_to_a_sound_definition_breaks_the_reader(at: int, length: int, put: str) -> None:
    found = read(SAMPLE[:at] + put + SAMPLE[at + length :])

    assert (found.definition is None) == bool(found.faults)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "days", "when", "at", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(read_source(SAMPLE).data)), VALUES, min_size=1, max_size=4))
def test_no_value_in_any_field_breaks_the_rules(values: dict[str, object]) -> None:
    import json

    text = json.dumps({**read_source(SAMPLE).data, **values})

    found = read(text)

    assert (found.definition is None) == bool(found.faults)


def test_a_file_from_windows_is_no_fault() -> None:
    text = SAMPLE.replace("notes: [时间计入办结时限]", "notes:\n  - |\n    时间计入\n    办结时限").replace(
        "\n", "\r\n"
    )

    assert read(text.encode()).faults == ()
