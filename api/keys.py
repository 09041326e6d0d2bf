"""Where the keys are that sign tokens: at an address of the identity provider, or in a file."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import jwt

from settings import Settings

ANSWER_SECONDS = 5.0
"""How long a key server may take to answer."""
PAUSE_SECONDS = 5.0
"""How long one that failed is left alone: requests are told at once, and none waits for a server that hangs."""


class NoKeySet(ValueError):
    """The settings name no key set that could be trusted."""


class KeysUnavailable(Exception):
    """The key set cannot be read now, so that nobody can be told from anybody."""


class KeyServer(jwt.PyJWKClient):
    """The keys at an address, which is asked again after five minutes, and when a new key turns up."""

    def __init__(self, address: str) -> None:
        super().__init__(address, timeout=ANSWER_SECONDS)
        self._left_alone_until = 0.0

    async def key(self, kid: str) -> jwt.PyJWK:
        """The key of this name. Raises `jwt.PyJWTError` where there is none, `KeysUnavailable` where nobody answers.

        One that is known waits for nobody, also while the server is asked about another one.
        """
        known = self.jwk_set_cache.get() if self.jwk_set_cache else None
        for key in known.keys if known else ():
            if key.key_id == kid and key.public_key_use in ("sig", None):
                return key
        return await asyncio.to_thread(self.get_signing_key, kid)

    def fetch_data(self) -> Any:
        """The key set as the server has it now."""
        if time.monotonic() < self._left_alone_until:
            raise KeysUnavailable(f"{self.uri} did not answer just now")
        try:
            return super().fetch_data()
        except Exception as error:  # whatever it answers instead of keys
            self._left_alone_until = time.monotonic() + PAUSE_SECONDS
            raise KeysUnavailable(f"{self.uri}: {type(error).__name__}") from error


class KeyFile:
    """The keys in a file, read again when it changes: a key that was taken out of it is trusted no longer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[int, int, int] | None = None
        self._keys: dict[str, jwt.PyJWK] = {}

    async def key(self, kid: str) -> jwt.PyJWK:
        """The key of this name. Raises `jwt.PyJWTError` where there is none, `KeysUnavailable` where the file is none."""
        try:
            self._read_again()
        except Exception as error:  # whatever is there instead of keys
            raise KeysUnavailable(f"{self._path}: {type(error).__name__}") from error
        if kid not in self._keys:
            raise jwt.InvalidKeyError("unknown key")
        return self._keys[kid]

    def _read_again(self) -> None:
        now = self._path.stat()
        state = (now.st_mtime_ns, now.st_size, now.st_ino)
        if state != self._read:
            listed = jwt.PyJWKSet.from_json(self._path.read_text(encoding="utf-8"))
            self._keys, self._read = {str(key.key_id): key for key in listed.keys}, state


def key_source(settings: Settings) -> KeyServer | KeyFile:
    """Where the keys that sign tokens are. The development issuer's count in the embedded stack alone; elsewhere
    `NoKeySet` is raised, for whoever could write to the folder could be anybody."""
    if settings.jwks.startswith("https://"):
        return KeyServer(settings.jwks)
    if "://" in settings.jwks:
        raise NoKeySet(
            f"BANCHENG_JWKS={settings.jwks} 既不是 https 地址也不是文件；请改为以 https:// 开头的地址或者文件路径。"
            f"BANCHENG_JWKS={settings.jwks} is neither an https address nor a file; give one of the two."
        )
    if settings.jwks:
        return KeyFile(Path(settings.jwks))
    if settings.embedded:
        return KeyFile(settings.home / "dev-issuer" / "jwks.json")
    raise NoKeySet(
        "没有设置 BANCHENG_JWKS，无法核验登录凭证；请设为身份认证平台公布公钥的 https 地址或者文件（内置环境 make up 自带公钥）。"
        "BANCHENG_JWKS is not set, so that no token can be checked; set it to the https address or the file of the identity "
        "provider's key set (the embedded stack, make up, brings its own)."
    )
