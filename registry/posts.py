"""Posts as a department writes them: people, the posts that they hold, and who is away, with every fault at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain, combinations
from typing import Literal, NamedTuple, get_args

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from domain.definition import Name
from domain.faults import Path
from domain.law import carries_out
from domain.supervision.posts import CHIEF, Absence, Account, Post, PostRole, Seat, two_chiefs
from domain.telling import ROLES
from domain.values import Value
from domain.words import Text
from registry.located import dotted
from registry.source import Source, read_source


class Person(Value):
    """A member of staff, by the id of their account."""

    id: Account
    name: Name


class PostsFile(Value):
    """What the file says."""

    kind: Literal["posts"]
    people: tuple[Person, ...] = Field(())
    posts: tuple[Post, ...] = Field(())
    absences: tuple[Absence, ...] = Field(())


class PostFault(NamedTuple):
    """What is wrong where, and what would be right."""

    line: int
    path: str
    says: Text


class OnFile(NamedTuple):
    """What a file of posts is held against."""

    units: Collection[str]
    people: Collection[str]


class ReadPosts(NamedTuple):
    """The posts, or every fault for which there are none."""

    file: PostsFile | None
    faults: tuple[PostFault, ...]
    source: Source

    def fault(self, path: Path, says: Text) -> PostFault:
        """A fault at this place of the file."""
        return PostFault(self.source.place(path).line, dotted(path, self.source.data), says)


def read_posts(content: bytes | str) -> ReadPosts:
    """The posts in a document (YAML or JSON), held to their form."""
    source = read_source(content)
    found = [PostFault(place.line, "", Text(*fault.wrong)) for place, fault in source.faults]
    if not isinstance(source.data, dict):
        found = found or [PostFault(1, "", NOT_POSTS)]
        return ReadPosts(None, tuple(found), source)
    try:
        file = PostsFile.model_validate(source.data)
    except ValidationError as error:
        faults = [_said(one, source) for one in error.errors(include_url=False)]
        return ReadPosts(None, tuple(sorted([*found, *faults])), source)
    return ReadPosts(None if found else file, tuple(found), source)


@carries_out("gz:8.3")
def faults_in(read: ReadPosts, known: OnFile) -> tuple[PostFault, ...]:
    """What does not hang together in a file that has its form, nor with the units and people on file."""
    if read.file is None:
        return read.faults
    return tuple(sorted([*_of_people(read, read.file), *_of_posts(read, read.file, known)]))


def _of_people(read: ReadPosts, file: PostsFile) -> Iterator[PostFault]:
    seen: set[str] = set()
    for n, person in enumerate(file.people):
        if person.id in seen:
            yield read.fault(
                ("people", n, "id"),
                Text(f"{person.id} 已经列过；一人只列一次", f"{person.id} is listed before; list each person once"),
            )
        seen.add(person.id)


def _of_posts(read: ReadPosts, file: PostsFile, known: OnFile) -> Iterator[PostFault]:
    people = {person.id for person in file.people} | set(known.people)
    names = {person.id: person.name for person in file.people}
    for n, post in enumerate(file.posts):
        if post.unit not in known.units:
            yield read.fault(("posts", n, "unit"), _no_unit(post.unit))
        if post.person not in people:
            yield read.fault(("posts", n, "person"), _nobody(post.person))
        if post.until is not None and post.until < post.since:
            yield read.fault(("posts", n, "until"), Text("最后一日早于第一日", "the last day is before the first"))
    for n, absence in enumerate(file.absences):
        if absence.person not in people:
            yield read.fault(("absences", n, "person"), _nobody(absence.person))
    by_seat: dict[Seat, list[tuple[int, Post]]] = {}
    for n, post in enumerate(file.posts):
        by_seat.setdefault(post.seat, []).append((n, post))
    for (_, one), (m, other) in chain.from_iterable(combinations(posts, 2) for posts in by_seat.values()):
        if one.meets(other) and one.person == other.person:
            yield read.fault(("posts", m), _twice(other))
        elif one.meets(other) and one.role == CHIEF and not (one.substitute or other.substitute):
            yield read.fault(("posts", m), two_chiefs(other, one, names).text)


NOT_POSTS = Text(
    "不是岗位文件：以 kind: posts 开头，再写 people、posts、absences",
    "this is no file of posts: begin with `kind: posts`, then people, posts, absences",
)
FIELDS = {
    "people": "id、name",
    "posts": "unit、role、person、substitute、since、until",
    "absences": "person、first、last",
}
ROLE_NAMES = tuple(f"{ROLES[role].zh}（{role}）" for role in get_args(PostRole))


SLIPS = {
    "missing": Text("缺少这一项", "is missing"),
    "date": Text("应为形如 2026-01-31 的日期", "should be a date like 2026-01-31"),
    "literal_error": NOT_POSTS,
    "string_pattern": Text(
        "写法不对；账号用字母、数字和 . - _ @ : |，单位用 definitions/units.yaml 中的代码",
        "is not written so; accounts take letters, digits and . - _ @ : |, units go by their codes",
    ),
    "string_too": Text("应为 1 至 200 个字", "should have 1 to 200 characters"),
    "string_type": Text("应为文字；全是数字的账号加引号", "should be text; put an account of digits in quotes"),
    "bool": Text("应为 true 或者 false", "should be true or false"),
    "value_error": Text("最后一日早于第一日", "the last day is before the first"),
}
"""By how pydantic's type of error begins."""
UNFIT = Text("写法不对；应为各占一行的 {字段: 值}", "should be a list of entries with fields")


def _no_unit(unit: str) -> Text:
    return Text(
        f"没有单位 {unit}；用 definitions/units.yaml 中的单位代码，或者有事项的单位",
        f"there is no unit {unit}; use a code of definitions/units.yaml, or of a unit with items",
    )


def _nobody(person: str) -> Text:
    return Text(
        f"没有 {person}；先在 people 中写明其姓名", f"nobody is called {person}; give their name in people first"
    )


def _twice(post: Post) -> Text:
    zh, en = post.seat.said
    return Text(
        f"{post.person} 在{zh}的任期重叠；合并为一条",
        f"{post.person} holds {en} twice on the same days; write one post",
    )


def _said(error: ErrorDetails, source: Source) -> PostFault:
    path = tuple(part for part in error["loc"] if part != "[key]")
    part = str(path[0]) if path else ""
    fields = FIELDS.get(part, "kind、people、posts、absences")
    kind = error["type"]
    if kind == "extra_forbidden":
        says = Text(f"没有这一项；可用的是 {fields}", f"there is no such field; the fields are {fields}")
    elif kind == "literal_error" and part == "posts":
        says = Text(f"应为其中之一：{'、'.join(ROLE_NAMES)}", f"should be one of {error['ctx']['expected']}")
    else:
        says = next((text for begin, text in SLIPS.items() if kind.startswith(begin)), UNFIT)
    return PostFault(source.place(path).line, dotted(path, source.data), says)
