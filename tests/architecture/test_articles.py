"""The law and the program kept in step: articles, rules, stages, definitions, cases, and the words for all of them."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cli.traceability import DEFINITIONS, PAGE, ROOT, Article, Trace, articles, table, trace
from domain import commands, record
from domain.grievance import commands as grievance_commands
from domain.grievance import record as grievance_record
from domain.law import ARTICLE
from domain.supervision import rules, shortcomings
from domain.telling import LAWS

CITING = (
    *("activities", "api", "cli", "definitions", "domain", "observability", "registry", "settings"),
    *("storage", "worker", "workflows"),
)
READABLE = {".py", ".yaml", ".md", ".typ"}


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


@cache
def listed() -> dict[str, Article]:
    return {article.id: article for article in articles()}


def carried_out() -> list[str]:
    return [article.id for article in articles() if article.status == "carried_out"]


# What stands in articles.yaml


def test_every_article_is_listed_once_in_our_notation() -> None:
    ids = [article.id for article in articles()]

    assert [one for one, times in Counter(ids).items() if times > 1] == []
    assert [one for one in ids if not ARTICLE.match(one)] == []


def test_every_article_belongs_to_a_listed_law_that_has_both_names() -> None:
    laws = read(DEFINITIONS / "articles.yaml")["laws"]

    assert {article.id.split(":")[0] for article in articles()} == set(laws)
    assert [law for law, name in laws.items() if not (name["zh"] and name["en"])] == []


def test_every_article_says_in_both_languages_what_it_asks() -> None:
    assert [article.id for article in articles() if not (article.zh.strip() and article.en.strip())] == []


def test_all_24_articles_of_the_regulation_are_listed() -> None:
    numbers = {int(article.id.split(":")[1].split(".")[0]) for article in articles() if article.id.startswith("gz:")}

    assert numbers == set(range(1, 25))


def test_every_article_is_carried_out_or_says_why_not() -> None:
    assert {article.status for article in articles()} <= {"carried_out", "later", "outside"}
    assert [article.id for article in articles() if article.status != "carried_out" and not article.why] == []


# What cites them


@pytest.mark.parametrize("by", Trace._fields)
def test_every_article_cited_exists(by: str) -> None:
    cited: dict[str, list[str]] = getattr(trace(), by)

    assert cited
    assert {article: places for article, places in cited.items() if article not in listed()} == {}


def test_every_article_named_anywhere_in_code_comments_or_data_exists() -> None:
    mention = re.compile(rf"\b(?:{'|'.join(read(DEFINITIONS / 'articles.yaml')['laws'])}):[0-9]+(?:[.-][0-9]+)*")
    files = [file for name in CITING for file in (ROOT / name).rglob("*") if file.suffix in READABLE]

    unknown = {
        (file.relative_to(ROOT).as_posix(), one)
        for file in files
        for one in mention.findall(file.read_text("utf-8"))
        if one not in listed()
    }

    assert unknown == set()


def test_every_basis_of_a_case_is_in_our_notation() -> None:
    assert [basis for basis in trace().cases if not ARTICLE.match(basis)] == []


def test_every_case_says_which_article_it_shows() -> None:
    cases = [case for file in (DEFINITIONS / "items").glob("*.cases.yaml") for case in read(file)["cases"]]

    assert cases
    assert [case["name"] for case in cases if not case["basis"]] == []


@pytest.mark.parametrize("article", carried_out())
def test_article_is_carried_out_by_a_rule_a_stage_or_a_definition(article: str) -> None:
    assert article in trace().rules or article in trace().stages or article in trace().definitions


@pytest.mark.parametrize("article", carried_out())
def test_article_is_shown_by_a_case(article: str) -> None:
    assert trace().cases.get(article)


def test_page_of_traceability_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == table(), "run `python -m cli.traceability`"


# The words

PREFIXES = {"PartState": "part", "EventKind": "event", "GrievanceEventKind": "grievance_event"}
ENUMS = [
    kind
    for module in (commands, record, rules, shortcomings, grievance_commands, grievance_record)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Enum) and kind.__module__ == module.__name__
]


@cache
def terms() -> dict[str, Any]:
    return {one["term"]: one for one in read(DEFINITIONS / "glossary.yaml")["terms"]}


def test_every_term_of_the_glossary_stands_there_once() -> None:
    assert len(terms()) == len(read(DEFINITIONS / "glossary.yaml")["terms"])


def test_every_term_of_the_glossary_is_named_and_explained_in_both_languages() -> None:
    told = {term: (one["zh"], one["en"], one["means"]["zh"], one["means"]["en"]) for term, one in terms().items()}

    assert [term for term, texts in told.items() if not all(text.strip() for text in texts)] == []


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_value_that_a_case_may_take_has_a_term(kind: type[Enum]) -> None:
    prefix = PREFIXES.get(kind.__name__) or re.sub(r"(?<!^)([A-Z])", r"_\1", kind.__name__).lower()

    assert [one.value for one in kind if not {f"{prefix}.{one.value}", one.value} & set(terms())] == []


def test_every_paper_is_called_in_the_glossary_as_its_form_is_titled() -> None:
    forms = {file.stem: read(file) for file in (DEFINITIONS / "papers").glob("*.yaml") if file.stem != "phrases"}
    titles = {name: form["title"] for name, form in forms.items()}
    plain = {name: title if isinstance(title, str) else title["行政许可"] for name, title in titles.items()}

    called = {name: terms()[f"paper.{name}"]["zh"] for name in forms}

    assert called == {name: re.sub(r"{%.*%}", "", title) for name, title in plain.items()}


def test_every_law_has_a_short_name_for_the_details_of_a_case() -> None:
    assert set(LAWS) == set(read(DEFINITIONS / "articles.yaml")["laws"])
