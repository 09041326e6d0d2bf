"""The keys that payloads in the engine are encrypted with: by settings, or in a file that is read again when it changes."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.words import Text
from settings import Settings, WrongSetting

log = logging.getLogger(__name__)

KEY_BYTES = 32
NONE = "none"
"""In the place of an id: the keys are there to read, and new payloads stay in clear."""
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class UnreadablePayload(ValueError):
    """A payload cannot be decrypted; says why and under which key, and nothing of the payload."""

    def __init__(self, why: Text) -> None:
        super().__init__(f"{why.zh}。{why.en}.")
        self.why = why


class UnknownPayloadKey(UnreadablePayload):
    """It was encrypted with a key that is not here."""

    def __init__(self, id_: str) -> None:
        id_ = id_ if _ID.fullmatch(id_) else "?"  # what is no id of ours may be anything
        super().__init__(
            Text(
                f"缺少加密密钥 {id_}；请把它放回 BANCHENG_PAYLOAD_KEYS 或者密钥文件",
                f"The payload key {id_} is missing; put it back among BANCHENG_PAYLOAD_KEYS or into the file of keys",
            )
        )


class Keyring:
    """The keys by their ids, and which of them new payloads are encrypted with."""

    def __init__(self, keys: Mapping[str, AESGCM], current: str, file: Path | None = None) -> None:
        self._keys, self._current, self._file = keys, current, file
        self._read: tuple[int, int, int] | None = None

    @property
    def current(self) -> tuple[str, AESGCM] | None:
        """The id and the key that new payloads are encrypted with; None where payloads stay in clear."""
        self._read_again()
        return None if self._current == NONE else (self._current, self._keys[self._current])

    def key(self, id_: str) -> AESGCM:
        """The key of this id. Raises `UnknownPayloadKey`."""
        self._read_again()
        try:
            return self._keys[id_]
        except KeyError:
            raise UnknownPayloadKey(id_) from None

    def _read_again(self) -> None:
        """Take what the file has now; one that cannot be used is passed over and said once, work goes on with what was."""
        if self._file is None or (state := _state_of(self._file)) == self._read:
            return
        self._read = state
        try:
            keys = _keys(_content_of(self._file), str(self._file))
            _check_current(self._current, keys)
        except WrongSetting as wrong:
            log.error("the changed file of payload keys is not used: %s", wrong)
        else:
            self._keys = keys
            log.info("payload keys were read", extra={"keys": sorted(keys)})


NO_KEYS = Keyring({}, NONE)


def keyring_of(settings: Settings) -> Keyring:
    """The keys of these settings. Raises `WrongSetting` where they cannot be used as they stand."""
    file = settings.payload_keys_file
    if file and settings.payload_keys:
        raise WrongSetting(
            "BANCHENG_PAYLOAD_KEYS 和 BANCHENG_PAYLOAD_KEYS_FILE 只能设置一个。"
            "Set BANCHENG_PAYLOAD_KEYS or BANCHENG_PAYLOAD_KEYS_FILE, not both."
        )
    keys = _keys(_content_of(file), str(file)) if file else _keys(settings.payload_keys, "BANCHENG_PAYLOAD_KEYS")
    if not keys and settings.payload_key in ("", NONE):
        return NO_KEYS
    current = settings.payload_key or (next(iter(keys)) if len(keys) == 1 else "")
    _check_current(current, keys)
    return Keyring(keys, current, file)


def _check_current(current: str, keys: Mapping[str, AESGCM]) -> None:
    if current != NONE and current not in keys:
        known = ", ".join(sorted(keys)) or "—"
        raise WrongSetting(
            f"BANCHENG_PAYLOAD_KEY 须是现有密钥之一（{known}）：新内容用它加密。"
            f"BANCHENG_PAYLOAD_KEY has to name one of the keys ({known}), the one that new payloads are encrypted with."
        )


def _state_of(file: Path | None) -> tuple[int, int, int] | None:
    try:
        now = os.stat(file) if file else None  # noqa: PTH116  # a third of the time of Path.stat, for each payload
    except OSError:
        return None
    return (now.st_mtime_ns, now.st_size, now.st_ino) if now else None


def _content_of(file: Path) -> Mapping[str, object]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongSetting(
            f"读不到密钥文件 {file}（{type(error).__name__}）。The file of keys {file} cannot be read ({type(error).__name__})."
        ) from None
    if not isinstance(content, dict) or not content:
        raise WrongSetting(
            f'密钥文件 {file} 须形如 {{"…": "…"}}，至少一个密钥。The file of keys {file} has to look like {{"…": "…"}} and hold a key.'
        )
    return content


def _keys(written: Mapping[str, object], where: str) -> dict[str, AESGCM]:
    """The keys as written; what is wrong is said by its id, never by the key."""
    keys = {}
    for id_, key in written.items():
        if id_ == NONE or not _ID.fullmatch(id_):
            raise WrongSetting(
                f"{where}：密钥编号只能用字母、数字和 . _ -，最多 64 个，不能是 {NONE}。An id of a key has letters, digits and . _ -, at "
                f"most 64, and is not {NONE}."
            )
        try:
            secret = base64.b64decode(key, validate=True) if isinstance(key, str) else b""
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise WrongSetting(
                f"{where}：密钥 {id_} 须是 {KEY_BYTES} 字节的 base64（bancheng keys new 可以生成）。"
                f"The key {id_} has to be the base64 of {KEY_BYTES} bytes (`bancheng keys new` makes one)."
            )
        keys[id_] = AESGCM(secret)
    return keys
