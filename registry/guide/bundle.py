"""The public guide of a bundle (一件事办事指南), made from its definition and those of its items (gz:5, gz:11.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.bundle.definition import JOINT_PERMITS, BundleDefinition, BundleItem, as_item
from domain.bundle.settling import Registered
from domain.deadline import Office
from domain.definition import ItemType
from domain.law import carries_out
from domain.limits import StatedLimit
from domain.words import Language
from registry.digest import digest_of
from registry.guide import limits, one_set, terms, ways
from registry.guide.asked import assumed_said, basis_said, edition_said, situations_said
from registry.guide.bundle_parts import BundleGuide, GuideDepartment, GuideItem
from registry.guide.parts import GuideLimit, GuideProcedure, GuideStep
from registry.guide.pen import BundlePen, Pen
from registry.guide.process import alongside, orders_of
from registry.labels import label
from registry.library import Library

Items = Mapping[str, Registered]
LONGER = (
    "最长路径上的事项依法延长，或者适用不计入时限的特别程序的，整件事的期限相应顺延，并书面告知；不在最长路径上的，不影响整件事",
    "where an item on the longest way is extended, or has a special procedure that does not count, the whole is due later, "
    "and you are told in writing; other items do not move it",
)


@carries_out("gz:5", "gz:11.1", "gz:11.2")
def guide_of_bundle(
    definition: BundleDefinition, items: Items, library: Library, office: Office, language: Language = "zh"
) -> BundleGuide:
    """The guide of a bundle that passed its checks; `items` has what each of its items is, by their ids there, and the
    calendar of the office is what its example days are reckoned by."""
    pen = Pen(definition, library, language)
    whole = Pen(as_item(definition), library, language)
    return BundleGuide(
        language=language,
        code=definition.code,
        version=definition.version.isoformat(),
        digest=digest_of(definition),
        edition=edition_said(pen),
        lead=definition.lead.name + pen.mark("lead"),
        departments=tuple(_departments(pen, items)),
        type=definition.type.value + pen.mark("type"),
        name=definition.name + pen.mark("name"),
        basis=basis_said(pen),
        conditions=tuple(_conditions(pen, items)),
        materials=one_set.materials_said(pen, items),
        process=tuple(_process(pen, items)),
        audience=tuple(audience + pen.mark("audience") for audience in definition.audience),
        limits=tuple(_limits(pen, items)),
        result=_result(pen, items),
        fee=terms.fee_said(pen),
        items=tuple(_item(one, pen, items) for one in definition.items),
        ways=ways.ways_said(pen, items, office),
        longer=pen.say(*LONGER),
        from_registers=one_set.registers_said(pen, items),
        channels=_channels(pen),
        intake=terms.intake_said(whole),
        deferral=_deferral(pen, items),
        situations=situations_said(pen),
        form=one_set.form_said(pen, items),
        special_procedures=tuple(_procedures(pen, items)),
        remedies=terms.remedies_said(pen),
        notes=tuple(note + pen.mark("notes") for note in definition.notes),
        sources=definition.sources,
        assumed=assumed_said(pen),
    )


def _departments(pen: BundlePen, items: Items) -> Iterator[GuideDepartment]:
    """The lead department with its duty for the whole, and each one that co-operates with what it does."""
    lead = pen.definition.lead
    whole = pen.say("对全程负责，统一受理、统一出件", "answers for the whole, accepts it and hands out all results")
    duties: dict[str, list[str]] = {lead.code: [whole]}
    names = {lead.code: lead.name}
    for one in pen.definition.items:
        item = items[one.id][0]
        names.setdefault(item.department.code, item.department.name)
        duty = f"{one.duty}{pen.mark(f'items.{one.id}.duty')}" if one.duty else ""
        said = f"{item.name}{pen.say('：', ': ')}{duty}" if duty else item.name
        duties.setdefault(item.department.code, []).append(said)
    for code, name in names.items():
        role = pen.word("lead_department" if code == lead.code else "cooperating_department")
        yield GuideDepartment(name=name, role=role, duties=tuple(duties[code]))


def _conditions(pen: BundlePen, items: Items) -> Iterator[str]:
    """What each item asks for, said once where several ask for the same."""
    asked: dict[str, list[str]] = {}
    for one in pen.definition.items:
        for condition in items[one.id][0].conditions:
            asked.setdefault(condition, []).append(items[one.id][0].name)
    for condition, names in asked.items():
        yield pen.say(f"{condition}（{'、'.join(names)}）", f"{condition} ({', '.join(names)})")


def _process(pen: BundlePen, items: Items) -> Iterator[GuideStep]:
    """Acceptance at one window, the items by the order in which they can start, and everything handed over at once."""
    definition, orders = pen.definition, orders_of(pen.definition.items)
    yield GuideStep(
        order=1,
        name=pen.word("acceptance"),
        starts=pen.say("收到申请材料后", "on receipt of the application"),
        by=pen.word("window"),
        limit=pen.limit(definition.acceptance) + pen.mark("acceptance"),
    )
    for one in sorted(definition.items, key=lambda one: orders[one.id]):
        yield _step(one, orders[one.id], pen, items)
    yield GuideStep(
        order=max(orders.values()) + 1,
        name=pen.word("delivery"),
        starts=pen.say("各事项都有结果后，一次交付", "when all results are there, all at once"),
        by=pen.word("window"),
        limit=_delivery(pen),
    )


def _step(one: BundleItem, order: int, pen: BundlePen, items: Items) -> GuideStep:
    every, item = pen.definition.items, items[one.id][0]
    its = Pen(item, pen.library, pen.language)
    waits = "".join(f"“{items[id_][0].name}”" for id_ in one.after)
    return GuideStep(
        order=order,
        id=one.id,
        name=item.name + pen.mark_entry(f"items.{one.id}", apart=("duty", "early")),
        starts=pen.say(f"{waits}出结果后", f"after the result of {waits}")
        if waits
        else pen.say("受理后", "after acceptance"),
        by=item.department.name,
        limit=pen.length(item.limits.promised) + its.mark_entry("limits.promised"),
        alongside=tuple(items[id_][0].name for id_ in alongside(one.id, every)),
        when=pen.when(one.when),
    )


def _item(one: BundleItem, pen: BundlePen, items: Items) -> GuideItem:
    item, digest = items[one.id]
    its = Pen(item, pen.library, pen.language)
    early = (
        pen.say("可以应申请人要求先行领取", "may go out early if the applicant asks")
        if one.early
        else pen.say("与其他结果一并领取", "handed out together with the others")
    )
    return GuideItem(
        id=one.id,
        code=item.code,
        version=item.version.isoformat(),
        digest=digest,
        name=item.name,
        department=item.department.name,
        when=pen.when(one.when),
        fee=terms.fee_said(its),
        result=terms.result_said(its),
        early=early + pen.mark(f"items.{one.id}.early"),
    )


def _limits(pen: BundlePen, items: Items) -> Iterator[GuideLimit]:
    """The limits of the whole, also what the permission law allows where permits of several units are handled together."""
    definition = pen.definition
    yield _limit("acceptance", pen.limit(definition.acceptance), definition.acceptance, pen)
    permits = {item.department.code for item, _ in items.values() if item.type is ItemType.PERMIT}
    if len(permits) > 1:
        joint = StatedLimit(days=JOINT_PERMITS.days, basis="apl:42.2")
        said = pen.say(
            f"几个部门的行政许可合并办理的，{pen.limit(joint)}",
            f"{pen.limit(joint)} where permits of several departments are handled together",
        )
        yield _limit("statutory", said, joint, pen)
    yield _limit("limit", pen.limit(definition.limit), definition.limit, pen)
    yield _limit("delivery", _delivery(pen), definition.delivery, pen)


def _limit(name: str, said: str, limit: StatedLimit, pen: BundlePen) -> GuideLimit:
    marked = said if name == "delivery" else said + pen.mark(name)
    called = label((name,), "bundle").said_in(pen.language)
    return GuideLimit(id=name, name=called, said=marked, basis=pen.cited(limit.basis))


def _delivery(pen: BundlePen) -> str:
    length = pen.length(pen.definition.delivery)
    said = pen.say(f"最后一项作出决定之日起{length}", f"{length} from the day of the last decision")
    return said + pen.mark("delivery")


def _result(pen: BundlePen, items: Items) -> str:
    named = list(dict.fromkeys(items[one.id][0].result.name for one in pen.definition.items))
    return pen.say(
        f"所办各事项的结果，在综合窗口一次领取：{'、'.join(named)}",
        f"the results of all items, handed out at one window: {', '.join(named)}",
    )


def _channels(pen: BundlePen) -> tuple[str, ...]:
    lead = pen.definition.lead
    window = pen.library.units.unit(lead.code, lead.name).window
    return (
        pen.say(
            f"{window}：一次申请、统一受理、一次领取全部结果",
            f"{window}: one application, one acceptance, all results handed out together",
        ),
        pen.say(
            "网上：一张表、一套材料，凭一个办件编号查询全部进度",
            "online: one form, one set of materials, one number for all of it",
        ),
    )


def _deferral(pen: BundlePen, items: Items) -> str:
    """Per item, for each has its own list of what may follow."""
    said = [
        f"{item.name}{pen.say('', ' ')}{pen.length(item.deferral.supplement_within)}"
        for item, _ in (items[one.id] for one in pen.definition.items)
        if item.deferral.allowed and item.deferral.supplement_within
    ]
    if not said:
        return pen.say("不适用容缺受理", "no deferred acceptance")
    return pen.say(
        f"按事项容缺受理：申请人自愿并书面承诺的，以下事项的次要材料可以在受理后补齐，补齐前不发该事项的结果：{'、'.join(said)}内",
        "deferred acceptance by item: on a written promise the secondary materials of these may follow after acceptance, and "
        f"their results wait for them: {', '.join(said)}",
    )


def _procedures(pen: BundlePen, items: Items) -> Iterator[GuideProcedure]:
    """Those of the items; one that does not count moves the whole where it lies on the longest way."""
    for one in pen.definition.items:
        item = items[one.id][0]
        for procedure in limits.procedures_said(Pen(item, pen.library, pen.language)):
            yield procedure.model_copy(
                update={"id": f"{one.id}.{procedure.id}", "name": f"{item.name}{pen.say('：', ': ')}{procedure.name}"}
            )
