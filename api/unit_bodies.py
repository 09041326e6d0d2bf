"""What is sent and shown about units, their posts and their people."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.bodies import Body, Id, Name
from api.duty import MemberView
from domain.supervision.posts import PostRole


class PostIn(Body):
    """A post to be entered; the name is needed for somebody who is not on file."""

    role: PostRole = Field(examples=["examiner"])
    person: Id = Field(description="登录账号", examples=["sample-examiner-2-gz-thr-samr"])
    name: Name | None = Field(None, description="姓名；人员尚未登记的必填", examples=["测试审查人员乙"])
    substitute: bool = Field(False, description="代理：任职人都不在或者空缺时代行")
    since: date = Field(strict=False, examples=["2026-12-01"])
    until: date | None = Field(None, strict=False, description="最后一日（含）；不填为未定")


class EndIn(Body):
    """The last day of a post; the day before it begins where it is never taken up."""

    last: date = Field(strict=False, description="最后一日（含）", examples=["2026-12-31"])


class AbsenceIn(Body):
    """Days on which somebody is away."""

    first: date = Field(strict=False, examples=["2026-12-01"])
    last: date = Field(strict=False, description="最后一日（含）", examples=["2026-12-05"])


class PostView(BaseModel):
    """A post as the staff see it."""

    id: int
    role: str = Field(examples=["examiner"])
    person: str
    name: str
    substitute: bool
    since: date
    until: date | None
    away_until: date | None = Field(None, description="当日不在，至何日；空为当日在岗", examples=[None])


class UnitView(BaseModel):
    """A unit, and who is its chief representative today."""

    code: str = Field(examples=["gz-thr-samr"])
    name: str
    place: str | None = Field(description="所在地；空为不在 units.yaml 所列各地", examples=["gz-thr"])
    chief: MemberView | None = Field(description="今日的首席事务代表或者代理人；空为无人")


class WholeUnit(UnitView):
    """A unit with its posts as of a day."""

    on: date
    posts: list[PostView]


class AbsenceView(BaseModel):
    """Days on which somebody is away."""

    person: str
    first: date
    last: date


class ImportView(BaseModel):
    """What an import changed; the same file again changes nothing."""

    new: dict[str, int] = Field(examples=[{"people": 3, "posts": 3, "absences": 0}])
    changed: dict[str, int] = Field(examples=[{"people": 0, "posts": 0, "absences": 0}])
    raised: list[str] = Field(description="因此出现的空缺报警")
    cleared: list[str] = Field(description="因此解除的空缺报警")
    without_substitute: list[str] = Field(description="首席事务代表没有代理人的单位；请为其登记代理人")
