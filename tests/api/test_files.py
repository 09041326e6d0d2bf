"""Files at the counter: what is taken in, under whose name, and who gets it out again."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from settings import Settings
from storage import files, materials
from storage.database import Database
from storage.files import FileStore
from storage.tables import FileRow, FileUploadRow, MaterialRow
from storage.tables.material import MaterialSource, MaterialState
from tests.counter import Counter, an_application
from tests.papers.builders import the_definition
from tests.samples import JPEG, OFD, PDF, a_pdf, a_png, a_zip
from tests.waiting import comes_true, on_a_socket

MORE_THAN_ALLOWED = 65536 + 1


async def uploaded(
    desk: Counter, content: bytes, who: str = "applicant", name: str = "plan.pdf", said: str = "application/pdf"
) -> httpx2.Response:
    parts = {"file": (name, content, said)}
    headers = desk.headers(who, **{"Idempotency-Key": "the-same-for-all"})  # harmless: the content is the key
    return await desk.client.post("/v1/files", headers=headers, files=parts)


async def digest_of(desk: Counter, content: bytes, who: str = "applicant") -> str:
    response = await uploaded(desk, content, who)
    assert response.status_code == 201, response.text
    return str(response.json()["digest"])


async def applied(desk: Counter, *handed_in: dict[str, Any], who: str = "applicant") -> httpx2.Response:
    body = an_application(materials=(), situations={"sells_online": "no"})
    return await desk.post(who, "/v1/cases", {**body, "materials": list(handed_in)})


async def case_with(desk: Counter, *handed_in: dict[str, Any], who: str = "applicant") -> str:
    response = await applied(desk, *handed_in, who=who)
    assert response.status_code in (201, 202), response.text
    return str(response.json()["number"])


async def material_of(desk: Counter, number: str, material: str, who: str = "applicant") -> dict[str, Any]:
    listed = (await desk.get(who, f"/v1/cases/{number}/materials")).json()
    return next(row for row in listed if row["material"] == material)


def drafts(settings: Settings) -> list[Path]:
    return list(FileStore(settings.home, 1).drafts.glob("*"))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (a_png(), "image/png"), (OFD, "application/ofd")],
)
async def test_a_file_is_kept_under_its_digest_whatever_its_name_and_header_say(
    desk: Counter, files_settings: Settings, content: bytes, media_type: str
) -> None:
    response = await uploaded(desk, content, name="holiday.exe", said="text/html")

    digest = hashlib.sha256(content).hexdigest()
    assert response.status_code == 201
    assert response.json() == {"digest": digest, "media_type": media_type, "size": len(content)}
    assert FileStore(files_settings.home, 1).path_of(digest).read_bytes() == content
    assert drafts(files_settings) == []


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "file_empty", "空"),
        (b"%PDF-1.4 and no more", "file_type", "不完整"),
        (a_zip("word/document.xml"), "file_type", "另存为 PDF"),
        (b"<script>alert(1)</script>", "file_type", "PDF、JPEG、PNG 或者 OFD"),
    ],
)
async def test_what_is_no_file_of_ours_is_refused_with_what_would_be_right(
    desk: Counter, files_settings: Settings, content: bytes, code: str, says: str
) -> None:
    response = await uploaded(desk, content)

    assert (response.status_code, response.json()["code"]) == (422, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert says in response.json()["detail"]
    assert drafts(files_settings) == []
    assert not FileStore(files_settings.home, 1).path_of(hashlib.sha256(content).hexdigest()).exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (PDF, "multipart/form-data"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"--x--\r\n", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + PDF, "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n' + PDF + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (
            (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + PDF + b"\r\n") * 2 + b"--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (b"--x\r\n" + b"A: b\r\n" * 100 + b"\r\n", "multipart/form-data; boundary=x"),
        (PDF, "multipart/form-data; boundary=" + "x" * 5000),
    ],
)
async def test_a_body_that_is_not_one_whole_file_is_malformed(
    desk: Counter, files_settings: Settings, body: bytes, kind: str
) -> None:
    headers = desk.headers("applicant", **{"Content-Type": kind})

    response = await desk.client.post("/v1/files", headers=headers, content=body)

    assert (response.status_code, response.json()["code"]) == (422, "malformed")
    assert drafts(files_settings) == []


async def test_only_those_who_apply_upload(desk: Counter) -> None:
    nobody = await desk.client.post("/v1/files", files={"file": PDF})
    examiner = await uploaded(desk, PDF, who="examiner")
    window = await uploaded(desk, PDF, who="window")

    assert [nobody.status_code, examiner.status_code, window.status_code] == [401, 403, 201]


async def test_the_same_content_at_once_is_one_file(
    desk: Counter, files_settings: Settings, files_database: Database
) -> None:
    content = a_pdf("twenty at once") + b" " * 40_000

    responses = await asyncio.gather(*(uploaded(desk, content, f"applicant-{n % 4}") for n in range(20)))

    digest = hashlib.sha256(content).hexdigest()
    assert {r.status_code for r in responses} == {201}
    assert FileStore(files_settings.home, 1).path_of(digest).read_bytes() == content
    assert drafts(files_settings) == []
    async with files_database.begin() as session:
        rows = await session.scalar(select(func.count()).where(FileRow.digest == digest))  # type: ignore[arg-type]
        people = await session.scalar(select(func.count()).where(FileUploadRow.digest == digest))  # type: ignore[arg-type]
    assert (rows, people) == (1, 4)


async def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not(
    desk: Counter, files_settings: Settings
) -> None:
    largest = PDF + b"\n" * (65536 - len(PDF))

    taken, refused = await uploaded(desk, largest), await uploaded(desk, largest + b"\n")

    assert taken.status_code == 201
    assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")
    assert drafts(files_settings) == []


async def test_the_limit_holds_while_the_file_comes_in_without_a_length(
    desk: Counter, files_settings: Settings
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        while sent < 100 * 1024 * 1024:
            sent += 16384
            yield PDF.ljust(16384)

    headers = desk.headers("applicant", **{"Content-Type": "multipart/form-data; boundary=x"})
    response = await desk.client.post("/v1/files", headers=headers, content=endless())

    assert response.status_code == 413
    assert drafts(files_settings) == []


@pytest.fixture
async def address(files_app: FastAPI) -> AsyncIterator[str]:
    """The counter on a real socket."""
    async with on_a_socket(files_app) as address:
        yield address


async def test_over_the_wire_a_huge_file_is_answered_and_a_connection_that_breaks_leaves_nothing(
    desk: Counter, files_settings: Settings, address: str
) -> None:
    headers = desk.headers("applicant")

    async with httpx2.AsyncClient(base_url=address, trust_env=False) as client:
        huge = await client.post("/v1/files", headers=headers, files={"file": PDF + b"\n" * 5_000_000})
        whole = await client.post("/v1/files", headers=headers, files={"file": a_pdf("over the wire")})
    _, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    head = [f"{name}: {value}" for name, value in headers.items()]
    head += ["Host: counter", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 60000"]
    writer.write("\r\n".join(["POST /v1/files HTTP/1.1", *head, "", ""]).encode())
    writer.write(b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + PDF)
    await writer.drain()
    await comes_true(lambda: drafts(files_settings))
    writer.close()
    await comes_true(lambda: not drafts(files_settings))

    assert (huge.status_code, whole.status_code) == (413, 201)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk on which nothing more can be made safe."""

    def no_space(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("storage.files.os.fsync", no_space)
        yield


@pytest.mark.usefixtures("full_disk")
async def test_a_full_disk_is_said_clearly_and_nothing_is_half_written(
    desk: Counter, files_settings: Settings, files_database: Database
) -> None:
    content = a_pdf("on a full disk")

    response = await uploaded(desk, content)

    digest = hashlib.sha256(content).hexdigest()
    assert (response.status_code, response.json()["code"]) == (503, "storage_full")
    assert "空间已满" in response.json()["detail"]
    assert drafts(files_settings) == []
    assert not FileStore(files_settings.home, 1).path_of(digest).exists()
    async with files_database.begin() as session:
        assert await session.get(FileRow, digest) is None


async def test_a_folder_that_cannot_be_used_is_said_clearly(desk: Counter, files_settings: Settings) -> None:
    folder = files_settings.home / "files"
    aside = folder.rename(files_settings.home / "aside")
    folder.write_text("in the way")
    try:
        response = await uploaded(desk, PDF)
    finally:
        folder.unlink()
        aside.rename(folder)

    assert (response.status_code, response.json()["code"]) == (503, "storage_unavailable")


async def test_whoever_only_knows_the_digest_cannot_hand_the_file_in(desk: Counter) -> None:
    digest = await digest_of(desk, a_pdf("a secret of applicant-5"), "applicant-5")

    overheard = await applied(desk, {"material": "floor_plan", "file": digest}, who="applicant-6")
    made_up = await applied(desk, {"material": "floor_plan", "file": "0" * 64}, who="applicant-6")
    own = await applied(desk, {"material": "floor_plan", "file": digest}, who="applicant-5")

    assert (overheard.status_code, made_up.status_code) == (422, 422)
    assert overheard.json()["code"] == made_up.json()["code"] == "file_unknown"
    assert own.status_code in (201, 202)


async def test_a_supplement_cannot_name_somebody_elses_file_either(desk: Counter) -> None:
    digest = await digest_of(desk, a_pdf("of applicant-5, again"), "applicant-5")
    number = await case_with(desk, who="applicant-6")

    body = {"materials": [{"material": "floor_plan", "file": digest}]}
    response = await desk.post("applicant-6", f"/v1/cases/{number}/materials", body)

    assert (response.status_code, response.json()["code"]) == (422, "file_unknown")


async def test_the_list_shows_what_is_in_hand_and_what_comes_from_registers(desk: Counter) -> None:
    digest = await digest_of(desk, a_pdf("plan"))
    number = await case_with(
        desk,
        {"material": "floor_plan", "file": digest, "file_name": "平面图.pdf"},
        {"material": "application_form", "paper": True},
    )

    plan = await material_of(desk, number, "floor_plan")
    form = await material_of(desk, number, "application_form")
    licence = await material_of(desk, number, "business_licence")

    assert plan["name"] == next(m.name for m in the_definition().materials if m.id == "floor_plan")
    assert (plan["source"], plan["state"], plan["digest"]) == ("file", "in_hand", digest)
    assert (plan["media_type"], plan["file_name"]) == ("application/pdf", "平面图.pdf")
    assert (form["source"], form["content"], form["digest"]) == ("paper", None, None)
    assert (licence["source"], licence["state"], licence["register"]) == ("register", "requested", "电子证照")


async def test_applicant_and_unit_download_what_was_handed_in(desk: Counter) -> None:
    content = a_pdf("to be downloaded") + b"\n" * 50_000
    digest = await digest_of(desk, content)
    given = {"material": "floor_plan", "file": digest, "file_name": '店面"图\u202e.exe'}
    number = await case_with(desk, given)
    at = (await material_of(desk, number, "floor_plan"))["content"]

    for who in ("applicant", "examiner", "supervisor"):
        response = await desk.get(who, at)
        assert (response.status_code, response.content) == (200, content)
        assert response.headers["content-type"] == "application/pdf"
        assert response.headers["content-length"] == str(len(content))
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in response.headers["content-security-policy"]
        assert response.headers["etag"] == f'"{digest}"'
        disposition = response.headers["content-disposition"]
        assert disposition.startswith('attachment; filename="floor_plan.pdf"; filename*=UTF-8')
        assert unquote(disposition.rpartition("''")[2]) == '店面"图.exe.pdf'

    known = desk.headers("applicant", **{"If-None-Match": f'"{digest}"'})
    again = await desk.client.get(at, headers=known)
    assert (again.status_code, again.content) == (304, b"")


async def test_nobody_else_downloads_it(desk: Counter) -> None:
    digest = await digest_of(desk, a_pdf("not for everybody"))
    number = await case_with(desk, {"material": "floor_plan", "file": digest})
    other = await case_with(desk, who="applicant-7")
    row = await material_of(desk, number, "floor_plan")

    stranger = await desk.get("applicant-7", row["content"])
    other_unit = await desk.get("examiner", row["content"], units=("gz-hpf",))
    by_own_case = await desk.get("applicant-7", f"/v1/cases/{other}/materials/{row['id']}/content")
    made_up = await desk.get("applicant", f"/v1/cases/{number}/materials/{uuid4()}/content")
    malformed = await desk.get("applicant", f"/v1/cases/{number}/materials/{digest}/content")
    by_digest = await desk.get("applicant", f"/v1/files/{digest}")
    lists = await desk.get("applicant-7", f"/v1/cases/{number}/materials")

    assert (stranger.status_code, other_unit.status_code, lists.status_code) == (403, 403, 403)
    assert (by_own_case.status_code, made_up.status_code, by_digest.status_code) == (404, 404, 404)
    assert malformed.status_code == 422


async def test_what_a_register_gave_is_for_the_unit_and_not_for_whoever_named_a_document_number(
    desk: Counter, files_settings: Settings, files_database: Database
) -> None:
    number = await case_with(desk)
    store = FileStore(files_settings.home, 65536)
    stored = await store.keep(a_pdf("held by a register"))
    async with files_database.begin() as session:
        await files.enter(session, stored, (await session.execute(select(func.now()))).scalar_one())
        row = next(r.material for r in await materials.of_case(session, number) if r.material.register_name)
        values = {"state": MaterialState.IN_HAND, "digest": stored.digest}
        await session.execute(update(MaterialRow).where(MaterialRow.id == row.id).values(values))  # type: ignore[arg-type]
    at = f"/v1/cases/{number}/materials/{row.id}/content"

    seen = await material_of(desk, number, row.material)
    applicant, window = await desk.get("applicant", at), await desk.get("window", at)
    named = await applied(desk, {"material": "floor_plan", "file": stored.digest})

    assert (seen["state"], seen["digest"], seen["content"]) == ("in_hand", None, None)
    assert (applicant.status_code, applicant.json()["code"]) == (403, "register_material")
    assert (window.status_code, window.content) == (200, a_pdf("held by a register"))
    assert named.status_code == 422


async def test_a_material_without_a_file_says_why(desk: Counter, files_database: Database) -> None:
    number = await case_with(desk, {"material": "floor_plan", "paper": True})
    listed = (await desk.get("window", f"/v1/cases/{number}/materials")).json()
    paper = next(row for row in listed if row["source"] == MaterialSource.PAPER)
    awaited = next(row for row in listed if row["source"] == MaterialSource.REGISTER)

    for row, says in ((paper, "纸质原件"), (awaited, "尚未返回")):
        response = await desk.get("window", f"/v1/cases/{number}/materials/{row['id']}/content")
        assert (response.status_code, response.json()["code"]) == (404, "no_file")
        assert says in response.json()["detail"]


async def test_a_damaged_file_is_not_given_out_and_the_same_upload_mends_it(
    desk: Counter, files_settings: Settings
) -> None:
    content = a_pdf("soon damaged")
    digest = await digest_of(desk, content)
    number = await case_with(desk, {"material": "floor_plan", "file": digest})
    at = (await material_of(desk, number, "floor_plan"))["content"]
    path = FileStore(files_settings.home, 1).path_of(digest)

    path.write_bytes(content[:10])
    damaged = await desk.get("applicant", at)
    path.unlink()
    lost = await desk.get("applicant", at)
    await digest_of(desk, content)
    mended = await desk.get("applicant", at)

    assert (damaged.status_code, lost.status_code) == (503, 503)
    assert (mended.status_code, mended.content) == (200, content)


def test_drafts_of_a_killed_process_are_swept_a_day_later(tmp_path: Path) -> None:
    store = FileStore(tmp_path, 1)
    store.drafts.mkdir(parents=True)
    old, new = store.drafts / "old", store.drafts / "new"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (0, 0))

    assert store.sweep() == 1
    assert (old.exists(), new.exists()) == (False, True)
