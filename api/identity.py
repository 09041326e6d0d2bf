"""Who you are: a bearer token of the configured issuer, with roles and units."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NamedTuple

import jwt
from fastapi import Depends, Request
from pydantic import BaseModel

from api.keys import PAUSE_SECONDS, KeysUnavailable, key_source
from api.problems import Trouble
from domain.commands import Actor
from registry.units import EVERY_UNIT
from settings import Settings

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
LEEWAY_SECONDS = 10
"""How far the clock of who gave a token may be from ours."""
REMEMBERED = 10_000
"""So many tokens are remembered, by their digests, as checked."""
STAFF = frozenset(
    {"window", "examiner", "approver", "agency_head", "government_head", "chief_representative", "grievance_window"}
)


class Identity(BaseModel, frozen=True):
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
        return unit in self.units or EVERY_UNIT in self.units

    @property
    def reach(self) -> frozenset[str] | None:
        """The units whose cards, findings and visits the holder sees: their own; None, which is all, for overseers."""
        return None if "supervisor" in self.roles or EVERY_UNIT in self.units else self.units

    @property
    def is_staff(self) -> bool:
        """Whether the holder works in a unit."""
        return bool(self.roles & STAFF)


class Checked(NamedTuple):
    """A token whose signature and claims were checked with this key."""

    kid: str
    key: jwt.PyJWK
    ends: int
    """In seconds since 1970."""
    identity: Identity


class Keys:
    """What tells tokens that hold from those that do not; raises `NoKeySet` where the settings leave it open."""

    def __init__(self, settings: Settings) -> None:
        self._issuer, self._audience = settings.jwt_issuer, settings.jwt_audience
        self._source = key_source(settings)
        self._checked: dict[bytes, Checked] = {}

    async def identity(self, token: str) -> Identity:
        """The holder of the token; raises `jwt.PyJWTError` unless it is ours, whole and in force.

        Raises `KeysUnavailable` where that cannot be told now. A signature is checked once, for as long as its key is trusted;
        whether the token is still in force, each time.
        """
        digest = hashlib.sha256(token.encode()).digest()
        known = self._checked.get(digest)
        kid = known.kid if known else str(jwt.get_unverified_header(token).get("kid"))
        key = await self._source.key(kid)
        if known is None or known.key is not key:
            known = self._check(token, kid, key)
            if len(self._checked) >= REMEMBERED:
                del self._checked[next(iter(self._checked))]
            self._checked[digest] = known
        if known.ends + LEEWAY_SECONDS <= time.time():
            raise jwt.ExpiredSignatureError("Signature has expired")
        return known.identity

    def _check(self, token: str, kid: str, key: jwt.PyJWK) -> Checked:
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm_name] if key.algorithm_name in ALGORITHMS else ALGORITHMS,
            audience=self._audience,
            issuer=self._issuer,
            options={"require": ["exp", "iat", "sub"]},
            leeway=LEEWAY_SECONDS,
        )
        identity = Identity(id=str(claims["sub"]), roles=_words(claims, "roles"), units=_words(claims, "units"))
        return Checked(kid, key, int(claims["exp"]), identity)


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


def holding(*roles: str) -> Callable[[Identity], Awaitable[Identity]]:
    """A dependency that lets only holders of one of the roles in."""

    async def check(me: Me) -> Identity:
        if not me.roles & set(roles):
            zh, en = f"此操作需要角色：{'、'.join(roles)}", f"This takes one of the roles {', '.join(roles)}"
            raise Trouble(403, "role_missing", zh, en)
        return me

    return check
