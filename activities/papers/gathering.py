"""The facts of a paper, gathered from the case file, the definition and the batch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from activities.papers.changes import longer_by, moved_by, parts_of, procedure_of
from activities.papers.facts import ApplicantFacts, CaseFacts, Facts, ItemFacts, Line, Reference, Standing
from activities.papers.oversight import oversight_of
from activities.papers.terms import Term, limits_of
from activities.papers.words import (
    CHANNELS,
    GROUNDS,
    GroundWords,
    basis_in_words,
    fee_in_words,
    limit_in_words,
    masked,
    provision_in_words,
)
from domain.commands import Ground
from domain.definition import Handling, ItemDefinition
from domain.form import as_material
from domain.record import Event
from domain.values import SHANGHAI
from registry.articles import read_articles
from registry.units import Unit, Units
from settings import settings
from storage.tables import ApplicantRow, CaseRow

PUBLIC_DOCUMENTS = frozenset({"credit_code", "uscc", "统一社会信用代码"})
"""Document numbers that are no personal data and stand on papers in full."""


class TextMissing(LookupError):
    """A text that an event names is not on file; the paper would be blank where it belongs."""


def standing_of(
    case: CaseRow, applicant: ApplicantRow, definition: ItemDefinition, unit: Unit, public_url: str
) -> Standing:
    """The facts that hold for the whole case."""
    page = f"{public_url.rstrip('/')}/v1/progress"
    public = applicant.document_kind in PUBLIC_DOCUMENTS
    return Standing(
        case=CaseFacts(
            number=case.number,
            query_code=case.query_code,
            received_on=case.received_at.astimezone(SHANGHAI).date(),
            channel=CHANNELS.get(case.channel, ""),
            progress_page=page,
            progress_url=f"{page}?{urlencode({'number': case.number, 'code': case.query_code})}",
            grievances=f"{public_url.rstrip('/')}/v1/grievances",
        ),
        applicant=ApplicantFacts(
            name=applicant.name,
            document=applicant.document_number if public else masked(applicant.document_number),
            full_document=applicant.document_number,
            agent=str((applicant.agent or {}).get("name", "")),
        ),
        item=ItemFacts(
            name=definition.name,
            type=definition.type,
            basis=basis_in_words(definition.basis),
            result=definition.result.name,
            on_paper=definition.result.kind != "工作结果",
            electronic=definition.result.electronic,
            instant=definition.handling is Handling.INSTANT,
            silence_accepts=definition.intake.silence == "deemed_accepted",
            fee=fee_in_words(definition.fee),
        ),
        unit=unit,
        limits={key: limit_in_words(limit) for key, limit in limits_of(definition).items()},
        materials={material.id: material for material in definition.materials},
        fields={as_material(field.id): f"申请表“{field.name}”" for field in definition.form},
    )


def facts_of(
    event: Event,
    standing: Standing,
    *,
    accepted_on: date | None,
    texts: Mapping[str, str],
    clocks: Mapping[str, Term],
    papers: Mapping[str, Reference],
    units: Units,
    acknowledge_by: date | None = None,
) -> Facts:
    """What the papers of one event may say.

    Raises `TextMissing` where the event names a text that is not among `texts`.
    """
    data = event.data
    authority = str(data.get("authority") or "")
    authority = texts.get(authority, authority)
    if authority in units.units:
        authority = units.unit(authority).name
    ground = data.get("ground")
    return Facts(
        case=standing.case,
        applicant=standing.applicant,
        item=standing.item,
        unit=standing.unit,
        event=event.kind,
        given_on=event.at.astimezone(SHANGHAI).date(),
        accepted_on=_day(data.get("accepted_on")) or accepted_on,
        materials=tuple(_line(id_, standing) for id_ in data.get("materials") or ()),
        missing=tuple(_line(id_, standing) for id_ in data.get("missing") or ()),
        demands=tuple(_demand(demand, standing, texts) for demand in data.get("demands") or ()),
        round=int(data.get("round") or 1),
        text=_text(data.get("text"), texts),
        ground=GROUNDS[Ground(ground)] if ground else GroundWords("", ""),
        authority=authority,
        late=str(data.get("clock") or ""),
        limits=standing.limits,
        clocks=clocks,
        papers=papers,
        cited=provision_in_words(event.article or "", read_articles(settings().definitions)),
        moved=moved_by(event),
        procedure=procedure_of(event),
        part=parts_of(event),
        longer=longer_by(event, standing.limits),
        held_on=_day(data.get("held_on")),
        source=_source(data.get("source"), texts),
        acknowledge_by=acknowledge_by,
        oversight=oversight_of(event, clocks, units),
    )


def texts_named_by(event: Event) -> set[str]:
    """The ids of the texts that the event's papers quote."""
    named = {demand.get("defect") for demand in event.data.get("demands") or ()}
    return {id_ for id_ in (*named, event.data.get("text"), event.data.get("authority")) if id_}


def _line(material: str, standing: Standing, what: str = "") -> Line:
    known = standing.materials.get(material)
    if known is None:
        return Line(name=standing.fields.get(material, material), kind="申请表", what=what)
    return Line(name=known.name, kind="主要材料" if known.main else "其他材料", what=what)


def _demand(demand: Mapping[str, Any], standing: Standing, texts: Mapping[str, str]) -> Line:
    what = _text(demand.get("defect"), texts)
    if demand.get("material"):
        return _line(demand["material"], standing, what or "未提交，请补交")
    return Line(name="其他要求", what=what)


def _text(id_: str | None, texts: Mapping[str, str]) -> str:
    if not id_:
        return ""
    if id_ not in texts:
        raise TextMissing(f"Text {id_} is not on file; store it before the act that names it.")
    return texts[id_]


def _source(order: str | None, texts: Mapping[str, str]) -> str:
    """What the order is called that changed the calendar; empty where nobody can tell."""
    order = order or ""
    if order in texts:
        return texts[order]
    return "" if order.isascii() else order  # an id that names nothing is no name


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
