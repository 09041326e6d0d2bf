"""One sound definition, which tests change in the one place that they are about."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from domain.definition import ItemDefinition
from registry.reading import Read, checked_definition
from registry.reference import Reference, read_reference
from registry.source import read_source

DEFINITIONS = Path(__file__).parents[1] / "definitions"
HERE = "¦"
"""Stands in a changed text where the fault is expected to be located; taken out before it is read."""

SAMPLE = """\
kind: item
code: "449999999000"
name: 样品许可
version: 2026-01-01
department: {code: gz-thr-sample, name: 样品管理局, level: 4, district: "440106"}
type: 行政许可
handling: promised
audience: [企业法人]
basis:
  - {law: 样品管理条例, article: "3"}
conditions:
  - 有固定的场所
fee: {charged: false, basis: "apl:58"}
result: {name: 样品许可证, kind: 证件执照, valid: 5年}
limits:
  acceptance: {days: 5, unit: working, starts: receipt, basis: "apl:32.4"}
  statutory: {days: 20, unit: working, starts: acceptance, basis: "apl:42.1"}
  promised: {days: 5, unit: working, starts: acceptance}
  extension: {days: 10, unit: working, approver: agency_head, times: 1, basis: "apl:42.1"}
  delivery: {days: 10, unit: working, starts: decision, basis: "apl:44"}
intake: {incomplete: supplement, silence: deemed_accepted}
situations:
  - {id: sells_online, ask: 是否网上销售？, answers: [yes, no]}
form:
  - {id: address, name: 地址, type: text}
materials:
  - {id: application_form, name: 申请书, need: required, main: true}
  - {id: business_licence, name: 营业执照, need: required, main: true, share: {register: 电子证照, type: 营业执照}}
  - {id: training, name: 培训证明, need: required, main: false}
  - {id: online_filing, name: 网络备案, need: when, when: {sells_online: yes}, main: false}
deferral: {allowed: true, supplement_within: {days: 3, unit: working}, basis: "gdbe:32"}
examination:
  - {id: review, name: 资料审查, role: examiner, limit: {days: 1, unit: working}}
  - {id: on_site, name: 现场核查, role: examiner, officers: 2, on_site: true, limit: {days: 2, unit: working}}
  - {id: online, name: 网络核查, role: examiner, after: [review], when: {sells_online: yes}, limit: {days: 1, unit: working}}
  - {id: decide, name: 决定, role: approver, after: [online, on_site], limit: {days: 1, unit: working}, decides: true}
special_procedures:
  - {id: hearing, name: 听证, procedure: hearing, counted: false, max: {days: 20, unit: working}, basis: "apl:45"}
notes: [时间计入办结时限]
assumed:
  - {at: limits.promised, why: 未查到}
"""

Change = tuple[str, str]


@cache
def the_reference() -> Reference:
    """Calendar, articles and districts of this city."""
    return read_reference(DEFINITIONS)


def a_definition_text(*changes: Change) -> str:
    """The sample with each first text replaced by the second; the first has to stand there exactly once."""
    text = SAMPLE
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


@cache
def checked(*changes: Change) -> Read:
    """What is found in the sample with these changes."""
    return checked_definition(a_definition_text(*changes).replace(HERE, ""), "sample.yaml", the_reference())


def a_definition(**changes: Any) -> ItemDefinition:
    """The sample as a definition with some of its fields replaced, without any rule being asked."""
    data: dict[str, Any] = read_source(SAMPLE).data
    return ItemDefinition.model_validate({**data, **changes})
