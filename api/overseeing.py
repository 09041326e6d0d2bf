"""Who oversees what, and what lists are narrowed to: common to all that supervisors look at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, NamedTuple

from fastapi import Depends, Query
from pydantic import Field

from api.bodies import UnitCode
from api.identity import Identity, holding
from api.problems import Trouble
from api.services import Here, Services
from domain.law import carries_out
from domain.record import Light, Stage
from domain.supervision.stuck import Mark, StandingCause
from domain.values import SHANGHAI
from registry.units import EVERY_UNIT
from storage.overview.filters import Filters
from storage.overview.scope import Scope, places_of

OVERSEERS = ("supervisor", "chief_representative")
Format = Annotated[Literal["json", "csv"], Query(description="csv：下载全部各页，不分页")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Late = Literal["any", "acceptance", "step", "hearing", "promised", "statutory", "delivery", "order"]


@carries_out("gz:19", "gz:8.3")
def scope_of(me: Identity, here: Services) -> Scope:
    """A department oversees the units of its place, a chief representative their own unit; `*` is the whole city."""
    if EVERY_UNIT in me.units:
        return Scope(me.id, everything=True)
    places: Iterable[str] = ()
    if "supervisor" in me.roles:
        places = {place for unit in me.units if (place := here.units.place_of(unit))}
    own = me.units if "chief_representative" in me.roles else frozenset()
    if not places and not own:
        zh = "登录凭证中没有可以监督的单位：须写明所属的政务服务管理部门（如 gz-thr-management），或者 *"
        en = "The token names nothing to oversee: it takes a management department such as gz-thr-management, or *"
        raise Trouble(403, "no_place", zh, en)
    return Scope(me.id, units=own, places=places_of(places, here.units.places))


async def overseen(me: Annotated[Identity, Depends(holding(*OVERSEERS))], here: Here) -> Scope:
    """What the holder of the token oversees; 403 for everybody else."""
    return scope_of(me, here)


Overseen = Annotated[Scope, Depends(overseen)]


def check_unit_overseen(scope: Scope, unit: str | None) -> None:
    """403 where a list is asked for of a unit that is overseen by others."""
    if unit is not None and not scope.covers(unit):
        zh = f"{unit} 不在您监督的范围内；请查看本部门所辖单位，或者使用有相应权限的凭证"
        raise Trouble(403, "not_your_unit", zh, f"{unit} is overseen by others; look at the units of your own place")


async def case_filters(
    scope: Overseen,
    unit: Annotated[UnitCode | None, Query(description="承办单位")] = None,
    item: Annotated[str | None, Query(pattern=r"^[0-9]{12}$", description="事项编码")] = None,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{6}$", description="行政区")] = None,
    light: Light | None = None,
    stage: Stage | None = None,
    cause: Annotated[StandingCause | None, Query(description="停在哪里")] = None,
    late: Annotated[Late | None, Query(description="哪一期限已经超过而尚未办结；any 为任何一个")] = None,
    mark: Annotated[Mark | Literal["stuck"] | None, Query(description="标记；stuck 为停滞")] = None,
    waiting_for: Annotated[
        str | None,
        Query(pattern=r"^[a-z_]+(@[a-z0-9-]+)?$", max_length=100, description="该谁办：角色@单位、applicant、items"),
    ] = None,
    bundle: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9-]{1,40}$", description="所属“一件事”的办件编号")] = None,
    since_before: Annotated[Day | None, Query(description="在此日以前就停在这里")] = None,
) -> Filters:
    """What the open cases are narrowed to; 403 for a unit that others oversee."""
    check_unit_overseen(scope, unit)
    return Filters(
        unit=unit,
        item=item,
        district=district,
        light=light,
        stage=stage,
        cause=cause,
        late=late if late in (None, "any") else f"{late}_late",
        mark=mark,
        waiting_for=waiting_for,
        bundle=bundle,
        since_before=midnight(since_before) if since_before else None,
    )


Narrowed = Annotated[Filters, Depends(case_filters)]


def midnight(day: date) -> datetime:
    """The moment at which the day begins here."""
    return datetime.combine(day, time(), SHANGHAI)


class Period(NamedTuple):
    """From a day to a day, both included."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """When it begins, and when it is over."""
        return midnight(self.first), midnight(self.last + timedelta(days=1))


async def period(
    here: Here,
    first: Annotated[Day | None, Query(alias="from", description="自何日（含）；不填为三十天前")] = None,
    last: Annotated[Day | None, Query(alias="to", description="至何日（含）；不填为今日")] = None,
) -> Period:
    """The last thirty days unless said otherwise; 422 where it ends before it begins or is too long."""
    last = last or here.now().date()
    first = first or last - timedelta(days=29)
    if not 0 <= (last - first).days <= 366:
        zh, en = "from 不能晚于 to，一次最多统计366天", "from is not after to, and 366 days at most are counted at once"
        raise Trouble(422, "period_impossible", zh, en)
    return Period(first, last)


InPeriod = Annotated[Period, Depends(period)]
