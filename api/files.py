"""Files: handed up before they are named in an application, and given out to those who may see the case."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, BinaryIO
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.cases import APPLYING, sight_of
from api.identity import Identity, Me, holding
from api.multipart import file_in
from api.problems import Trouble
from api.services import Here, Services
from domain.media import EXTENSIONS, MediaType, file_name
from storage import files, materials
from storage.files import FileEmpty, FileStore, FileTooLarge, NotAcceptable, StoreUnavailable
from storage.tables import FileRow
from storage.tables.material import MaterialSource, MaterialState

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["materials"])

OptionalKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", max_length=128, description="可以不填：同一内容上传几次都是同一文件"),
]
CHUNK = 256 * 1024
FRAMING = 64 * 1024
"""What the parts of a multipart body may take besides the file."""
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type.value: {} for media_type in MediaType}},
    304: {"description": "与您已有的内容相同"},
}
STATES = {
    MaterialState.REQUESTED: ("数据源尚未返回，系统会继续获取", "the register has not answered yet, it is asked again"),
    MaterialState.NOT_FOUND: ("数据源中没有这一材料", "the register holds no such document"),
    MaterialState.IN_HAND: ("收到的是纸质原件", "it was handed in on paper"),
}


class FileView(BaseModel):
    """A file that was taken in; name it by its digest in an application or a supplement."""

    digest: str = Field(description="SHA-256，十六进制")
    media_type: MediaType
    size: int


class MaterialView(BaseModel):
    """One material that was handed in, or that comes from a register."""

    id: UUID
    material: str = Field(examples=["floor_plan"])
    name: str = Field(examples=["经营场所平面布局图"])
    source: MaterialSource
    state: MaterialState
    digest: str | None
    file_name: str | None
    media_type: MediaType | None
    size: int | None
    received_at: datetime
    register_name: str | None = Field(serialization_alias="register", description="从何处共享")
    attempts: int = Field(description="已向数据源获取的次数")
    next_attempt_at: datetime | None
    last_error: str | None = Field(description="数据源不可用的记录；恢复后自动补取")
    content: str | None = Field(description="下载地址；空为没有文件，或者您无权下载")


def file_store(services: Services) -> FileStore:
    """The store of this installation."""
    return FileStore(services.settings.home, services.settings.max_file_bytes)


@router.post("/files", status_code=201, summary="上传文件：PDF、JPEG、PNG、OFD，以内容识别", openapi_extra=UPLOAD)
async def upload(
    request: Request,
    here: Here,
    me: Annotated[Identity, Depends(holding(*APPLYING))],
    key: OptionalKey = None,
) -> FileView:
    """Kept under its digest; the same content again is the same file."""
    store = file_store(here)
    if int(request.headers.get("content-length") or 0) > store.max_bytes + FRAMING:
        raise _too_large(store)
    try:
        async with store.draft() as draft:
            async for chunk in file_in(request):
                await draft.write(chunk)
            stored = await draft.keep()
    except FileTooLarge as error:
        raise _too_large(store) from error
    except FileEmpty as error:
        zh, en = "文件是空的；请重新选择文件上传", "The file is empty; choose it again"
        raise Trouble(422, "file_empty", zh, en) from error
    except NotAcceptable as error:
        raise Trouble(422, "file_type", error.text.zh, error.text.en) from error
    except StoreUnavailable as error:
        raise _unavailable(error) from error
    async with here.database.begin() as session:
        await files.enter_upload(session, stored, me.id, here.now())
    return FileView(**stored._asdict())


@router.get("/cases/{number}/materials", summary="办件的材料")
async def listed(number: str, me: Me, here: Here) -> list[MaterialView]:
    """What was handed in and what comes from registers, in the order in which it came."""
    async with here.database.reading() as session:
        case, _, office = await sight_of(session, me, number)
        found = await materials.of_case(session, case.number)
        definition, _ = await here.definitions.get(session, case.item_code, case.item_version)
    names = {material.id: material.name for material in definition.materials}
    return [_view(row, names.get(row.material.material, row.material.material), office) for row in found]


@router.get(
    "/cases/{number}/materials/{material}/content",
    summary="下载材料",
    response_class=StreamingResponse,
    responses=CONTENT,
)
async def content(
    number: str,
    material: UUID,
    me: Me,
    here: Here,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The file, to be saved and never to be run; what a register gave is for the units that handle the case."""
    async with here.database.begin() as session:
        case, _, office = await sight_of(session, me, number)
        row = await materials.one_of_case(session, case.number, material)
        definition, _ = await here.definitions.get(session, case.item_code, case.item_version)
    if row is None:
        zh, en = "办件没有这一材料；请从材料列表打开", "The case has no such material; open it from the list"
        raise Trouble(404, "material_not_found", zh, en)
    if row.material.source is MaterialSource.REGISTER and not office:
        zh = "该材料由办理单位通过数据共享取得，仅供办理单位核验；请向发证机关查询本人的证照"
        en = "The unit got this from a register for its own checks; ask the issuer for your own documents"
        raise Trouble(403, "register_material", zh, en, article="gz:17")
    if row.file is None:
        zh, en = STATES[row.material.state]
        raise Trouble(404, "no_file", f"该材料没有可下载的文件：{zh}", f"There is no file to download: {en}")
    name = next((m.name for m in definition.materials if m.id == row.material.material), row.material.material)
    headers = _headers(row.file, row.material.material, row.material.file_name or name)
    if if_none_match and (if_none_match.strip() == "*" or headers["ETag"] in if_none_match):
        return Response(status_code=304, headers=headers)
    file = await _opened(file_store(here), row.file)
    headers["Content-Length"] = str(row.file.size)
    return StreamingResponse(_chunks(file), media_type=row.file.media_type, headers=headers)


def _view(row: materials.OnFile, name: str, office: bool) -> MaterialView:
    material, file = row
    theirs = material.source is not MaterialSource.REGISTER or office
    has = file is not None and theirs
    return MaterialView(
        **material.model_dump(exclude={"number", "reference", "handed_in_by", "digest"}),
        name=name,
        digest=material.digest if theirs else None,
        media_type=MediaType(file.media_type) if file else None,
        size=file.size if file and theirs else None,
        content=f"/v1/cases/{material.number}/materials/{material.id}/content" if has else None,
    )


def _headers(file: FileRow, material: str, name: str) -> dict[str, str]:
    """Saved under its name (RFC 6266), taken for nothing else, run nowhere, asked for anew each time."""
    media_type = MediaType(file.media_type)
    plain, full = material + EXTENSIONS[media_type][0], quote(file_name(name, media_type), safe="")
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{file.digest}"',
    }


async def _opened(store: FileStore, row: FileRow) -> BinaryIO:
    try:
        file = await store.open(row.digest)
    except StoreUnavailable as error:
        raise _unavailable(error) from error
    if os.fstat(file.fileno()).st_size != row.size:
        file.close()
        log.error("a stored file is damaged; restore it from the backup", extra={"file": row.digest})
        zh, en = (
            "该文件暂时无法读取，已经记录；请稍后重试",
            "The file cannot be read now, this is noted; try again later",
        )
        raise Trouble(503, "storage_unavailable", zh, en)
    return file


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def _too_large(store: FileStore) -> Trouble:
    most = f"{store.max_bytes / 1024 / 1024:.1f} MB" if store.max_bytes >= 100_000 else f"{store.max_bytes} B"
    zh = f"文件过大，最多 {most}；请压缩或者分成几份上传"
    return Trouble(413, "file_too_large", zh, f"The file is too large, at most {most}; compress or divide it")


def _unavailable(error: StoreUnavailable) -> Trouble:
    log.error("the folder of files does not work: %s", error)
    headers = {"Retry-After": "60"}
    if error.full:
        zh = "文件存储空间已满，没有收下任何内容；请稍后重新上传，或者到窗口提交纸质材料"
        en = "The storage of files is full and kept nothing; send the file again later, or hand it in at the window"
        return Trouble(503, "storage_full", zh, en, headers=headers)
    zh, en = "文件存储暂时不可用；请稍后重试", "The storage of files does not answer now; try again later"
    return Trouble(503, "storage_unavailable", zh, en, headers=headers)
