"""The units that handle cases: the names, marks, windows and channels that their papers carry (definitions/units.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator
from ruamel.yaml import YAML

from domain.definition import Name, UnitCode
from domain.values import Value

Mark = Annotated[str, StringConstraints(pattern=r"^[\u4e00-\u9fff]+$", max_length=20)]
PLACEHOLDER = re.compile(r"\{(\w+)\}")
SAID = frozenset({"delivery", "case", "paper", "title", "document_number", "unit", "address", "text"})
"""What the body of a webhook may name in braces."""
EVERY_UNIT = "*"
"""In the place of a unit's code: whoever acts for the whole city."""


class UnitKind(StrEnum):
    """What a unit is in law; which remedies there are against its decisions hangs on it."""

    AGENCY = "agency"
    AUTHORISED = "authorised"
    UTILITY = "utility"


class MailChannel(Value):
    """Mail to the applicant's address, with the paper as PDF."""

    kind: Literal["mail"]

    @property
    def to(self) -> Literal["email"]:
        """The address of the applicant that this channel needs."""
        return "email"


class WebhookChannel(Value):
    """A signed JSON message to a gateway; `body` says which names it wants to find in it."""

    kind: Literal["webhook"]
    url: str = Field(pattern=r"^https?://[^\s]+$")
    to: Literal["mobile", "email", "nobody"] = "mobile"
    body: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_known(self) -> WebhookChannel:
        named = {name for text in _texts(self.body) for name in PLACEHOLDER.findall(text)}
        if unknown := sorted(named - SAID):
            raise ValueError(f"body names {', '.join(unknown)}; known are {', '.join(sorted(SAID))}")
        return self


Channel = Annotated[MailChannel | WebhookChannel, Field(discriminator="kind")]


class Management(Value):
    """The department that oversees the service of a place (政务服务管理部门)."""

    code: UnitCode
    name: Name
    mark: Mark | None = Field(None, description="发文机关代字；不填用代码")
    channels: tuple[str, ...] = Field((), description="“办不成事”反映窗口的文书送反映人所走的渠道")
    inbox: tuple[str, ...] = Field((), description="报备送达该部门所走的渠道（to: nobody）；不填只在报备列表中")


class Place(Value):
    """What the units of one place share; a unit belongs to the place whose code its own begins with."""

    name: Name
    window: Name
    difficulty_window: Name
    management: Management
    review: Name
    government: UnitCode | None = Field(None, description="本级人民政府的单位代码；联合办理的延期由其负责人批准")


class ListedUnit(Value):
    """A unit as the file lists it."""

    name: Name
    mark: Mark
    kind: UnitKind = UnitKind.AGENCY
    review: Name | None = Field(None, description="行政复议机关；不填为所在地人民政府")
    channels: tuple[str, ...] = ()
    inbox: tuple[str, ...] = Field((), description="预警送达本单位所走的渠道（to: nobody）；不填只在预警列表中")
    closing_time: time | None = Field(None, description="期限最后一日何时截止（cc:203）；不填用系统设定")


class Unit(Value):
    """A unit as papers name it."""

    code: str
    name: str
    mark: str
    kind: UnitKind
    window: str
    difficulty_window: str
    management: Management | None
    review: str
    court: str = "有管辖权的人民法院"
    channels: tuple[str, ...] = ()
    closing_time: time | None = None

    @property
    def is_utility(self) -> bool:
        """Whether it is a public utility, against whose answers there is no administrative review."""
        return self.kind is UnitKind.UTILITY


class Units(Value):
    """All units of the file, and what holds for one that is not listed."""

    channels: dict[str, Channel]
    places: dict[UnitCode, Place]
    units: dict[UnitCode, ListedUnit]

    @model_validator(mode="after")
    def _hang_together(self) -> Units:
        marks = [unit.mark for unit in self.units.values()]
        marks += [place.management.mark for place in self.places.values() if place.management.mark]
        if doubled := sorted({mark for mark in marks if marks.count(mark) > 1}):
            raise ValueError(f"a mark belongs to one unit only: {', '.join(doubled)}")
        used = {code: unit.channels for code, unit in self.units.items()}
        used |= {place.management.code: place.management.channels for place in self.places.values()}
        for code, channels in used.items():
            if unknown := sorted(set(channels) - set(self.channels)):
                raise ValueError(f"{code}: no channel {', '.join(unknown)}; there are {', '.join(self.channels)}")
        return self

    @model_validator(mode="after")
    def _inboxes_and_governments_are_there(self) -> Units:
        inboxes = {code: unit.inbox for code, unit in self.units.items()}
        inboxes |= {place.management.code: place.management.inbox for place in self.places.values()}
        fit = sorted(name for name, channel in self.channels.items() if channel.to == "nobody")
        for code, inbox in inboxes.items():
            if unknown := sorted(set(inbox) - set(fit)):
                known = ", ".join(fit) or "there is none yet"
                raise ValueError(f"{code}: inbox {', '.join(unknown)} is no webhook `to: nobody`; those are: {known}")
        for code, place in self.places.items():
            if place.government is not None and place.government not in self.units:
                raise ValueError(f"{code}: government {place.government} is not among the units; list it there")
        return self

    def unit(self, code: str, department_name: str = "") -> Unit:
        """The unit with this code; one not listed goes by the name of its department, and its code is its mark."""
        place = self._place_of(code)
        listed = self.units.get(code)
        itself = place.management if place and place.management.code == code else None
        return Unit(
            code=code,
            name=listed.name if listed else (itself and itself.name) or department_name or code,
            mark=listed.mark if listed else (itself and itself.mark) or code,
            kind=listed.kind if listed else UnitKind.AGENCY,
            window=place.window if place else "政务服务中心综合窗口",
            difficulty_window=place.difficulty_window if place else "政务服务中心“办不成事”反映窗口",
            management=place.management if place else None,
            review=(listed and listed.review) or (place.review if place else "依法有管辖权的行政复议机关"),
            channels=listed.channels if listed else itself.channels if itself else (),
            closing_time=listed.closing_time if listed else None,
        )

    def management_of(self, code: str) -> str | None:
        """The department that oversees the services of the unit's place; None where the place is not listed."""
        place = self._place_of(code)
        return place.management.code if place else None

    def place_of(self, code: str) -> str | None:
        """The code of the place that the unit belongs to; None where the place is not listed."""
        inside = [place for place in self.places if code == place or code.startswith(f"{place}-")]
        return max(inside, key=len) if inside else None

    def government_of(self, code: str) -> str | None:
        """The government of the unit's place, whose head approves what joint handling needs (apl:42.2)."""
        place = self._place_of(code)
        return place.government if place else None

    def inbox_of(self, code: str) -> tuple[str, ...]:
        """The channels over which letters to the unit or overseeing department itself go."""
        if code in self.units:
            return self.units[code].inbox
        managements = {place.management.code: place.management for place in self.places.values()}
        return managements[code].inbox if code in managements else ()

    def _place_of(self, code: str) -> Place | None:
        place = self.place_of(code)
        return self.places[place] if place else None


def _texts(body: object) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    for part in body.values() if isinstance(body, Mapping) else body if isinstance(body, list) else ():
        yield from _texts(part)


@cache
def read_units(definitions: Path) -> Units:
    """The units of the folder of definitions, read once. Raises pydantic's ValidationError on any fault."""
    yaml = YAML(typ="safe", pure=True)
    with (definitions / "units.yaml").open(encoding="utf-8") as file:
        return Units.model_validate(yaml.load(file))
