"""A bundle of two sample items, the second after the first, for tests that publish versions of their own."""

from __future__ import annotations

from tests.definitions import Change, a_definition_text

FIRST, SECOND, PAIR = "449999999710", "449999999720", "449999999730"

PAIR_TEXT = """\
kind: bundle
code: "{pair}"
name: 样品成对一件事
version: 2026-01-01
lead: {{code: gz-thr-sample, name: 样品管理局, level: 4, district: "440106"}}
type: 行政许可
audience: [企业法人]
basis:
  - {{law: 样品管理条例, article: "3"}}
fee: {{charged: false, basis: "apl:58"}}
limit: {{days: 10, unit: working, starts: acceptance, basis: "gz:13.3"}}
acceptance: {{days: 5, unit: working, starts: receipt, basis: "apl:32.4"}}
delivery: {{days: 10, unit: working, starts: decision, basis: "apl:44"}}
situations:
  - {{id: sells_online, ask: 是否网上销售？, answers: ["yes", "no"]}}
items:
  - {{id: first, item: "{first}"}}
  - {{id: second, item: "{second}", after: [first]}}
form:
  - {{id: address, name: 地址, for: [first.address, second.address]}}
materials:
  - {{id: application_form, name: 申请书, main: true, for: [first.application_form, second.application_form]}}
  - {{id: training, name: 培训证明, main: false, for: [first.training, second.training]}}
  - {{id: online_filing, name: 网络备案, main: false, for: [first.online_filing, second.online_filing]}}
"""


def a_pair_text(*changes: Change, nth: int = 0) -> str:
    """The bundle; each `nth` one is another bundle of other items."""
    text = PAIR_TEXT.format(pair=int(PAIR) + nth, first=int(FIRST) + nth, second=int(SECOND) + nth)
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def its_item_text(code: str, *changes: Change, nth: int = 0) -> str:
    """One of its two items."""
    return a_definition_text(("449999999000", str(int(code) + nth)), *changes)
