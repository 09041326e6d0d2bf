"""Who you are: a bearer token of the configured issuer, with roles and units."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import jwt
from fastapi import Depends, Request
from pydantic import BaseModel

from api.problems import Trouble
from domain.commands import Actor
from settings import Settings

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
STAFF = frozenset({"window", "examiner", "approver", "agency_head", "chief_representative"})
ANSWER_SECONDS = 5.0
"""How long a key server may take to answer."""
PAUSE_SECONDS = 5.0
"""How long one that failed is left alone: requests are told at once, and none waits for a server that hangs."""


class NoKeySet(ValueError):
    """The settings name no key set that could be trusted."""


class KeysUnavailable(Exception):
    """The key set cannot be read now, so that nobody can be told from anybody."""


class Identity(BaseModel):
    """The holder of a token."""

    id: str
    roles: frozenset[str]
    units: frozenset[str]

    @property
    def actor(self) -> Actor:
        """The one who acts, as cases know them."""
        return Actor(id=self.id, roles=tuple(sorted(self.roles)), units=tuple(sorted(self.units)))

    def serves(self, unit: str) -> bool:
        """Whether the holder acts for the unit; `*` stands for every unit of the city."""
        return unit in self.units or "*" in self.units

    @property
    def is_staff(self) -> bool:
        """Whether the holder works in a unit."""
        return bool(self.roles & STAFF)


class KeyServer(jwt.PyJWKClient):
    """The keys at an address, which is asked again after five minutes, and when a new key turns up."""

    def __init__(self, address: str) -> None:
        super().__init__(address, timeout=ANSWER_SECONDS)
        self._left_alone_until = 0.0

    async def key(self, kid: str) -> jwt.PyJWK:
        """The key of this name. Raises `jwt.PyJWTError` where there is none, `KeysUnavailable` where nobody answers."""
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


class Keys:
    """What tells tokens that hold from those that do not; raises `NoKeySet` where the settings leave it open."""

    def __init__(self, settings: Settings) -> None:
        self._issuer, self._audience = settings.jwt_issuer, settings.jwt_audience
        self._source = key_source(settings)

    async def identity(self, token: str) -> Identity:
        """The holder of the token; raises `jwt.PyJWTError` unless it is ours, whole and in force.

        Raises `KeysUnavailable` where that cannot be told now.
        """
        kid = jwt.get_unverified_header(token).get("kid")
        key = await self._source.key(str(kid))
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm_name] if key.algorithm_name in ALGORITHMS else ALGORITHMS,
            audience=self._audience,
            issuer=self._issuer,
            options={"require": ["exp", "iat", "sub"]},
            leeway=10,
        )
        return Identity(id=str(claims["sub"]), roles=_words(claims, "roles"), units=_words(claims, "units"))


def _words(claims: dict[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name, [])
    return frozenset(str(word) for word in value) if isinstance(value, list) else frozenset()


async def identify(request: Request) -> Identity:
    """The holder of the request's token; 401 without one that holds, 503 while no token can be checked."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        try:
            return await request.app.state.services.keys.identity(token.strip())  # type: ignore[no-any-return]
        except jwt.ExpiredSignatureError:
            zh, en = "登录已过期，请重新登录", "The token has expired; sign in again"
        except (jwt.PyJWTError, ValueError, RecursionError):
            zh, en = "登录凭证无效，请重新登录", "The token is not valid here; sign in again"
        except KeysUnavailable as error:
            log.warning("tokens cannot be checked: %s", error)
            raise _unavailable() from error
    else:
        zh, en = "请先登录：请求须带 Authorization: Bearer 凭证", "Send a token: Authorization: Bearer …"
    raise Trouble(401, "unauthenticated", zh, en, headers={"WWW-Authenticate": "Bearer"})


def _unavailable() -> Trouble:
    zh = "暂时无法核验登录凭证：身份认证服务没有响应；请稍后用同一凭证和同一 Idempotency-Key 重试"
    en = "Tokens cannot be checked now, the identity provider's keys are out of reach; try again with the same token and key"
    return Trouble(503, "identity_unavailable", zh, en, headers={"Retry-After": f"{PAUSE_SECONDS:.0f}"})


Me = Annotated[Identity, Depends(identify)]


def holding(*roles: str) -> Callable[[Identity], Identity]:
    """A dependency that lets only holders of one of the roles in."""

    def check(me: Me) -> Identity:
        if not me.roles & set(roles):
            zh, en = f"此操作需要角色：{'、'.join(roles)}", f"This takes one of the roles {', '.join(roles)}"
            raise Trouble(403, "role_missing", zh, en)
        return me

    return check
