"""Whatever is sent to the counter gets the right status and a problem in words, and changes nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.case_number import case_number
from storage.database import Database
from tests.api.evidence import ENGLISH, nothing_changes, the_english_problem, the_problem
from tests.counter import FOOD_PERMIT, UNIT, Counter, an_application
from tests.definitions import a_definition_text
from tests.people import a_credit_code, a_resident_id
from tests.samples import a_pdf

GONE = object()
NUL, HALF = "\x00", "\ud83d"
NEVER_UPLOADED = "0123456789abcdef" * 4
NOBODYS_NUMBER = case_number(date(2020, 1, 1), 1)
WRONG_CHECK_DIGIT = NOBODYS_NUMBER[:-1] + str((int(NOBODYS_NUMBER[-1]) + 1) % 10)
PAPER = {"material": "application_form", "paper": True}
FILE = {"material": "application_form", "file": NEVER_UPLOADED}

Path = tuple[str | int, ...]


@pytest.fixture(scope="module")
async def case(counter: Counter) -> dict[str, Any]:
    """A case at its acceptance, which every test here leaves as it is."""
    return await counter.apply()


@pytest.fixture(scope="module")
async def task(counter: Counter, case: dict[str, Any]) -> str:
    """Its open task at the window."""
    return await counter.open_task(case["number"], "check")


@pytest.fixture
async def untouched(database: Database) -> AsyncIterator[None]:
    """Holds that the test changes nothing on file."""
    async with nothing_changes(database):
        yield


def changed(body: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    """The body with another value at the path, or with none."""
    body = json.loads(json.dumps(body))
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return dict(body)


async def sent(counter: Counter, who: str, path: str, content: Any, **headers: str) -> Any:
    """The answer to a body as it stands, in English."""
    kind = {"Content-Type": "application/json", "Idempotency-Key": f"bad-{uuid4()}", **ENGLISH, **headers}
    return await counter.client.post(path, headers=counter.headers(who, **kind), content=content)


async def posted(counter: Counter, who: str, path: str, body: Any) -> Any:
    """The answer to a body in JSON; halves of characters go as JSON writes them."""
    return await sent(counter, who, path, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("item",), GONE, id="no item"),
        pytest.param(("item",), 440199001000, id="item is a number"),
        pytest.param(("item",), None, id="item is null"),
        pytest.param(("item",), "4401990010", id="item is too short"),
        pytest.param(("item",), "４４０１９９００１０００", id="item in full-width digits"),
        pytest.param(("item",), FOOD_PERMIT + "\n", id="item with a line end"),
        pytest.param(("itme",), FOOD_PERMIT, id="unknown key"),
        pytest.param(("query_code",), "AAAAAAAA", id="a key that only the counter sets"),
        pytest.param((HALF,), 1, id="half a character for a key"),
        pytest.param((NUL,), 1, id="NUL for a key"),
        pytest.param(("applicant",), GONE, id="no applicant"),
        pytest.param(("applicant",), [], id="applicant is a list"),
        pytest.param(("applicant",), "张三", id="applicant is a name"),
        pytest.param(("applicant", "kind"), GONE, id="no kind of applicant"),
        pytest.param(("applicant", "kind"), "robot", id="unknown kind of applicant"),
        pytest.param(("applicant", "kind"), {}, id="kind of applicant is an object"),
        pytest.param(("applicant", "name"), GONE, id="no name"),
        pytest.param(("applicant", "name"), "", id="empty name"),
        pytest.param(("applicant", "name"), " \t ", id="name of spaces"),
        pytest.param(("applicant", "name"), 7, id="name is a number"),
        pytest.param(("applicant", "name"), "名" * 201, id="very long name"),
        pytest.param(("applicant", "name"), f"张{NUL}三", id="NUL in a name"),
        pytest.param(("applicant", "name"), f"张三{HALF}", id="half a character in a name"),
        pytest.param(("applicant", "name"), "张三\x1b[2J", id="control characters in a name"),
        pytest.param(("applicant", "address"), NUL, id="NUL for an address"),
        pytest.param(("applicant", "nickname"), "三", id="unknown key of the applicant"),
        pytest.param(("applicant", "document", "number"), GONE, id="no document number"),
        pytest.param(("applicant", "document", "number"), 710000190001010017, id="document number is a number"),
        pytest.param(("applicant", "document", "kind"), "library_card", id="unknown document"),
        pytest.param(("applicant", "document"), None, id="document is null"),
        pytest.param(("applicant", "agent"), {}, id="empty agent"),
        pytest.param(("situations",), [], id="situations is a list"),
        pytest.param(("situations", "sells_online"), False, id="answer is a boolean"),
        pytest.param(("situations", "sells_online"), None, id="answer is null"),
        pytest.param(("situations", "sells_online"), f"no{NUL}", id="NUL in an answer"),
        pytest.param(("situations", "Sells-Online"), "no", id="situation that is no identifier"),
        pytest.param(("situations", "s" * 41), "no", id="situation with a long name"),
        pytest.param(("situations",), {f"s{n}": "no" for n in range(51)}, id="too many situations"),
        pytest.param(("form",), "address=here", id="form is a text"),
        pytest.param(("form",), {f"f{n}": 1 for n in range(201)}, id="too many fields"),
        pytest.param(("form",), {"premises_address": f"天河{NUL}路"}, id="NUL in a field"),
        pytest.param(("form",), {"premises_address": f"天河路{HALF}"}, id="half a character in a field"),
        pytest.param(("form",), {"premises_address": {"a": [f"{NUL}"]}}, id="NUL deep in a field"),
        pytest.param(("form",), {"premises_area_m2": float("nan")}, id="not a number in a field"),
        pytest.param(("form",), {"premises_area_m2": float("inf")}, id="infinity in a field"),
        pytest.param(("materials",), {}, id="materials is an object"),
        pytest.param(("materials",), [PAPER] * 201, id="too many materials"),
        pytest.param(("materials", 0), "application_form", id="material is a word"),
        pytest.param(("materials", 0, "material"), GONE, id="material without its name"),
        pytest.param(("materials", 0, "material"), 1, id="material is a number"),
        pytest.param(("materials", 0, "material"), "Application Form", id="material that is no identifier"),
        pytest.param(("materials", 0, "paper"), "true", id="paper is a word"),
        pytest.param(("materials", 0, "paper"), 1, id="paper is a number"),
        pytest.param(("materials", 0, "file"), "ABC", id="digest that is none"),
        pytest.param(("materials", 0, "file"), NEVER_UPLOADED.upper(), id="digest in capitals"),
        pytest.param(("materials", 0, "file_name"), f"a{NUL}.pdf", id="NUL in a file name"),
        pytest.param(("materials", 0, "file_name"), "n" * 201, id="long file name"),
        pytest.param(("promise",), "yes", id="promise is a word"),
        pytest.param(("promise",), 1, id="promise is a number"),
        pytest.param(("provincial_number",), "", id="empty provincial number"),
        pytest.param(("provincial_number",), f"A{NUL}", id="NUL in the provincial number"),
        pytest.param(("provincial_number",), "1" * 65, id="long provincial number"),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_application_of_another_form_is_malformed(counter: Counter, path: Path, value: object) -> None:
    body = changed(an_application(), path, value)

    response = await posted(counter, "applicant", "/v1/cases", body)

    problem = the_english_problem(response, 422, "malformed")
    assert problem["faults"]
    assert all(fault["path"].startswith("body") and fault["wrong"] for fault in problem["faults"])


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        pytest.param(("situations",), {}, "situation_unclear", id="situation not answered"),
        pytest.param(("situations", "sells_online"), "maybe", "situation_unclear", id="unknown answer"),
        pytest.param(("situations", "sells_weapons"), "no", "situation_unclear", id="unknown situation"),
        pytest.param(("form",), {"shoe_size": 42}, "form_invalid", id="unknown field"),
        pytest.param(
            ("materials", 0), {**PAPER, "material": "birth_certificate"}, "material_not_in_guide", id="unknown"
        ),
        pytest.param(("materials", 1), PAPER, "material_twice", id="the same paper twice"),
        pytest.param(("materials", 0), FILE, "file_unknown", id="file never uploaded"),
        pytest.param(("materials", 0), {**FILE, "paper": True}, "material_form", id="file and paper"),
        pytest.param(("materials", 0), {**PAPER, "paper": False}, "material_form", id="neither file nor paper"),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_application_that_does_not_fit_its_item_is_refused_with_what_would(
    counter: Counter, path: Path, value: object, code: str
) -> None:
    body = changed(an_application(), path, value)

    response = await posted(counter, "applicant", "/v1/cases", body)

    the_english_problem(response, 422, code)


async def test_one_material_may_come_in_several_files(counter: Counter) -> None:
    digests = []
    for page in ("first", "second"):
        files = {"file": ("plan.pdf", a_pdf(f"{page} page"), "application/pdf")}
        uploaded = await counter.client.post("/v1/files", headers=counter.headers("applicant"), files=files)
        digests.append(uploaded.json()["digest"])
    pages = [{"material": "floor_plan", "file": digest} for digest in digests]

    response = await posted(counter, "applicant", "/v1/cases", {**an_application(), "materials": pages})

    assert response.status_code == 201, response.text


@pytest.mark.parametrize(
    "applicant",
    [
        pytest.param({"document": {"kind": "resident_id", "number": a_resident_id()[:-1] + "?"}}, id="ID number"),
        pytest.param({"document": {"kind": "resident_id", "number": "123456789012345678"}}, id="no province"),
        pytest.param({"document": {"kind": "passport", "number": "E1"}}, id="passport"),
        pytest.param({"mobile": "12345678901"}, id="mobile"),
        pytest.param({"email": "somebody-at-home"}, id="mail"),
        pytest.param({"kind": "organisation", "credit_code": a_credit_code()[:-1] + "?"}, id="credit code"),
        pytest.param(
            {"agent": {"name": "甲", "document": {"kind": "passport", "number": "P-2"}, "mobile": "02012345678"}},
            id="agent",
        ),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_faulty_identifier_is_named_but_never_repeated(counter: Counter, applicant: dict[str, Any]) -> None:
    body = an_application()
    body["applicant"] |= applicant
    if body["applicant"]["kind"] == "organisation":
        del body["applicant"]["document"]

    response = await posted(counter, "applicant", "/v1/cases", body)

    problem = the_english_problem(response, 422, "identifier_invalid")
    assert all(fault["path"].startswith("applicant.") for fault in problem["faults"])
    typed = [applicant.get(name) for name in ("mobile", "email", "credit_code")]
    typed += [applicant.get("document", {}).get("number"), applicant.get("agent", {}).get("mobile")]
    assert not [value for value in typed if value and value in response.text]


@pytest.mark.usefixtures("untouched")
async def test_nothing_of_a_malformed_body_is_repeated(counter: Counter) -> None:
    secret = "SECRET-710000190001010017"
    bodies = [
        changed(an_application(), ("applicant", "kind"), secret),
        changed(an_application(), ("applicant", "document", "kind"), secret),
        changed(an_application(), ("applicant", "name"), [secret]),
        changed(an_application(), ("materials", 0, "file"), secret),
        changed(an_application(), ("item",), secret),
        changed(an_application(), ("situations", "sells_online"), secret),
        changed(an_application(), ("form",), {"premises_area_m2": secret}),
    ]

    answers = [await posted(counter, "applicant", "/v1/cases", body) for body in bodies]

    assert [answer.status_code for answer in answers] == [422] * len(bodies)
    assert not [answer.text for answer in answers if secret in answer.text]


@pytest.mark.usefixtures("untouched")
async def test_malformed_body_is_explained_in_chinese_unless_english_is_asked_for(counter: Counter) -> None:
    body = changed(an_application(), ("applicant", "name"), 7)

    response = await counter.post("applicant", "/v1/cases", body)

    fault = the_problem(response, 422, "malformed")["faults"][0]
    assert fault["path"] == "body.applicant.person.name"
    assert fault["wrong"] == "应为文字"


WRITES = ("/v1/cases", "materials", "acts", "answer", "claim", "transfer", "/v1/definitions/440199001000/withdrawal")


def where(write: str, case: dict[str, Any], task: str) -> tuple[str, str]:
    """Who may send it, and the address."""
    if write in ("materials", "acts"):
        return "applicant", f"/v1/cases/{case['number']}/{write}"
    if write in ("answer", "claim", "transfer"):
        return "window", f"/v1/tasks/{task}/{write}"
    return "applicant" if write == "/v1/cases" else "publisher", write


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a text"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"item=440199001000", id="a form"),
        pytest.param(b'{"text": "\xff\xfe"}', id="bad UTF-8"),
        pytest.param('{"text": "中文"}'.encode("gb18030"), id="GB 18030"),
        pytest.param(b"\x00" * 50, id="zeros"),
        pytest.param(b"[" * 100_000, id="deep nesting"),
        pytest.param(b'{"a":' * 50_000 + b"1" + b"}" * 50_000, id="deep objects"),
        pytest.param(b'{"text": ' + b"9" * 5000 + b"}", id="endless number"),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_body_that_is_no_json_object_is_malformed(
    counter: Counter, case: dict[str, Any], task: str, write: str, content: bytes
) -> None:
    who, path = where(write, case, task)

    response = await sent(counter, who, path, content)

    the_english_problem(response, 422, "malformed")


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
@pytest.mark.usefixtures("untouched")
async def test_body_of_another_content_type_is_malformed(
    counter: Counter, case: dict[str, Any], task: str, write: str, kind: str
) -> None:
    who, path = where(write, case, task)
    content = json.dumps(an_application()).encode()

    response = await sent(counter, who, path, content, **{"Content-Type": kind})

    the_english_problem(response, 422, "malformed")


@pytest.mark.parametrize("write", [*WRITES, "/v1/definitions"])
@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
@pytest.mark.usefixtures("untouched")
async def test_huge_body_is_too_large_whether_it_says_so_or_not(
    counter: Counter, case: dict[str, Any], task: str, write: str, chunked: bool
) -> None:
    who, path = where(write, case, task) if write != "/v1/definitions" else ("registrar", write)
    taken = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 65536
            yield b" " * 65536

    response = await sent(counter, who, path, chunks() if chunked else b" " * 65536 * 100)

    problem = the_english_problem(response, 413, "too_large")
    assert "1024 KB" in problem["detail"]
    assert taken <= 65536 * 17


@pytest.mark.parametrize(
    ("write", "body"),
    [
        pytest.param("answer", {}, id="no outcome"),
        pytest.param("answer", {"outcome": "applaud"}, id="unknown outcome"),
        pytest.param("answer", {"outcome": 1}, id="outcome is a number"),
        pytest.param("answer", {"outcome": "accept", "text": ""}, id="empty reasons"),
        pytest.param("answer", {"outcome": "accept", "text": NUL}, id="NUL for reasons"),
        pytest.param("answer", {"outcome": "accept", "text": "好" + HALF}, id="half a character in reasons"),
        pytest.param("answer", {"outcome": "accept", "text": "长" * 4001}, id="very long reasons"),
        pytest.param("answer", {"outcome": "accept", "officers": "officer-a"}, id="officers is a word"),
        pytest.param("answer", {"outcome": "accept", "officers": ["a b"]}, id="officer with a space"),
        pytest.param("answer", {"outcome": "accept", "officers": ["a"] * 21}, id="too many officers"),
        pytest.param("answer", {"outcome": "notify", "demands": [{"defect": NUL}]}, id="NUL in a demand"),
        pytest.param("answer", {"outcome": "notify", "demands": [{"what": "x"}]}, id="unknown key of a demand"),
        pytest.param("answer", {"outcome": "notify", "demands": [{}] * 101}, id="too many demands"),
        pytest.param("answer", {"outcome": "refuse_acceptance", "ground": "busy"}, id="ground not in the law"),
        pytest.param("answer", {"outcome": "refuse_acceptance", "authority": NUL}, id="NUL for an authority"),
        pytest.param("answer", {"outcome": "return", "return_to": "Review!"}, id="step that is no identifier"),
        pytest.param("answer", {"outcome": "accept", "barred_until": "2030-01-01"}, id="a fact of the counter"),
        pytest.param("answer", {"outcome": "accept", "by": {"id": "x"}}, id="somebody else's name"),
        pytest.param("claim", {"release": "no"}, id="release is a word"),
        pytest.param("claim", {"take": True}, id="unknown key of a claim"),
        pytest.param("transfer", {}, id="no unit"),
        pytest.param("transfer", {"unit": "GZ THR"}, id="unit that is none"),
        pytest.param("transfer", {"unit": "gz-thr-samr", "person": "a\nb"}, id="person with a line end"),
        pytest.param("transfer", {"unit": "gz-thr-samr", "text": NUL}, id="NUL in a reason"),
        pytest.param("acts", {}, id="no act"),
        pytest.param("acts", {"act": "demolish"}, id="unknown act"),
        pytest.param("acts", {"act": "withdraw", "reason": "x"}, id="unknown key of an act"),
        pytest.param("acts", {"act": "add_helper", "task": "t", "role": "king", "unit": "u"}, id="unknown role"),
        pytest.param("materials", {"materials": []}, id="no materials"),
        pytest.param("materials", {"materials": [PAPER], "final": "yes"}, id="final is a word"),
        pytest.param("materials", {"materials": [{**PAPER, "file_name": NUL}]}, id="NUL in a file name"),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_act_of_another_form_is_malformed(
    counter: Counter, case: dict[str, Any], task: str, write: str, body: dict[str, Any]
) -> None:
    who, path = where(write, case, task)

    response = await posted(counter, who, path, body)

    the_english_problem(response, 422, "malformed")


@pytest.mark.parametrize(
    ("material", "code"),
    [
        ({**PAPER, "material": "birth_certificate"}, "material_not_in_guide"),
        ({**PAPER, "material": "online_filing"}, "material_not_in_guide"),
        (FILE, "file_unknown"),
        ({"material": "floor_plan"}, "material_form"),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_supplement_that_does_not_fit_its_case_is_refused(
    counter: Counter, case: dict[str, Any], material: dict[str, Any], code: str
) -> None:
    response = await posted(counter, "applicant", f"/v1/cases/{case['number']}/materials", {"materials": [material]})

    the_english_problem(response, 422, code)


@pytest.mark.usefixtures("untouched")
async def test_supplement_names_each_paper_once(counter: Counter, case: dict[str, Any]) -> None:
    body = {"materials": [PAPER, PAPER]}

    response = await posted(counter, "applicant", f"/v1/cases/{case['number']}/materials", body)

    the_english_problem(response, 422, "material_twice")


@pytest.mark.parametrize(
    ("who", "write", "body", "status", "code"),
    [
        ("window", "answer", {"outcome": "grant", "text": "理由"}, 409, "outcome_not_offered"),
        ("window", "answer", {"outcome": "notify", "text": "请再来一次"}, 409, "must_accept"),
        ("examiner", "answer", {"outcome": "accept", "text": "同意"}, 403, "not_your_task"),
        ("examiner", "transfer", {"unit": "gz-thr-samr", "text": "请办理"}, 403, "not_your_task"),
        (
            "window",
            "acts",
            {"act": "add_helper", "role": "examiner", "unit": UNIT, "text": "请协助"},
            409,
            "no_helper_here",
        ),
        ("window", "materials", {"materials": [PAPER, {**PAPER, "material": "id_card"}]}, 422, "material_not_in_guide"),
    ],
)
async def test_act_that_is_refused_leaves_nothing_of_it_behind(
    counter: Counter,
    database: Database,
    case: dict[str, Any],
    task: str,
    who: str,
    write: str,
    body: Any,
    status: int,
    code: str,
) -> None:
    _, path = where(write, case, task)
    body = {**body, "task": task} if write == "acts" else body

    async with nothing_changes(database):
        response = await posted(counter, who, path, body)

    the_english_problem(response, status, code)


async def test_supplement_to_a_closed_case_is_refused_and_not_kept(counter: Counter, database: Database) -> None:
    number = (await counter.apply())["number"]
    await counter.post("applicant", f"/v1/cases/{number}/acts", {"act": "withdraw"})

    async with nothing_changes(database):
        response = await posted(counter, "applicant", f"/v1/cases/{number}/materials", {"materials": [PAPER]})

    the_english_problem(response, 409, "case_closed")


READS = ("", "/timeline", "/tasks", "/deadline", "/notices", "/materials", "/notices/1/receipt/pdf")


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        (NOBODYS_NUMBER, 404, "case_not_found"),
        (WRONG_CHECK_DIGIT, 422, "identifier_invalid"),
        ("1", 422, "identifier_invalid"),
        ("%00", 422, "identifier_invalid"),
        ("GZ99999999-000001-1", 422, "identifier_invalid"),
        ("%ff%fe", 422, "identifier_invalid"),
        ("9" * 5000, 422, "identifier_invalid"),
    ],
)
async def test_number_that_is_no_case_is_told_apart_from_one_that_is_none(
    counter: Counter, read: str, number: str, status: int, code: str
) -> None:
    headers = counter.headers("supervisor", **ENGLISH)

    response = await counter.client.get(f"/v1/cases/{number}{read}", headers=headers)

    the_english_problem(response, status, code)


@pytest.mark.parametrize(
    ("write", "body"),
    [
        ("/v1/cases/{}/materials", {"materials": [PAPER]}),
        ("/v1/cases/{}/acts", {"act": "withdraw"}),
        ("/v1/cases/{}/acts", {"act": "add_helper", "task": "t", "role": "examiner", "unit": "u", "text": "t"}),
        ("/v1/tasks/{}.1.check/answer", {"outcome": "accept", "text": "同意"}),
        ("/v1/tasks/{}.1.check/claim", {}),
        ("/v1/tasks/{}.1.check/transfer", {"unit": "gz-thr-samr", "text": "请办理"}),
    ],
)
@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(NOBODYS_NUMBER, 404, "case_not_found"), (WRONG_CHECK_DIGIT, 422, "identifier_invalid")],
)
@pytest.mark.usefixtures("untouched")
async def test_nothing_is_written_for_a_case_that_is_not_there(
    counter: Counter, write: str, body: dict[str, Any], number: str, status: int, code: str
) -> None:
    response = await posted(counter, "window", write.format(number), body)

    the_english_problem(response, status, code)


@pytest.mark.parametrize(
    ("task_id", "status", "code"),
    [
        ("1", 422, "identifier_invalid"),
        ("check", 422, "identifier_invalid"),
        ("%00", 422, "identifier_invalid"),
        ("..", 404, "http_404"),
        ("{}", 409, "task_not_open"),
        ("{}.", 409, "task_not_open"),
        ("{}.99.check", 409, "task_not_open"),
        ("{}.1.decide", 409, "task_not_open"),
        ("{}.1.check%00", 409, "task_not_open"),
        ("{}.1.check.1.check", 409, "task_not_open"),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_task_of_another_form_is_answered_by_nobody(
    counter: Counter, case: dict[str, Any], task_id: str, status: int, code: str
) -> None:
    path = f"/v1/tasks/{task_id.format(case['number'])}/answer"

    response = await posted(counter, "window", path, {"outcome": "accept", "text": "同意"})

    the_english_problem(response, status, code)


def cursor_of(written: str) -> str:
    return base64.urlsafe_b64encode(written.encode()).decode()


@pytest.mark.parametrize("listed", ["/v1/cases", "/v1/tasks", "/v1/notices"])
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "中文",
        "====",
        cursor_of(""),
        cursor_of("null"),
        cursor_of("{}"),
        cursor_of("[1, 2]"),
        cursor_of('["0", "0"]'),
        cursor_of('["2026-01-01", "GZ"]'),
        cursor_of('["2026-01-01T00:00:00", "GZ"]'),
        cursor_of('["2026-01-01T00:00:00+08:00"]'),
        cursor_of('["2026-01-01T00:00:00+08:00", "\\u0000"]'),
        cursor_of('["2026-01-01T00:00:00+08:00", "\\ud83d"]'),
        cursor_of('["2026-01-01T00:00:00+08:00", "a", "b"]'),
        cursor_of("[" * 20_000),
    ],
)
async def test_cursor_that_the_list_did_not_give_is_refused(counter: Counter, listed: str, cursor: str) -> None:
    headers = counter.headers("window", **ENGLISH)

    response = await counter.client.get(listed, headers=headers, params={"cursor": cursor})

    the_english_problem(response, 422, "cursor_invalid")


@pytest.mark.parametrize(
    "query",
    [
        "/v1/cases?limit=0",
        "/v1/cases?limit=-1",
        "/v1/cases?limit=10000",
        "/v1/cases?limit=ten",
        "/v1/cases?limit=1e3",
        "/v1/cases?limit=99999999999999999999999",
        "/v1/cases?item=440199001",
        "/v1/cases?item=%00",
        "/v1/cases?stage=nirvana",
        "/v1/cases?light=purple",
        "/v1/cases?unit=%00",
        "/v1/cases?unit=" + "u" * 61,
        "/v1/tasks?limit=0",
        "/v1/tasks?role=king",
        "/v1/tasks?state=",
        "/v1/tasks?department=%00",
        "/v1/notices?limit=201",
        "/v1/progress",
        "/v1/progress?number=GZ20200101-000001-6",
        "/v1/progress?number=" + "1" * 61 + "&code=AAAAAAAA",
        "/v1/definitions/440199001000/versions/0",
        "/v1/definitions/440199001000/versions/1767225600",
        "/v1/definitions/440199001000/versions/2026-13-01",
        "/v1/definitions/440199001000/versions/2026-1-1",
        "/v1/definitions/440199001000/versions/20260101",
        "/v1/definitions/440199001000/versions/2026-01-01T00:00:00",
        "/v1/definitions/440199001000/versions/99999999999999999999",
        "/v1/definitions/4401990010/versions/2026-01-01",
        "/v1/definitions/４４０１９９００１０００/versions/2026-01-01",
    ],
)
async def test_query_of_another_form_is_malformed(counter: Counter, query: str) -> None:
    response = await counter.client.get(query, headers=counter.headers("window", **ENGLISH))

    the_english_problem(response, 422, "malformed")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("notices/abc/receipt/pdf", 422, "malformed"),
        ("notices/0/receipt/pdf", 404, "notice_not_found"),
        ("notices/-1/receipt/pdf", 404, "notice_not_found"),
        ("notices/99999999999999999999/receipt/pdf", 404, "notice_not_found"),
        ("notices/1/%00/pdf", 404, "notice_not_found"),
        ("notices/1/love_letter/pdf", 404, "notice_not_found"),
        ("materials/1/content", 422, "malformed"),
        ("materials/00000000-0000-4000-8000-000000000000/content", 404, "material_not_found"),
    ],
)
async def test_paper_or_material_that_is_not_there_is_not_found(
    counter: Counter, case: dict[str, Any], path: str, status: int, code: str
) -> None:
    headers = counter.headers("applicant", **ENGLISH)

    response = await counter.client.get(f"/v1/cases/{case['number']}/{path}", headers=headers)

    the_english_problem(response, status, code)


@pytest.mark.usefixtures("untouched")
async def test_item_that_is_not_in_the_catalogue_takes_no_case(counter: Counter) -> None:
    response = await posted(counter, "applicant", "/v1/cases", an_application(item="999999999999"))

    the_english_problem(response, 404, "not_in_catalogue")


async def test_version_that_is_not_published_or_not_yet_in_force_takes_no_case(
    counter: Counter, database: Database
) -> None:
    early = a_definition_text(("449999999000", "449999999101"))
    later = a_definition_text(("449999999000", "449999999102"), ("version: 2026-01-01", "version: 2999-01-01"))
    for text in (early, later):
        yaml = {"Content-Type": "application/yaml", "Idempotency-Key": f"bad-{uuid4()}"}
        headers = counter.headers("registrar", ("*",), **yaml)
        registered = await counter.client.post("/v1/definitions", headers=headers, content=text.encode())
        assert registered.status_code in (200, 201), registered.text
    path = "/v1/definitions/449999999102/versions/2999-01-01/publication"
    published = await counter.post("publisher", path, {}, units=("*",))
    assert published.status_code == 200, published.text

    async with nothing_changes(database):
        unpublished = await posted(counter, "applicant", "/v1/cases", an_application(item="449999999101"))
        not_yet = await posted(counter, "applicant", "/v1/cases", an_application(item="449999999102"))

    the_english_problem(unpublished, 404, "not_in_catalogue")
    the_english_problem(not_yet, 404, "not_in_catalogue")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/v1/cases", 405),
        ("PUT", "/v1/cases", 405),
        ("PATCH", f"/v1/cases/{NOBODYS_NUMBER}", 405),
        ("DELETE", f"/v1/cases/{NOBODYS_NUMBER}", 405),
        ("GET", f"/v1/cases/{NOBODYS_NUMBER}/acts", 405),
        ("POST", "/v1/progress", 405),
        ("GET", "/v1/files", 405),
        ("BREW", "/v1/cases", 405),
        ("GET", "/v1/", 404),
        ("GET", "/v2/cases", 404),
        ("GET", "/v1/cases/a/b/c", 404),
        ("GET", "/v1/%00", 404),
        ("POST", "/.env", 404),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_address_or_method_that_is_not_there_is_a_problem_too(
    counter: Counter, method: str, path: str, status: int
) -> None:
    response = await counter.client.request(method, path, headers=counter.headers("supervisor", **ENGLISH))

    the_english_problem(response, status, f"http_{status}")
    assert ("allow" in response.headers) == (status == 405)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe", id="bad UTF-8"),
        pytest.param(b"kind: [", id="cut off"),
        pytest.param(b"[" * 100_000, id="deep nesting"),
        pytest.param(b"just words", id="words"),
        pytest.param(b"kind: item\nkind: item\n", id="a key twice"),
        pytest.param(b"a: &a [1]\nb: *a\n", id="aliases"),
        pytest.param(a_definition_text(("name: 样品许可\n", 'name: "样品\\0许可"\n')).encode(), id="NUL"),
        pytest.param(a_definition_text(("version: 2026-01-01", "version: 0")).encode(), id="version 0"),
        pytest.param(a_definition_text(("version: 2026-01-01", 'version: "0"')).encode(), id='version "0"'),
        pytest.param(a_definition_text(('code: "449999999000"', "code: 449999999000")).encode(), id="code is a number"),
        pytest.param(
            a_definition_text(("statutory: {days: 20,", 'statutory: {days: "20",')).encode(), id="days in quotes"
        ),
        pytest.param(
            a_definition_text(("handling: promised", "handling: promised\nspeed: 9")).encode(), id="unknown key"
        ),
    ],
)
@pytest.mark.usefixtures("untouched")
async def test_faulty_definition_is_refused_with_the_places_of_its_faults(counter: Counter, content: bytes) -> None:
    kind = {"Content-Type": "application/yaml"}

    response = await sent(counter, "registrar", "/v1/definitions?name=ours.yaml", content, **kind)

    faults = the_english_problem(response, 422, "definition_faulty")["faults"]
    assert faults
    assert all(f["file"] == "ours.yaml" and f["line"] >= 1 and f["column"] >= 1 and f["right"] for f in faults)


@pytest.mark.parametrize(
    "key", [None, "", "short", "a" * 129, "has a space", "中文中文中文中文".encode().decode("latin-1")]
)
@pytest.mark.parametrize("write", [*WRITES, "/v1/definitions"])
@pytest.mark.usefixtures("untouched")
async def test_post_without_a_usable_key_is_malformed(
    counter: Counter, case: dict[str, Any], task: str, write: str, key: str | None
) -> None:
    who, path = where(write, case, task) if write != "/v1/definitions" else ("registrar", write)
    bodies = {"/v1/cases": an_application(), "materials": {"materials": [PAPER]}, "acts": {"act": "withdraw"}}
    bodies |= {"answer": {"outcome": "accept"}, "transfer": {"unit": "gz-thr-samr"}, WRITES[-1]: {"reason": "x"}}
    headers = counter.headers(who, **ENGLISH) | ({} if key is None else {"Idempotency-Key": key})
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    response = await counter.client.post(path, headers=encoded, json=bodies.get(write, {}))

    problem = the_english_problem(response, 422, "malformed")
    assert [fault["path"] for fault in problem["faults"]] == ["header.Idempotency-Key"]
