"""Who holds which role in which unit on a day: the holder, or who stands in while there is none or all are away (gz:8.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, model_validator

from domain.definition import Role, UnitCode
from domain.law import Refused, carries_out
from domain.telling import ROLES
from domain.values import Value
from domain.words import Text

SUPERVISOR, GRIEVANCE_WINDOW = "supervisor", "grievance_window"
CHIEF: str = Role.CHIEF_REPRESENTATIVE.value
PostRole = Literal[
    "window",
    "examiner",
    "approver",
    "agency_head",
    "government_head",
    "chief_representative",
    "supervisor",
    "grievance_window",
]
"""The roles of a unit that lay and answer tasks, and the two of the department that oversees a place."""
Account = Annotated[str, StringConstraints(pattern=r"^[\w.@:|-]+$", max_length=120)]
"""The id of somebody's account, as their token has it."""
ATTENTION = (CHIEF, SUPERVISOR)
"""Who sees to a paper that goes to a unit; the overseeing department, which is not at the centre, has no chief representative."""


class PostNotAllowed(Refused):
    """The post, or its end, does not go together with what is on file."""


class Seat(NamedTuple):
    """A role in a unit, whoever holds it."""

    unit: str
    role: str

    @property
    def said(self) -> Text:
        """The seat in words; the unit by its code."""
        known = ROLES.get(self.role, Text(self.role, self.role))
        return Text(f"{self.unit}的{known.zh}", f"{known.en} of {self.unit}")


class Post(Value):
    """A role in a unit that somebody holds, or stands in for, on these days."""

    unit: UnitCode
    role: PostRole
    person: Account
    substitute: bool = False
    since: date
    until: date | None = Field(None, description="最后一日（含）；不填为未定")

    @property
    def seat(self) -> Seat:
        """The role in the unit."""
        return Seat(self.unit, self.role)

    @property
    def key(self) -> tuple[str, str, str, bool, date]:
        """What makes it the same post, whenever it ends."""
        return (self.unit, self.role, self.person, self.substitute, self.since)

    def covers(self, day: date) -> bool:
        """Whether it is held on the day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def meets(self, other: Post) -> bool:
        """Whether both are held on one day at least."""
        first = max(self.since, other.since)
        return self.covers(first) and other.covers(first)


class Absence(Value):
    """Days on which somebody is away."""

    person: Account
    first: date
    last: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            raise ValueError("last: the last day is not before the first")
        return self

    def covers(self, day: date) -> bool:
        """Whether they are away on the day."""
        return self.first <= day <= self.last


class Holder(NamedTuple):
    """One who holds a role on a day."""

    person: str
    stands_in: bool
    """They are the substitute, and no holder is there."""


class Roster:
    """Posts and absences, asked for a day."""

    def __init__(self, posts: Iterable[Post], absences: Iterable[Absence] = ()) -> None:
        self._posts: dict[Seat, list[Post]] = {}
        self._absences: dict[str, list[Absence]] = {}
        for post in sorted(posts, key=lambda one: (one.since, one.person)):
            self._posts.setdefault(post.seat, []).append(post)
        for absence in absences:
            self._absences.setdefault(absence.person, []).append(absence)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The seats that somebody ever held."""
        return tuple(sorted(self._posts))

    def posts(self, seat: Seat) -> Sequence[Post]:
        """The posts of the seat, those that began first at the head."""
        return self._posts.get(seat, ())

    def is_away(self, person: str, day: date) -> bool:
        """Whether somebody is away on the day."""
        return any(one.covers(day) for one in self._absences.get(person, ()))

    def is_staffed(self, unit: str, day: date) -> bool:
        """Whether anybody has a post in the unit on the day or later, be they away or not."""
        return any(
            post.until is None or day <= post.until
            for seat in self._posts
            if seat.unit == unit
            for post in self._posts[seat]
        )

    @carries_out("gz:8.3")
    def who(self, seat: Seat, day: date) -> tuple[Holder, ...]:
        """Who holds the seat on the day; a substitute only where no holder is there. Nobody: the seat is vacant.

        A chief representative is one person: of several substitutes the one whose post began first.
        """
        there = [post for post in self.posts(seat) if post.covers(day) and not self.is_away(post.person, day)]
        holders = [post for post in there if not post.substitute] or there
        if seat.role == CHIEF:
            holders = holders[:1]
        return tuple(dict.fromkeys(Holder(post.person, post.substitute) for post in holders))

    @carries_out("gz:8.3")
    def attention(self, unit: str, day: date) -> Holder | None:
        """Who is to see to a paper that goes to the unit on the day: its chief representative, or who stands in; in an
        overseeing department the first of those who oversee."""
        found = (holder for role in ATTENTION for holder in self.who(Seat(unit, role), day))
        return next(found, None)

    def without_substitute(self, day: date) -> tuple[str, ...]:
        """The units whose chief representative of the day nobody would stand in for."""
        chiefs = [seat for seat in self.seats if seat.role == CHIEF]
        held = [(seat, [post.substitute for post in self.posts(seat) if post.covers(day)]) for seat in chiefs]
        return tuple(seat.unit for seat, substitutes in held if False in substitutes and True not in substitutes)


@carries_out("gz:8.3")
def check_post(post: Post, on_file: Iterable[Post], names: Mapping[str, str]) -> None:
    """Raise `PostNotAllowed` where a new post ends before it begins, or does not go together with those on file."""
    if post.until is not None and post.until < post.since:
        raise PostNotAllowed(
            "ends_before_it_begins",
            f"任职的最后一日（{post.until}）不能早于第一日（{post.since}）",
            f"The post ends on {post.until}, before it begins on {post.since}; give a later last day",
            article="gz:8.3",
        )
    check_alone(post, on_file, names)


@carries_out("gz:8.3")
def check_alone(post: Post, on_file: Iterable[Post], names: Mapping[str, str]) -> None:
    """Raise `PostNotAllowed` where somebody would hold a post twice, or where two would be chief representative of a unit
    on one day."""
    others = [one for one in on_file if one.seat == post.seat and one.key != post.key and one.meets(post)]
    for other in others:
        if other.person == post.person:
            raise PostNotAllowed(
                "held_already",
                f"{_named(post.person, names)}已于{_from_until(other).zh}担任{post.seat.said.zh}"
                f"{'（代理）' if other.substitute else ''}；请先终止该任职，或者改用其他日期",
                f"{_named(post.person, names)} is {post.seat.said.en} {_from_until(other).en} already; end that post "
                "first, or give other days",
                article="gz:8.3",
            )
        if post.role == CHIEF and not post.substitute and not other.substitute:
            raise two_chiefs(post, other, names)


def two_chiefs(post: Post, other: Post, names: Mapping[str, str]) -> PostNotAllowed:
    """The refusal of a second chief representative, which names both."""
    one, two = _named(post.person, names), _named(other.person, names)
    since, held = _from_until(post), _from_until(other)
    return PostNotAllowed(
        "two_chiefs",
        f"{post.unit}同一日只能有一名首席事务代表：{two}（{held.zh}）与{one}（{since.zh}）的任期重叠；"
        "请先终止前一任，或者将其中一人登记为代理（substitute）",
        f"{post.unit} has one chief representative at a time: {two} ({held.en}) and {one} ({since.en}) overlap; end "
        "the first post, or make one of them a substitute",
        article="gz:8.3",
    )


@carries_out("gz:8.3")
def ended(post: Post, last: date) -> Post:
    """The post with its last day, which may be the day before it begins: then it is never taken up. Raises `PostNotAllowed`
    for an earlier one."""
    if last < post.since - timedelta(days=1):
        raise PostNotAllowed(
            "ends_before_it_begins",
            f"任职自{post.since}起，最后一日不能早于{post.since}；填{post.since - timedelta(days=1)}表示不再到任",
            f"The post begins on {post.since}; its last day is that or later, or the day before where it is never taken up",
            article="gz:8.3",
        )
    return post.model_copy(update={"until": last})


def _named(person: str, names: Mapping[str, str]) -> str:
    return f"{names[person]}（{person}）" if person in names else person


def _from_until(post: Post) -> Text:
    if post.until is None:
        return Text(f"{post.since}起", f"from {post.since}")
    return Text(f"{post.since}至{post.until}", f"from {post.since} to {post.until}")
