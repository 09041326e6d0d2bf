"""Who somebody is, and what that opens to them; everything else is refused and changes nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from storage.database import Database
from tests.api.evidence import ENGLISH, nothing_changes, the_english_problem
from tests.conftest import Servers
from tests.counter import UNIT, Counter, an_application
from tests.definitions import a_definition_text

ELSEWHERE = ("gz-thr-health",)
SAMPLE_UNIT = ("gz-thr-sample",)


class Issuer:
    """Signs what the embedded issuer would sign, and what it would not."""

    def __init__(self, servers: Servers) -> None:
        folder = servers.settings.home / "dev-issuer"
        self.settings = servers.settings
        self.private = (folder / "private.pem").read_bytes()
        self.kid = json.loads((folder / "jwks.json").read_text())["keys"][0]["kid"]

    @property
    def public(self) -> bytes:
        """The public key as PEM."""
        key = load_pem_private_key(self.private, password=None)
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a supervisor, who may see everything; a change to None leaves one out."""
        now = int(time.time())
        whole = {
            "iss": self.settings.jwt_issuer,
            "aud": self.settings.jwt_audience,
            "sub": "supervisor",
            "roles": ["supervisor", "applicant"],
            "units": [],
            "iat": now,
            "exp": now + 600,
        }
        return {name: value for name, value in {**whole, **changes}.items() if value is not None}

    def token(self, key: Any = None, algorithm: str = "EdDSA", kid: str | None = None, **changes: Any) -> str:
        """A token with these claims."""
        headers = {"kid": self.kid if kid is None else kid}
        return jwt.encode(self.claims(**changes), key or self.private, algorithm=algorithm, headers=headers)


@pytest.fixture(scope="module")
def issuer(servers: Servers) -> Issuer:
    return Issuer(servers)


def by_hand(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def signed_by_the_public_key(issuer: Issuer) -> str:
    """The old trick: the public key, which everybody has, taken for a shared secret."""
    unsigned = by_hand({"alg": "HS256", "typ": "JWT", "kid": issuer.kid}, issuer.claims()).rstrip(".")
    mac = hmac.new(issuer.public, unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def cut(token: str) -> str:
    return token[:-4]


def promoted(issuer: Issuer) -> str:
    """A token whose claims were changed after it was signed."""
    header, _, signature = issuer.token(sub="applicant", roles=["applicant"]).split(".")
    claims = base64.urlsafe_b64encode(json.dumps(issuer.claims()).encode()).rstrip(b"=").decode()
    return f"{header}.{claims}.{signature}"


def nested(issuer: Issuer) -> str:
    return base64.urlsafe_b64encode(b"[" * 20_000).decode() + ".e30.e30"


BAD: dict[str, Callable[[Issuer], str]] = {
    "expired": lambda i: i.token(exp=int(time.time()) - 60),
    "not yet valid": lambda i: i.token(nbf=int(time.time()) + 600),
    "issued in the future": lambda i: i.token(iat=int(time.time()) + 600),
    "of another issuer": lambda i: i.token(iss="https://evil.example"),
    "without an issuer": lambda i: i.token(iss=None),
    "for another audience": lambda i: i.token(aud="another-system"),
    "without an audience": lambda i: i.token(aud=None),
    "without an end": lambda i: i.token(exp=None),
    "without a beginning": lambda i: i.token(iat=None),
    "without a subject": lambda i: i.token(sub=None),
    "with a number for a subject": lambda i: by_hand({"alg": "EdDSA", "kid": i.kid}, i.claims(sub=7), b"x" * 64),
    "signed by nobody": lambda i: by_hand({"alg": "none", "kid": i.kid}, i.claims()),
    "signed by nobody in capitals": lambda i: by_hand({"alg": "NONE", "kid": i.kid}, i.claims()),
    "signed with the public key": signed_by_the_public_key,
    "signed by another key": lambda i: i.token(key=Ed25519PrivateKey.generate()),
    "of an unknown key": lambda i: i.token(kid="somebody"),
    "of no key": lambda i: by_hand({"alg": "EdDSA"}, i.claims(), b"x" * 64),
    "changed after it was signed": promoted,
    "cut off": lambda i: cut(i.token()),
    "deeply nested": nested,
    "of two parts": lambda i: ".".join(i.token().split(".")[:2]),
    "of words": lambda _: "let me in",
    "of dots": lambda _: "..",
    "of letters beyond ASCII": lambda _: "中文".encode().decode("latin-1"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
async def test_token_that_does_not_hold_opens_nothing(
    counter: Counter, database: Database, issuer: Issuer, bad: Callable[[Issuer], str]
) -> None:
    token = bad(issuer)
    common = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"identity-{uuid4()}", **ENGLISH}
    headers = [(name.encode(), value.encode("latin-1")) for name, value in common.items()]

    async with nothing_changes(database):
        listed = await counter.client.get("/v1/cases", headers=headers)
        applied = await counter.client.post("/v1/cases", headers=headers, json=an_application())

    for response in (listed, applied):
        the_english_problem(response, 401, "unauthenticated")
        assert response.headers["www-authenticate"] == "Bearer"
        assert token not in response.text


async def test_the_token_of_these_tests_holds_where_nothing_is_changed(counter: Counter, issuer: Issuer) -> None:
    response = await counter.client.get("/v1/cases", headers={"Authorization": f"Bearer {issuer.token()}"})

    assert response.status_code == 200


@pytest.mark.parametrize("scheme", [None, "", "Bearer", "Bearer ", "Basic Og==", "Token {}", "{}"])
async def test_without_a_bearer_token_nothing_is_shown(counter: Counter, issuer: Issuer, scheme: str | None) -> None:
    headers = {} if scheme is None else {"Authorization": scheme.format(issuer.token())}

    responses = [
        await counter.client.get(path, headers=headers | ENGLISH, params={"access_token": issuer.token()})
        for path in ("/v1/cases", "/v1/tasks", "/v1/notices", "/v1/definitions/440199001000/versions/2026-01-01")
    ]

    for response in responses:
        the_english_problem(response, 401, "unauthenticated")


async def test_roles_and_units_that_are_no_lists_are_none(counter: Counter, issuer: Issuer) -> None:
    token = issuer.token(roles="supervisor", units="gz-thr-samr")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"identity-{uuid4()}", **ENGLISH}

    response = await counter.client.post("/v1/cases", headers=headers, json=an_application())

    the_english_problem(response, 403, "role_missing")


READS = ("", "/timeline", "/tasks", "/deadline", "/notices", "/materials", "/notices/1/receipt/pdf")
WRITES = (("/materials", {"materials": [{"material": "training", "paper": True}]}), ("/acts", {"act": "withdraw"}))


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("applicant-2", ()),
        ("window-2", ELSEWHERE),
        ("examiner-2", ELSEWHERE),
        ("approver-2", ELSEWHERE),
        ("window-3", ()),
        ("registrar-2", (UNIT,)),
        ("publisher-2", (UNIT,)),
        ("chief_representative-2", ELSEWHERE),
    ],
)
async def test_case_of_others_is_not_shown(
    counter: Counter, database: Database, somebodys: str, who: str, units: tuple[str, ...], read: str
) -> None:
    async with nothing_changes(database):
        headers = counter.headers(who, units, **ENGLISH)
        response = await counter.client.get(f"/v1/cases/{somebodys}{read}", headers=headers)

    the_english_problem(response, 403, "not_your_case")


@pytest.fixture(scope="module")
async def somebodys(counter: Counter) -> str:
    """A case in examination that somebody else applied for, in a unit where nobody here works."""
    number = str((await counter.apply("applicant-1"))["number"])
    await counter.answered("window", number, "check", "accept")
    return number


@pytest.mark.parametrize(("write", "body"), WRITES)
@pytest.mark.parametrize(
    ("who", "units", "code"),
    [
        ("applicant-2", (), "not_your_case"),
        ("window-2", ELSEWHERE, "not_your_case"),
        ("window-3", (), "not_your_case"),
        ("supervisor", (), None),
        ("examiner", (UNIT,), None),
    ],
)
async def test_case_of_others_is_not_acted_on(
    counter: Counter,
    database: Database,
    somebodys: str,
    who: str,
    units: tuple[str, ...],
    code: str | None,
    write: str,
    body: dict[str, Any],
) -> None:
    headers = counter.headers(who, units, **{"Idempotency-Key": f"identity-{uuid4()}", **ENGLISH})

    async with nothing_changes(database):
        response = await counter.client.post(f"/v1/cases/{somebodys}{write}", headers=headers, json=body)

    expected = code or ("role_missing" if write == "/materials" else "not_the_applicant")
    the_english_problem(response, 403, expected)


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("applicant-1", ()),
        ("applicant-2", ()),
        ("window", (UNIT,)),
        ("approver", (UNIT,)),
        ("supervisor", (UNIT,)),
        ("registrar", (UNIT,)),
        ("examiner-2", ELSEWHERE),
        ("examiner-3", ()),
        ("examiner-4", ("*",)),
    ],
)
@pytest.mark.parametrize("verb", ["answer", "claim", "transfer"])
async def test_task_is_for_its_role_in_its_unit_alone(
    counter: Counter, database: Database, somebodys: str, who: str, units: tuple[str, ...], verb: str
) -> None:
    task = await counter.open_task(somebodys, "review")
    bodies: dict[str, Any] = {"answer": {"outcome": "pass", "text": "同意"}, "claim": {}}
    headers = counter.headers(who, units, **{"Idempotency-Key": f"identity-{uuid4()}", **ENGLISH})

    async with nothing_changes(database):
        body = bodies.get(verb, {"unit": UNIT, "text": "请办理"})
        response = await counter.client.post(f"/v1/tasks/{task}/{verb}", headers=headers, json=body)

    the_english_problem(response, 403, "not_your_task")


async def test_unit_sees_the_cases_of_an_item_it_has_a_part_in_and_its_applicant_no_opinion(counter: Counter) -> None:
    roads, police = ("gz-thr-roads",), ("gz-thr-traffic-police",)
    wanted = {
        "item": "440199013000",
        "situations": {"urgent": "yes", "protected_road": "no"},
        "materials": ("application_form", "traffic_plan", "pipeline_plan", "repair_notice"),
    }
    food = (await counter.apply("applicant-1"))["number"]
    digging = (await counter.apply("applicant-1", **wanted))["number"]
    check = await counter.open_task(digging, "check")
    accepted = await counter.post("window", f"/v1/tasks/{check}/answer", {"outcome": "accept"}, units=roads)
    of_roads, _ = accepted.json()["tasks"]
    body = {"outcome": "pass", "text": "路面修复方案可行"}
    await counter.post("examiner-1", f"/v1/tasks/{of_roads}/answer", body, units=roads)

    with_a_part = await counter.get("examiner-2", f"/v1/cases/{digging}/timeline", police)
    without = await counter.get("examiner-2", f"/v1/cases/{food}/timeline", police)
    elsewhere = await counter.get("examiner-3", f"/v1/cases/{digging}/timeline", ELSEWHERE)
    own = await counter.get("applicant-1", f"/v1/cases/{digging}/timeline")

    assert [response.status_code for response in (with_a_part, without, elsewhere, own)] == [200, 403, 403, 200]
    assert "路面修复方案可行" in with_a_part.text
    assert "路面修复方案可行" not in own.text
    assert "step_answered" in own.text


@pytest.mark.shows(26)
async def test_examiner_does_not_decide_and_the_one_who_claimed_answers(counter: Counter, database: Database) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    review = await counter.open_task(number, "review")
    await counter.post("examiner", f"/v1/tasks/{review}/claim", {})

    async with nothing_changes(database):
        second = await counter.post("examiner-2", f"/v1/tasks/{review}/answer", {"outcome": "pass"})
    await counter.answered("examiner", number, "review", "pass")
    await counter.answered("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])
    async with nothing_changes(database):
        decided = await counter.answer("examiner", number, "decide", "grant")

    assert (second.status_code, second.json()["code"]) == (409, "claimed_by_other")
    assert (decided.status_code, decided.json()["code"]) == (403, "not_your_task")


@pytest.mark.parametrize("who", ["examiner", "approver", "supervisor", "registrar", "publisher", "stranger"])
async def test_only_applicants_and_windows_apply(counter: Counter, database: Database, who: str) -> None:
    async with nothing_changes(database):
        headers = counter.headers(who, **{"Idempotency-Key": f"identity-{uuid4()}", **ENGLISH})
        response = await counter.client.post("/v1/cases", headers=headers, json=an_application())

    the_english_problem(response, 403, "role_missing")


async def registered(counter: Counter, text: str, who: str = "registrar", units: tuple[str, ...] = ("*",)) -> Any:
    headers = counter.headers(who, units, **{"Content-Type": "application/yaml", **ENGLISH})
    headers["Idempotency-Key"] = f"identity-{uuid4()}"
    return await counter.client.post("/v1/definitions", headers=headers, content=text.encode())


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("registrar-2", ELSEWHERE),
        ("registrar-3", ()),
        ("publisher", ("*",)),
        ("window", ("gz-thr-sample",)),
        ("applicant", ()),
    ],
)
async def test_definitions_are_registered_by_a_registrar_of_their_unit(
    counter: Counter, database: Database, who: str, units: tuple[str, ...]
) -> None:
    text = a_definition_text(("449999999000", "449999999201"))

    async with nothing_changes(database):
        response = await registered(counter, text, who, units)

    the_english_problem(response, 403, "role_missing")


async def test_unit_does_not_take_another_units_item_into_its_own_hands(counter: Counter, database: Database) -> None:
    theirs = a_definition_text(("449999999000", "449999999202"))
    assert (await registered(counter, theirs)).status_code == 201
    taken = theirs.replace("gz-thr-sample", ELSEWHERE[0])

    async with nothing_changes(database):
        same_version = await registered(counter, taken, "registrar-2", ELSEWHERE)
        new_version = await registered(
            counter, taken.replace("version: 2026-01-01", "version: 2026-06-01"), "registrar-2", ELSEWHERE
        )

    the_english_problem(same_version, 403, "role_missing")
    the_english_problem(new_version, 403, "role_missing")


@pytest.mark.shows(9)
async def test_nobody_publishes_what_they_registered_themselves(
    counter: Counter, database: Database, issuer: Issuer
) -> None:
    both = issuer.token(sub="registrar", roles=["registrar", "publisher"], units=["*"])
    text = a_definition_text(("449999999000", "449999999203"))
    where = (await registered(counter, text)).json()
    path = f"/v1/definitions/{where['code']}/versions/{where['version']}/publication"
    key = {"Idempotency-Key": f"identity-{uuid4()}", **ENGLISH}

    async with nothing_changes(database):
        as_registrar = await counter.client.post(path, headers=counter.headers("registrar") | key)
        as_publisher_too = await counter.client.post(path, headers=key | {"Authorization": f"Bearer {both}"})
    by_another = await counter.post("publisher", path, {}, units=SAMPLE_UNIT)

    the_english_problem(as_registrar, 403, "role_missing")
    assert the_english_problem(as_publisher_too, 409, "second_person_needed")["article"] == "gz:5"
    assert by_another.json()["state"] == "published"


@pytest.mark.parametrize("who", ["registrar", "window", "supervisor", "applicant"])
@pytest.mark.parametrize("act", ["versions/2026-01-01/publication", "withdrawal"])
async def test_only_publishers_publish_and_withdraw(counter: Counter, database: Database, who: str, act: str) -> None:
    headers = counter.headers(who, **{"Idempotency-Key": f"identity-{uuid4()}", **ENGLISH})

    async with nothing_changes(database):
        response = await counter.client.post(
            f"/v1/definitions/440199001000/{act}", headers=headers, json={"reason": "x"}
        )

    the_english_problem(response, 403, "role_missing")


@pytest.mark.parametrize("units", [ELSEWHERE, (UNIT,), ()])
async def test_definitions_are_published_and_withdrawn_by_a_publisher_of_their_unit(
    counter: Counter, database: Database, units: tuple[str, ...]
) -> None:
    text = a_definition_text(("449999999000", "449999999204"))
    assert (await registered(counter, text)).status_code in (200, 201)
    item = "/v1/definitions/449999999204"

    async def refused(path: str, body: Any) -> None:
        headers = counter.headers("publisher", units, **{"Idempotency-Key": f"identity-{uuid4()}", **ENGLISH})
        async with nothing_changes(database):
            response = await counter.client.post(path, headers=headers, json=body)
        the_english_problem(response, 403, "role_missing")

    await refused(f"{item}/versions/2026-01-01/publication", {})
    await refused(f"{item}/versions/2026-01-01/publication?digest={'0' * 64}", {})
    await refused(f"{item}/withdrawal", {"reason": "法律废止"})
