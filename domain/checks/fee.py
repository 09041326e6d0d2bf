"""Fees: none without a law, and none without a standard that the guide can show."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.rule import Known, looks_at
from domain.deadline import Office
from domain.definition import Fee, ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text


@looks_at("fee")
@carries_out("apl:58")
def a_fee_has_a_basis(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A fee rests on a law or an administrative regulation; the permission law's ban on fees is no basis for one."""
    yield from baseless(definition.fee)


@looks_at("fee")
@carries_out("gz:5")
def a_fee_has_a_standard(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The guide says how much is charged."""
    yield from unmeasured(definition.fee)


def baseless(fee: Fee) -> Iterator[Fault]:
    """A fault if the fee is charged on no basis."""
    basis = fee.basis.strip()
    if fee.charged and (not basis or basis.partition(".")[0] == "apl:58"):
        yield Fault(
            ("fee", "basis"),
            "fee_without_basis",
            Text("收费没有法律、行政法规依据", "the fee rests on no law or administrative regulation"),
            Text(
                "写明收费的法律、行政法规条款，否则写 charged: false", "name the provision, or write `charged: false`"
            ),
            "apl:58",
        )


def unmeasured(fee: Fee) -> Iterator[Fault]:
    """A fault if the fee is charged without saying how much."""
    if fee.charged and not fee.standard.strip():
        yield Fault(
            ("fee", "standard"),
            "fee_without_standard",
            Text("收费没有写收费标准", "a fee is charged, but not how much"),
            Text("写明收费标准（standard），办事指南须公布", "state it (`standard`); the guide has to publish it"),
            "gz:5",
        )
