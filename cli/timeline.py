"""The course of a case as people read it: what happened when, by whom, under which article, and what ran from then on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from cli.explaining import Term, explained, limit_name
from cli.lexicon import Lexicon
from domain.record import BY_TIME, Clock, Event, EventKind
from domain.telling import told
from domain.values import SHANGHAI
from domain.words import Language, Text

WEEKDAYS = "一二三四五六日"
TIME = Text("时限届满", "by time")
BY_ITSELF = Text("系统", "the case")
INDENT = " " * 22
STARTS_NOTHING = (EventKind.LIMIT_NEAR, EventKind.LIMIT_PASSED, EventKind.BREACH_FOUND, EventKind.CLOSED)


class Happening(NamedTuple):
    """One thing that happened, by the holder of a role or (None) by time."""

    at: datetime
    kind: str
    by: str | None
    article: str | None
    papers: tuple[str, ...]
    data: Mapping[str, Any]


def happening_of(event: Event) -> Happening:
    """The event as it is on record."""
    role = event.by.roles[0] if event.by and event.by.roles else None
    return Happening(event.at.astimezone(SHANGHAI), event.kind, role, event.article, event.papers, event.data)


def happening_from(view: Mapping[str, Any]) -> Happening:
    """The event as `GET /v1/cases/{number}/timeline` shows it."""
    at = datetime.fromisoformat(view["at"]).astimezone(SHANGHAI)
    return Happening(at, view["kind"], view["by"], view["article"], tuple(view["papers"]), view["data"])


def timeline(
    happenings: Sequence[Happening],
    terms: Sequence[Term],
    lexicon: Lexicon,
    names: Mapping[str, str],
    language: Language = "zh",
) -> Iterator[str]:
    """The lines of the timeline; `names` are those of steps and materials by their ids."""
    began = _by_beginning(happenings, terms)
    for n, one in enumerate(happenings):
        article = f" —— {lexicon.article(one.article, language)}" if one.article else ""
        who = _padded(_who(one, lexicon, language))
        yield f"{moment_in_words(one.at, language)}  {who}{_said(one, lexicon, names, language)}{article}"
        if one.papers:
            papers = [lexicon.paper(paper, language) for paper in one.papers]
            yield INDENT + Text(f"文书：{'、'.join(papers)}", f"papers: {', '.join(papers)}").said_in(language)
        for text in _moved(one.data, names):
            yield f"{INDENT}⏱ {text.said_in(language)}"
        for term in began.get(n, ()):
            first, *why = explained(term, names, language)
            yield f"{INDENT}⏱ {first} —— {lexicon.article(term.article, language)}"
            yield from (f"{INDENT}   {line}" for line in why)


def _moved(data: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Text]:
    """The due days that the event moved, as it told them; later events may have moved them on."""
    for moved in data.get("moved") or ():
        name, old, new = limit_name(moved["clock"], names), moved["old"], moved["new"]
        mark = Text("（暂定）", " (provisional)") if moved["provisional"] else Text("", "")
        verb = Text("仍为", "still") if old == new else Text(f"{old} 改为", f"{old} is now")
        yield Text(f"{name.zh}：{verb.zh} {new}{mark.zh}", f"{name.en}: {verb.en} {new}{mark.en}")


def _by_beginning(happenings: Sequence[Happening], terms: Iterable[Term]) -> dict[int, list[Term]]:
    """The limits under the event with which they began to run."""
    began: dict[int, list[Term]] = {}
    for term in terms:
        began.setdefault(_beginning(happenings, term), []).append(term)
    return began


def _beginning(happenings: Sequence[Happening], term: Term) -> int:
    """The last event of the moment of the start that can start something, else the first event after it. Acceptance by
    silence lies after the start of the limits that it sets going: it holds as of the day of receipt."""
    deemed = [n for n, one in enumerate(happenings) if one.kind == EventKind.DEEMED_ACCEPTED]
    if deemed and term.key in (Clock.PROMISED, Clock.STATUTORY) and term.started_at < happenings[deemed[0]].at:
        return deemed[0]
    able = [(n, one) for n, one in enumerate(happenings) if one.kind not in STARTS_NOTHING]
    if at_once := [n for n, one in able if one.at == term.started_at]:
        return at_once[-1]
    return next((n for n, one in able if one.at > term.started_at), len(happenings) - 1)


def _said(one: Happening, lexicon: Lexicon, names: Mapping[str, str], language: Language) -> str:
    """The event in a sentence, with the names of steps and materials in place of their ids."""
    data = dict(one.data)
    for key in ("step", "return_to"):
        if data.get(key):
            data[key] = f"“{names.get(data[key], data[key])}”"
    if str(data.get("clock", "")).startswith("step:"):
        step = data["clock"].removeprefix("step:")
        data["clock"] = f"step:{names.get(step, step)}"
    facts = [text.said_in(language) for text in _facts(one.data, lexicon, names)]
    said = told(one.kind, data).said_in(language)
    if not facts:
        return said
    return f"{said}（{'；'.join(facts)}）" if language == "zh" else f"{said} ({'; '.join(facts)})"


def _who(one: Happening, lexicon: Lexicon, language: Language) -> str:
    """Who did it; what time did is never shown as anybody's act, nor what followed from an act as that of time."""
    if one.by:
        return lexicon.role(one.by, language)
    return (TIME if one.kind in BY_TIME else BY_ITSELF).said_in(language)


def _facts(data: Mapping[str, Any], lexicon: Lexicon, names: Mapping[str, str]) -> Iterator[Text]:
    def listed(materials: Iterable[str]) -> str:
        return "、".join(names.get(material, material) for material in materials)

    if data.get("materials"):
        yield Text(f"收到：{listed(data['materials'])}", f"received: {listed(data['materials'])}")
    if data.get("missing"):
        yield Text(f"尚缺：{listed(data['missing'])}", f"missing: {listed(data['missing'])}")
    if demands := data.get("demands"):
        said = [_demand(demand, names) for demand in demands]
        yield Text("；".join(text.zh for text in said), "; ".join(text.en for text in said))
    if ground := data.get("ground"):
        yield Text(lexicon.ground(ground, "zh"), lexicon.ground(ground, "en"))
    if data.get("authority"):
        yield Text(f"应向{data['authority']}申请", f"competent is {data['authority']}")
    if data.get("officers"):
        yield Text(f"{len(data['officers'])}名工作人员", f"{len(data['officers'])} officers")
    if data.get("unit") and "days" not in data:
        yield Text(f"由{data['unit']}办理", f"to {data['unit']}")


def _demand(demand: Mapping[str, Any], names: Mapping[str, str]) -> Text:
    material = demand.get("material")
    if material is None:
        return Text("另有要求", "a further requirement")
    name = names.get(material, material)
    return (
        Text(f"{name}有不符合之处", f"{name}: defective") if demand.get("defect") else Text(f"缺{name}", f"no {name}")
    )


def moment_in_words(at: datetime, language: Language) -> str:
    """The moment with its day of the week."""
    day = f"周{WEEKDAYS[at.weekday()]}" if language == "zh" else f"{at:%a}"
    return f"{at:%Y-%m-%d} {day} {at:%H:%M}"


def _padded(who: str, width: int = 13) -> str:
    """Chinese characters are two columns wide."""
    return who + " " * max(1, width - sum(2 if ord(character) > 0x2E80 else 1 for character in who))
