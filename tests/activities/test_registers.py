"""The ways to registers: over HTTP, and through a folder."""

import base64
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi import Response
from pydantic import ValidationError
from pypdf import PdfReader

from activities.registers.connector import Found, NotFound, SourceDown
from activities.registers.folder import Folder
from activities.registers.http import Http
from activities.registers.listed import connectors, read_registers
from domain.media import MediaType, held_as
from settings import Settings
from tests.activities.conftest import Register
from tests.papers.builders import DEFINITIONS
from tests.samples import PDF

NUMBER = "TEST000001"
ASKED = ("电子证照", "营业执照", NUMBER, "GZ1.m1")


def told(content: bytes = PDF, status: int = 200, media_type: str = "application/pdf") -> Any:
    return lambda asked: Response(content, status, media_type=media_type)


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_http_asks_with_the_key_and_gets_the_document(register: Register, method: Any) -> None:
    register.answer = told()
    http = Http(register.url, key="a-key", method=method)

    found = await http.fetch(*ASKED)

    assert found == Found(PDF, "application/pdf")
    assert register.asked == [
        {"register": "电子证照", "type": "营业执照", "document_number": NUMBER, "reference": "GZ1.m1"}
    ]
    assert register.headers[0]["x-api-key"] == "a-key"
    await http.close()


async def test_http_unwraps_base64(register: Register) -> None:
    envelope = {"media_type": "application/pdf", "content": base64.b64encode(PDF).decode()}
    register.answer = told(json.dumps(envelope).encode(), media_type="application/json")

    assert await Http(register.url, key="k", answer="base64").fetch(*ASKED) == Found(PDF, "application/pdf")


async def test_http_404_means_that_the_register_holds_nothing(register: Register) -> None:
    assert await Http(register.url, key="k").fetch(*ASKED) == NotFound()


@pytest.mark.parametrize("status", [204, 302, 400, 401, 403, 429, 500, 503])
async def test_any_other_status_is_tried_again(register: Register, status: int) -> None:
    register.answer = lambda asked: Response(status_code=status, headers={"Location": "http://127.0.0.1:9/"})

    with pytest.raises(SourceDown, match=f"HTTP {status}"):
        await Http(register.url, key="k").fetch(*ASKED)


async def test_a_register_that_is_silent_gone_or_talks_too_much_is_tried_again(register: Register) -> None:
    register.answer = told()
    register.delay = 5.0
    with pytest.raises(SourceDown, match="ReadTimeout"):
        await Http(register.url, key="k", timeout=0.1).fetch(*ASKED)
    register.delay = 0.0

    with pytest.raises(SourceDown, match="ConnectError"):
        await Http("http://127.0.0.1:9/certificates", key="k").fetch(*ASKED)
    with pytest.raises(SourceDown, match="too large"):
        await Http(register.url, key="k", max_bytes=10).fetch(*ASKED)
    with pytest.raises(SourceDown, match="cannot be read"):
        await Http(register.url, key="k", answer="base64").fetch(*ASKED)
    with pytest.raises(SourceDown, match="no key"):
        await Http(register.url, key="").fetch(*ASKED)


async def test_nobodys_number_is_logged(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    with pytest.raises(SourceDown) as raised:
        await Http("http://127.0.0.1:9/certificates", key="k", method="GET").fetch(*ASKED)
    await Http(register.url, key="k", method="GET").fetch(*ASKED)

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert NUMBER not in " ".join(ours)
    assert NUMBER not in str(raised.value)


async def test_a_folder_gives_the_applicants_file(tmp_path: Path) -> None:
    held = tmp_path / "电子证照" / "营业执照"
    held.mkdir(parents=True)
    (held / f"{NUMBER}.pdf").write_bytes(PDF)
    (held / "TEST000002.json").write_text('{"名称": "测试"}')
    folder = Folder(tmp_path)

    assert await folder.fetch(*ASKED) == Found(PDF, "application/pdf")
    assert await folder.fetch("电子证照", "营业执照", "TEST000002", "r") == Found(
        '{"名称": "测试"}'.encode(), "application/json"
    )
    assert await folder.fetch("电子证照", "营业执照", "TEST000003", "r") == NotFound()
    assert await folder.fetch("电子证照", "结婚证", NUMBER, "r") == NotFound()


@pytest.mark.parametrize("name", ["..", "../营业执照", "/etc", "a/b", "", ".", "a\x00b", "..\\x"])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "held").mkdir()
    (tmp_path / f"{NUMBER}.pdf").write_bytes(PDF)
    folder = Folder(tmp_path / "held")

    assert await folder.fetch(name, "..", NUMBER, "r") == NotFound()
    assert await folder.fetch("电子证照", name, NUMBER, "r") == NotFound()
    assert await folder.fetch("电子证照", "营业执照", name, "r") == NotFound()


async def test_a_folder_that_is_gone_is_a_source_that_is_down(tmp_path: Path) -> None:
    with pytest.raises(SourceDown):
        await Folder(tmp_path / "unmounted").fetch(*ASKED)


async def test_a_sample_is_a_pdf_that_says_so_and_names_nobody(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "missing", samples=True)

    found, again = await folder.fetch(*ASKED), await folder.fetch("电子证照", "营业执照", "TEST000009", "r")

    assert isinstance(found, Found)
    assert found == again
    assert held_as(found.content) is MediaType.PDF
    path = tmp_path / "sample.pdf"
    path.write_bytes(found.content)
    says = PdfReader(path).pages[0].extract_text()
    assert "样" in says
    assert "本" in says
    assert "营业执照" in says
    assert NUMBER not in says


async def test_the_embedded_stack_gives_samples_and_nothing_else_does(tmp_path: Path) -> None:
    embedded = connectors(Settings(home=tmp_path, embedded=True))["电子证照"]
    production = connectors(Settings(home=tmp_path))["电子证照"]

    assert isinstance(await embedded.fetch(*ASKED), Found)
    with pytest.raises(SourceDown):
        await production.fetch(*ASKED)


def test_every_register_that_an_item_names_is_listed() -> None:
    listed = read_registers(DEFINITIONS).registers
    named = [line for path in (DEFINITIONS / "items").glob("*.yaml") for line in path.read_text().splitlines()]
    registers = {line.partition("share: {register: ")[2].partition(",")[0] for line in named if "share: {" in line}

    assert registers
    assert registers <= set(listed)


async def test_a_register_over_http_is_set_up_from_the_file_with_its_key_from_the_settings(
    register: Register, tmp_path: Path
) -> None:
    lines = f'registers:\n  电子证照: {{connector: http, url: "{register.url}", key_header: X-Test}}\n'
    (tmp_path / "registers.yaml").write_text(lines)
    register.answer = told()
    settings = Settings(definitions=tmp_path, register_keys={"电子证照": "a-key"})

    found = await connectors(settings)["电子证照"].fetch(*ASKED)

    assert found == Found(PDF, "application/pdf")
    assert register.headers[0]["x-test"] == "a-key"


@pytest.mark.parametrize(
    "lines",
    [
        "registers: {a: {connector: pigeon}}",
        "registers: {a: {connector: http, url: ftp://x}}",
        "registers: {a: {connector: folder, folder: x, key: y}}",
    ],
)
def test_a_fault_in_the_file_is_refused(tmp_path: Path, lines: str) -> None:
    (tmp_path / "registers.yaml").write_text(lines)

    with pytest.raises(ValidationError):
        read_registers(tmp_path)
