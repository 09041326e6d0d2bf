"""How limits, articles and numbers are said."""

from datetime import date

import pytest

from activities.papers.words import basis_in_words, day_in_words, limit_in_words, masked
from domain.definition import LegalBasis
from domain.limits import Limit, Unit


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Limit(days=5), "5个工作日"),
        (Limit(days=30, unit=Unit.NATURAL), "30个自然日"),
        (Limit(days=0.5), "半个工作日"),
        (Limit(days=0), "当日"),
    ],
)
def test_a_limit_is_said_with_its_unit(limit: Limit, said: str) -> None:
    assert limit_in_words(limit) == said


def test_a_day_is_said_as_people_write_it() -> None:
    assert day_in_words(date(2026, 2, 6)) == "2026年2月6日"


def test_articles_of_one_law_are_said_together_and_numbered_as_laws_do() -> None:
    basis = (
        LegalBasis(law="不动产登记暂行条例", article="14"),
        LegalBasis(law="不动产登记暂行条例", article="120"),
        LegalBasis(law="行政许可法", article="10—16"),
    )

    assert basis_in_words(basis) == "《不动产登记暂行条例》第十四条、第一百二十条、《行政许可法》第十至十六条"


@pytest.mark.parametrize("number", ["710000190001010017", "E12345678", "AB1", "1"])
def test_a_masked_number_keeps_its_length_and_hides_most_of_it(number: str) -> None:
    hidden = masked(number)

    assert len(hidden) == len(number)
    assert hidden.count("*") >= len(number) / 2
