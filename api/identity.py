"""Who you are: a bearer token of the configured issuer, with roles and units."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import jwt
from fastapi import Depends, Request
from pydantic import BaseModel

from api.problems import Trouble
from domain.commands import Actor
from settings import Settings

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
STAFF = frozenset({"window", "examiner", "approver", "agency_head", "chief_representative"})


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


class Keys:
    """The keys that sign tokens: a file, or an address that is asked again when a new key turns up."""

    def __init__(self, settings: Settings) -> None:
        self._issuer, self._audience = settings.jwt_issuer, settings.jwt_audience
        self._remote = jwt.PyJWKClient(settings.jwks) if settings.jwks.startswith("https://") else None
        self._file = Path(settings.jwks) if settings.jwks else settings.home / "dev-issuer" / "jwks.json"
        self._keys: dict[str, jwt.PyJWK] = {}

    async def identity(self, token: str) -> Identity:
        """The holder of the token; raises `jwt.PyJWTError` unless it is ours, whole and in force."""
        kid = jwt.get_unverified_header(token).get("kid")
        key = await self._key(token, str(kid))
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

    async def _key(self, token: str, kid: str) -> jwt.PyJWK:
        if self._remote is not None:
            return await asyncio.to_thread(self._remote.get_signing_key_from_jwt, token)
        if kid not in self._keys and self._file.is_file():
            listed = json.loads(self._file.read_text(encoding="utf-8"))
            self._keys = {str(key.key_id): key for key in jwt.PyJWKSet.from_dict(listed).keys}
        if kid not in self._keys:
            raise jwt.InvalidKeyError("unknown key")
        return self._keys[kid]


def _words(claims: dict[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name, [])
    return frozenset(str(word) for word in value) if isinstance(value, list) else frozenset()


async def identify(request: Request) -> Identity:
    """The holder of the request's token; 401 without one that holds."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        try:
            return await request.app.state.services.keys.identity(token.strip())  # type: ignore[no-any-return]
        except jwt.ExpiredSignatureError:
            zh, en = "登录已过期，请重新登录", "The token has expired; sign in again"
        except (jwt.PyJWTError, ValueError, RecursionError):
            zh, en = "登录凭证无效，请重新登录", "The token is not valid here; sign in again"
    else:
        zh, en = "请先登录：请求须带 Authorization: Bearer 凭证", "Send a token: Authorization: Bearer …"
    raise Trouble(401, "unauthenticated", zh, en, headers={"WWW-Authenticate": "Bearer"})


Me = Annotated[Identity, Depends(identify)]


def holding(*roles: str) -> Callable[[Identity], Identity]:
    """A dependency that lets only holders of one of the roles in."""

    def check(me: Me) -> Identity:
        if not me.roles & set(roles):
            zh, en = f"此操作需要角色：{'、'.join(roles)}", f"This takes one of the roles {', '.join(roles)}"
            raise Trouble(403, "role_missing", zh, en)
        return me

    return check
