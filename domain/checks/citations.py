"""Articles that are cited exist, and the permission law is cited by its articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from domain.checks.rule import Known, looks_at
from domain.checks.saying import listed
from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.faults import Fault, Path
from domain.law import carries_out
from domain.words import Text

NOTATION = re.compile(r"^[a-z]+:[0-9]")
PERMISSION_LAW = re.compile(r"^《?(中华人民共和国)?行政许可法")
LIMITS = ("acceptance", "statutory", "promised", "extension", "delivery")
Basis = tuple[Path, str]
"""A provision that something rests on, and where it is written."""


@looks_at("limits", "intake", "deferral", "special_procedures", "fee")
@carries_out("gz:5")
def cited_articles_exist(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A basis in our notation is an article that definitions/articles.yaml lists."""
    yield from unknown_articles(_bases(definition), known)


@looks_at("limits")
@carries_out("gz:5")
def the_permission_law_is_cited_by_article(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A limit that rests on the permission law says so in our notation, for its rules hang on the article."""
    yield from permission_law_by_name(one for one in _bases(definition) if one[0][0] == "limits")


def unknown_articles(bases: Iterable[Basis], known: Known) -> Iterator[Fault]:
    """A fault for each basis in our notation that is not listed."""
    for path, basis in bases:
        if known.articles is None or not NOTATION.match(basis) or basis in known.articles:
            continue
        near = listed(get_close_matches(basis, sorted(known.articles), n=3, cutoff=0.6))
        yield Fault(
            path,
            "article_unknown",
            Text(f"没有收录条款 {basis}", f"no article {basis} is listed"),
            Text(
                f"应为 articles.yaml 中的条款{f'，如 {near.zh}' if near.zh else ''}；其他法律写全名和条款",
                f"cite one of articles.yaml{f', such as {near.en}' if near.en else ''}, or another law by its full name",
            ),
            "gz:5",
        )


def permission_law_by_name(bases: Iterable[Basis]) -> Iterator[Fault]:
    """A fault for each basis that cites the permission law by its name."""
    for path, basis in bases:
        if PERMISSION_LAW.match(basis):
            yield Fault(
                path,
                "cite_by_article",
                Text(f"依据“{basis}”应写条款编号", f"the basis {basis} should be an article in our notation"),
                Text(
                    "受理写 apl:32.4，办结和延期写 apl:42.1，颁证送达写 apl:44",
                    "apl:32.4 for acceptance, apl:42.1 for the decision and its extension, apl:44 for delivery",
                ),
                "gz:5",
            )


def _bases(definition: ItemDefinition) -> Iterator[Basis]:
    for name in LIMITS:
        limit = getattr(definition.limits, name)
        if limit is not None:
            yield ("limits", name, "basis"), limit.basis.strip()
    yield ("intake", "basis"), definition.intake.basis.strip()
    yield ("deferral", "basis"), definition.deferral.basis.strip()
    yield ("fee", "basis"), definition.fee.basis.strip()
    for n, procedure in enumerate(definition.special_procedures):
        yield ("special_procedures", n, "basis"), procedure.basis.strip()
