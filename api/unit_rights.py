"""Who may change posts: who oversees the place, and for their own unit its chief representative."""

from __future__ import annotations

from collections.abc import Collection

from api.alarms import places_of
from api.identity import Identity
from api.problems import Trouble
from api.services import Services
from domain.law import carries_out
from domain.supervision.posts import CHIEF, Seat


@carries_out("gz:8.3")
def may_change(here: Services, me: Identity, seat: Seat) -> bool:
    """Whether somebody may say who holds the seat: the department that oversees its place or the city, and the chief
    representative of the unit for every role but their own, which the unit assigns and the department enters."""
    return _oversees(here, me, seat.unit) or (CHIEF in me.roles and seat.unit in me.units and seat.role != CHIEF)


def check_may_change(here: Services, me: Identity, seat: Seat) -> None:
    """403 unless the holder of the token may say who holds the seat."""
    if not may_change(here, me, seat):
        zh, en = rights(here, seat)
        raise Trouble(403, "not_your_unit", zh, en)


def may_send_away(here: Services, me: Identity, held: Collection[Seat]) -> bool:
    """Whether somebody oversees, or leads, a unit in which the person has a post; a chief representative may say so of
    themselves."""
    leads = CHIEF in me.roles and {seat.unit for seat in held} & me.units
    return bool(leads) or any(_oversees(here, me, seat.unit) for seat in held)


def check_may_send_away(here: Services, me: Identity, held: Collection[Seat]) -> None:
    """403 unless the holder of the token may say when the person is away."""
    if not may_send_away(here, me, held):
        zh, en = rights(here, min(held))
        raise Trouble(403, "not_your_unit", zh, en)


def rights(here: Services, seat: Seat) -> tuple[str, str]:
    """Who may change the seat, in Chinese and English."""
    department = here.units.management_of(seat.unit) or "*"
    zh = (
        f"{seat.unit}的任职由政务服务管理部门（{department}）登记；首席事务代表以外的岗位也可由该单位的首席事务代表登记"
    )
    en = (
        f"Posts of {seat.unit} are entered by the overseeing department ({department}); those of all roles but the chief "
        "representative's also by the chief representative of the unit"
    )
    return zh, en


def _oversees(here: Services, me: Identity, unit: str) -> bool:
    if "supervisor" not in me.roles:
        return False
    places = places_of(here, me)
    return places is None or here.units.place_of(unit) in places
