"""The page that describes the interface is whole by itself."""

from __future__ import annotations

import re

from tests.counter import Counter


async def test_page_describes_every_address_with_examples_and_loads_nothing_from_elsewhere(counter: Counter) -> None:
    described = (await counter.client.get("/openapi.json")).json()

    page = await counter.client.get("/docs")

    assert page.status_code == 200
    shown = page.text
    assert [path for path in described["paths"] if f"<code>{path}</code>" not in shown] == []
    assert "&#34;outcome&#34;: &#34;accept&#34;" in shown
    assert "&#34;act&#34;: &#34;withdraw&#34;" in shown
    assert re.findall(r'(?:src|href)="(?!/)', shown) == []
    assert "<script" not in shown
