"""The connection to Temporal itself: in clear, over TLS, with a certificate of our own, with an API key."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from temporalio.service import TLSConfig

from settings import Settings, WrongSetting

SWITCH = "BANCHENG_TEMPORAL_TLS"
CERT, KEY = f"{SWITCH}_CERT", f"{SWITCH}_KEY"
API_KEY, API_KEY_FILE = "BANCHENG_TEMPORAL_API_KEY", "BANCHENG_TEMPORAL_API_KEY_FILE"


class Transport(NamedTuple):
    """How the engine is spoken to."""

    tls: TLSConfig | bool
    api_key: str | None


class Unreachable(RuntimeError):
    """Temporal is out of reach, or turns us away; says what to look at."""

    def __init__(self, settings: Settings, said: str) -> None:
        zh, en = "请确认其正在运行", "check that it is up"
        if "Unauthenticated" in said or "PermissionDenied" in said:
            zh, en = f"{API_KEY} 未被接受，请核对", f"it did not accept {API_KEY}; check the key and what it may do"
        elif settings.temporal_tls:
            names = f"{SWITCH}_CA、_CERT、_KEY、_SERVER_NAME"
            zh, en = f"{zh}，并核对 {names}", f"{en} and that {names.replace('、', ', ')} are what it expects"
        else:
            zh, en = f"{zh}；若其要求 TLS，请设置 {SWITCH}=true", f"{en}; if it wants TLS, set {SWITCH}=true"
        where = settings.temporal_address
        super().__init__(f"连接不上 {where} 的 Temporal：{zh}。No connection to Temporal at {where}: {en} ({said}).")


def transport_of(settings: Settings) -> Transport:
    """What these settings ask for. Raises `WrongSetting` where a file is missing, half a pair is given, or something is
    set that would not be used or would travel in clear."""
    return Transport(_tls(settings), _api_key(settings))


def _tls(settings: Settings) -> TLSConfig | bool:
    files = {
        f"{SWITCH}_CA": settings.temporal_tls_ca,
        CERT: settings.temporal_tls_cert,
        KEY: settings.temporal_tls_key,
    }
    given = [name for name, path in files.items() if path]
    if not settings.temporal_tls:
        if given := [*given, *([f"{SWITCH}_SERVER_NAME"] if settings.temporal_tls_server_name else [])]:
            raise WrongSetting(
                f"设置了 {given[0]} 而没有设置 {SWITCH}=true；请一并设置。{given[0]} is set and {SWITCH}=true is not; set both."
            )
        return False
    if (CERT in given) != (KEY in given):
        half, other = (CERT, KEY) if CERT in given else (KEY, CERT)
        raise WrongSetting(f"设置了 {half} 而没有设置 {other}；证书和私钥须成对。{half} needs {other} beside it.")
    return TLSConfig(
        server_root_ca_cert=_content(f"{SWITCH}_CA", settings.temporal_tls_ca),
        domain=settings.temporal_tls_server_name or None,
        client_cert=_content(CERT, settings.temporal_tls_cert),
        client_private_key=_content(KEY, settings.temporal_tls_key),
    )


def _api_key(settings: Settings) -> str | None:
    if settings.temporal_api_key and settings.temporal_api_key_file:
        raise WrongSetting(f"{API_KEY} 和 {API_KEY_FILE} 只能设置一个。Set {API_KEY} or {API_KEY_FILE}, not both.")
    content = _content(API_KEY_FILE, settings.temporal_api_key_file)
    key = settings.temporal_api_key if content is None else content.decode("utf-8", "replace").strip()
    if content is not None and not key:
        raise WrongSetting(f"{API_KEY_FILE} 指向的文件是空的。The file that {API_KEY_FILE} names is empty.")
    if key and not settings.temporal_tls:
        raise WrongSetting(
            f"{API_KEY} 不能在没有 TLS 的连接上发送；请同时设置 {SWITCH}=true。An API key is not sent over a connection "
            f"that anybody can read; set {SWITCH}=true too."
        )
    return key or None


def _content(name: str, path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongSetting(
            f"读不到 {name} 指向的文件 {path}（{error.strerror}）。{name} names the file {path}, which cannot be read "
            f"({error.strerror})."
        ) from None
