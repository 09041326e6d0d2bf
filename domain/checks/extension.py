"""The right to extend a limit: what the permission law gives, and what an item's own law has to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.checks.almanac import Almanac
from domain.checks.rule import Known, looks_at
from domain.checks.saying import limit_said
from domain.deadline import Office
from domain.definition import Extension, ItemDefinition, ItemType
from domain.faults import Broken, Fault
from domain.law import carries_out
from domain.limits import Limit
from domain.words import Text


class Grant(NamedTuple):
    """What one provision of the permission law gives: so many days, once, approved by one office."""

    more: Limit
    approver: str
    approver_zh: str


GRANTS = {
    "apl:42.1": Grant(Limit(days=10), "agency_head", "本行政机关负责人"),
    "apl:42.2": Grant(Limit(days=15), "government_head", "本级人民政府负责人"),
}


@looks_at("limits.extension", "limits.statutory")
@carries_out("apl:42.1")
def extension_extends_something(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """An extension needs a statutory limit that it extends, and one that names a new length is longer than it."""
    extension, statutory = definition.limits.extension, definition.limits.statutory
    if extension is None:
        return
    if statutory is None:
        yield Fault(
            ("limits", "extension"),
            "extension_without_statutory_limit",
            Text("没有法定办结时限，却规定了延期", "there is an extension but no statutory limit to extend"),
            Text(
                "补写 limits.statutory 及其依据，或者删去 extension",
                "state limits.statutory with its basis, or drop it",
            ),
            "apl:42.1",
        )
    elif extension.mode == "to" and not Almanac(office).worst(extension, statutory):
        said, law = limit_said(extension), limit_said(statutory)
        yield _fault(
            "days",
            "extension_shorter_than_limit",
            Text(
                f"延长至{said.zh}，并不长于法定的{law.zh}",
                f"extended to {said.en}, no longer than the {law.en} of the law",
            ),
            Text(f"长于{law.zh}；若指增加天数，写 mode: add", f"more than {law.en}; to add days write `mode: add`"),
            extension,
        )
    elif extension.mode == "add" and extension.days == 0:
        yield _fault(
            "days",
            "extension_without_days",
            Text("延期0天", "an extension by 0 days"),
            Text("写明可以延长的天数，没有延期权的删去 extension", "state by how many days, or drop the extension"),
            extension,
        )


@looks_at("type", "limits.extension", "limits.statutory")
@carries_out("apl:42.1", "apl:42.2")
def permit_is_extended_as_the_law_says(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A permit extended under the permission law: ten working days, once, by the head of the agency; fifteen by the
    head of the government where several departments handle it together."""
    extension = definition.limits.extension
    grant = GRANTS.get(extension.basis) if extension else None
    if definition.type is not ItemType.PERMIT or extension is None or grant is None:
        return
    if _goes_further(extension, grant, definition.limits.statutory, Almanac(office)):
        more = limit_said(grant.more)
        yield _fault(
            "days",
            "extension_too_long",
            Text(f"延期超过{extension.basis}允许的{more.zh}", f"{extension.basis} allows no more than {more.en}"),
            Text(f"最多延长{more.zh}", f"at most {more.en} more"),
            extension,
        )
    if extension.times > 1:
        yield _fault(
            "times",
            "extension_repeated",
            Text(f"延期{extension.times}次", f"{extension.times} extensions"),
            Text("依行政许可法只能延长1次", "the permission law allows one"),
            extension,
        )
    if extension.approver != grant.approver:
        yield _fault(
            "approver",
            "extension_approver",
            Text(f"延期由 {extension.approver} 批准", f"{extension.approver} approves the extension"),
            Text(f"{extension.basis} 规定由{grant.approver_zh}批准（{grant.approver}）", f"{grant.approver} has to"),
            extension,
        )


def _goes_further(extension: Extension, grant: Grant, statutory: Limit | None, almanac: Almanac) -> bool:
    if extension.mode == "add":
        return almanac.worst(extension, grant.more) is not None
    if statutory is None:
        return False
    return any(
        almanac.end(start, extension).at > almanac.end(almanac.end(start, statutory).goes_on, grant.more).at
        for start in almanac.starts(by_the_hour=False)
    )


def _fault(field: str, code: Broken, wrong: Text, right: Text, extension: Extension) -> Fault:
    article = extension.basis if extension.basis in GRANTS else "apl:42.1"
    return Fault(("limits", "extension", field), code, wrong, right, article)
