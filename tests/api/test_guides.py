"""The public guide is the definition in force, in the words of the law, for everybody."""

from __future__ import annotations

import pytest

from tests.counter import FOOD_PERMIT, Counter

BROADBAND = "442199008000"


@pytest.mark.shows(1, 2, "N18")
async def test_guide_carries_the_nine_elements_and_the_digest_of_the_definition_in_force(counter: Counter) -> None:
    listed = (await counter.client.get("/v1/guides")).json()
    guide = (await counter.client.get(f"/v1/guides/{FOOD_PERMIT}")).json()

    entry = next(one for one in listed if one["code"] == FOOD_PERMIT)
    definition = (await counter.get("registrar", f"/v1/definitions/{FOOD_PERMIT}/versions/{entry['version']}")).json()
    assert guide["digest"] == entry["digest"] == definition["digest"]
    elements = ("name", "basis", "conditions", "materials", "process", "audience", "limits", "result", "fee")
    assert all(guide[element] for element in elements)
    assert "假定" in str(guide["limits"]), "an assumed limit says that it is assumed"


@pytest.mark.shows(52)
async def test_guide_says_what_silence_means_for_a_permit_and_for_what_is_none(counter: Counter) -> None:
    permit = (await counter.client.get(f"/v1/guides/{FOOD_PERMIT}")).json()
    service = (await counter.client.get(f"/v1/guides/{BROADBAND}")).json()

    assert "逾期不告知的，自收到申请材料之日起即为受理" in permit["intake"]
    assert "法律未规定逾期不告知即为受理，按逾期处理" in service["intake"]
    assert "自收到申请材料之日起即为受理" not in service["intake"]


async def test_guide_is_in_english_where_it_is_asked_for(counter: Counter) -> None:
    guide = (await counter.client.get(f"/v1/guides/{FOOD_PERMIT}", headers={"Accept-Language": "en"})).json()

    assert guide["language"] == "en"
    assert "working days" in str(guide["limits"])


async def test_unknown_item_has_no_guide(counter: Counter) -> None:
    response = await counter.client.get("/v1/guides/440199999999")

    assert (response.status_code, response.json()["code"]) == (404, "not_in_catalogue")
