"""Bundles at the counter: registered and published like items, and neither broken by what else is published."""

from __future__ import annotations

import uuid
from typing import Any

import httpx2
import pytest

from registry.reading import read_definition
from tests.bundles.pair import FIRST, PAIR, SECOND, a_pair_text, its_item_text
from tests.bundles.sample import CODE, RESTAURANT, a_bundle_text
from tests.counter import FOOD_PERMIT, Counter, publish_all
from tests.definitions import DEFINITIONS, Change

BUNDLES = [file for file in (DEFINITIONS / "bundles").glob("*.yaml") if not file.name.endswith(".cases.yaml")]
TRAINING = "{id: training, name: 培训证明, need: required, main: false}"
MORE_NEEDED: Change = (TRAINING, TRAINING + "\n  - {id: more, name: 另一材料, need: required, main: true}")
"""A change to an item that leaves a bundle that asked for everything before with a need that nobody asks for."""
ASKED_FOR: Change = (
    "  - {id: training,",
    "  - {id: more, name: 另一材料, main: true, for: [first.more]}\n  - {id: training,",
)
LATER: Change = ("version: 2026-01-01", "version: 2099-06-01")


async def registered(counter: Counter, text: str, who: str = "registrar", language: str = "zh") -> httpx2.Response:
    headers = {"Content-Type": "application/yaml", "Idempotency-Key": uuid.uuid4().hex, "Accept-Language": language}
    return await counter.client.post(
        "/v1/definitions", headers=counter.headers(who, ("*",), **headers), content=text.encode()
    )


async def publish(counter: Counter, code: str, version: str = "2026-01-01") -> httpx2.Response:
    return await counter.post("publisher", f"/v1/definitions/{code}/versions/{version}/publication", {}, units=("*",))


async def published(counter: Counter, text: str) -> dict[str, Any]:
    there = await registered(counter, text)
    assert there.status_code in (200, 201), there.text
    done = await publish(counter, there.json()["code"], there.json()["version"])
    assert done.status_code == 200, done.text
    return dict(done.json())


async def a_published_pair(counter: Counter, nth: int, *changes: Change) -> tuple[str, str]:
    """The codes of a bundle that takes cases and of its first item."""
    for code in (FIRST, SECOND):
        await published(counter, its_item_text(code, nth=nth))
    await published(counter, a_pair_text(*changes, nth=nth))
    return str(int(PAIR) + nth), str(int(FIRST) + nth)


async def test_bundle_is_registered_published_by_a_second_person_listed_and_told_as_a_guide(counter: Counter) -> None:
    code = "449999999901"
    first = await registered(counter, a_bundle_text((CODE, code)))
    done = await publish(counter, code, "2026-03-02")

    assert (first.status_code, first.json()["kind"], first.json()["unit"]) == (201, "bundle", "gz-thr-samr")
    assert (done.status_code, done.json()["state"]) == (200, "published")
    whole = (await counter.get("registrar", f"/v1/definitions/{code}/versions/2026-03-02")).json()
    assert [one["id"] for one in whole["body"]["items"]] == ["licence", "food_permit", "fire_check", "tobacco", "drainage", "gas"]  # fmt: skip
    entries = {one["code"]: one for one in (await counter.client.get("/v1/guides")).json()}
    assert (entries[code]["kind"], entries[FOOD_PERMIT]["kind"]) == ("bundle", "item")
    guide = (await counter.client.get(entries[code]["guide"])).json()
    assert guide["kind"] == "bundle"
    assert guide["digest"] == entries[code]["digest"] == whole["digest"]
    items = {item["code"]: item["digest"] for item in guide["items"]}
    assert items[FOOD_PERMIT] == entries[FOOD_PERMIT]["digest"]
    assert [way["path"][-1].split()[-1] for way in guide["ways"]] == ["10个工作日", "8个工作日"]


async def test_every_real_bundle_is_published_and_has_a_guide(counter: Counter) -> None:
    await publish_all(counter, DEFINITIONS / "bundles")

    entries = [one for one in (await counter.client.get("/v1/guides")).json() if one["kind"] == "bundle"]
    guides = [await counter.client.get(entry["guide"]) for entry in entries]

    real = {
        definition.code
        for definition in (read_definition(file.read_bytes(), "").definition for file in BUNDLES)
        if definition
    }
    assert real <= {entry["code"] for entry in entries}
    assert [guide.status_code for guide in guides if guide.json()["code"] in real] == [200] * len(real)


async def test_guide_of_a_bundle_is_in_english_where_it_is_asked_for(counter: Counter) -> None:
    await published(counter, RESTAURANT)

    guide = (await counter.client.get(f"/v1/guides/{CODE}", headers={"Accept-Language": "en"})).json()

    assert guide["departments"][0]["role"] == "lead department"


async def test_faulty_bundle_is_refused_with_every_fault_and_its_place(counter: Counter) -> None:
    text = a_bundle_text(("limit: {days: 10,", "limit: {days: 11,"), ('"442199006000"', '"442199006999"'))

    response = await registered(counter, text, language="en")

    assert (response.status_code, response.json()["code"]) == (422, "definition_faulty")
    faults = {fault["code"]: fault for fault in response.json()["faults"]}
    unknown = faults["item_unknown"]
    assert (unknown["path"], unknown["line"], unknown["article"]) == ("items.gas.item", 26, "gz:5")
    assert "442199006000" in unknown["right"], "the nearest of the catalogue"


async def test_limit_over_the_longest_way_of_the_items_in_the_catalogue_is_refused(counter: Counter) -> None:
    response = await registered(counter, a_bundle_text(("limit: {days: 10,", "limit: {days: 11,")))

    (fault,) = response.json()["faults"]
    assert (fault["code"], fault["article"], fault["line"]) == ("bundle_over_path", "gz:13.3", 13)


async def test_bundle_is_registered_for_its_lead_department_only(counter: Counter) -> None:
    headers = {"Content-Type": "application/yaml", "Idempotency-Key": uuid.uuid4().hex}

    response = await counter.client.post(
        "/v1/definitions",
        headers=counter.headers("registrar", ("gz-thr-fire",), **headers),
        content=RESTAURANT.encode(),
    )

    assert (response.status_code, response.json()["code"]) == (403, "role_missing")


async def test_bundle_is_not_published_while_an_item_has_no_published_guide(counter: Counter) -> None:
    await published(counter, its_item_text(FIRST, nth=1))
    waiting = (await registered(counter, its_item_text(SECOND, nth=1))).json()
    bundle = (await registered(counter, a_pair_text(nth=1))).json()

    refused = await publish(counter, bundle["code"])
    await publish(counter, waiting["code"])
    done = await publish(counter, bundle["code"])

    assert (refused.status_code, refused.json()["code"], refused.json()["article"]) == (
        (409, "item_without_guide", "gz:11.1")
    )
    assert f"second（{waiting['code']}）" in refused.json()["detail"]
    assert done.status_code == 200, done.text
    assert (await counter.get("registrar", f"/v1/definitions/{bundle['code']}/versions/2026-01-01")).json()[
        "state"
    ] == "published"


async def test_bundle_is_checked_anew_against_what_is_published_in_the_end(counter: Counter) -> None:
    await published(counter, its_item_text(SECOND, nth=2))
    await registered(counter, its_item_text(FIRST, nth=2))
    bundle = (await registered(counter, a_pair_text(nth=2))).json()
    await published(counter, its_item_text(FIRST, MORE_NEEDED, nth=2))

    refused = await publish(counter, bundle["code"])

    assert (refused.status_code, refused.json()["code"]) == (409, "bundle_faulty")
    (fault,) = refused.json()["faults"]
    assert (fault["code"], fault["path"], fault["line"]) == ("need_unfed", "items.first", 17)
    assert "another" not in fault["says"]
    assert "另一材料" in fault["says"]


async def test_bundle_that_a_coming_version_of_an_item_breaks_waits_until_its_own_next_version_is_registered(
    counter: Counter,
) -> None:
    await published(counter, its_item_text(SECOND, nth=10))
    await published(counter, its_item_text(FIRST, nth=10))
    await published(counter, its_item_text(FIRST, LATER, MORE_NEEDED, nth=10))
    bundle = (await registered(counter, a_pair_text(nth=10))).json()

    refused = await publish(counter, bundle["code"])
    await registered(counter, a_pair_text(LATER, ASKED_FOR, nth=10))
    done = await publish(counter, bundle["code"])

    assert refused.json()["code"] == "bundle_faulty"
    assert "按2099-06-01施行的各事项核对" in refused.json()["detail"]
    assert done.status_code == 200, done.text


async def test_version_of_an_item_that_breaks_a_bundle_waits_until_a_version_of_the_bundle_is_registered(
    counter: Counter,
) -> None:
    bundle, item = await a_published_pair(counter, 3)
    await registered(counter, its_item_text(FIRST, LATER, MORE_NEEDED, nth=3))

    refused = await publish(counter, item, "2099-06-01")
    still_broken = await registered(counter, a_pair_text(("version: 2026-01-01", "version: 2099-03-01"), nth=3))
    refused_again = await publish(counter, item, "2099-06-01")
    await registered(counter, a_pair_text(LATER, ASKED_FOR, nth=3))
    done = await publish(counter, item, "2099-06-01")
    follows = await publish(counter, bundle, "2099-06-01")

    assert (refused.status_code, refused.json()["code"]) == (409, "breaks_bundle")
    assert f"“样品成对一件事”（{bundle}@2026-01-01）自2099-06-01起" in refused.json()["detail"]
    (fault,) = refused.json()["faults"]
    assert (fault["code"], fault["file"], fault["line"]) == ("need_unfed", f"{bundle}@2026-01-01", 17)
    assert still_broken.status_code == 201
    assert refused_again.json()["code"] == "breaks_bundle", "a version that is broken as well mends nothing"
    assert (done.status_code, follows.status_code) == (200, 200), f"{done.text} {follows.text}"


async def test_refused_publication_leaves_the_version_unpublished(counter: Counter) -> None:
    _, item = await a_published_pair(counter, 4)
    await registered(counter, its_item_text(FIRST, LATER, MORE_NEEDED, nth=4))

    await publish(counter, item, "2099-06-01")

    there = await counter.get("registrar", f"/v1/definitions/{item}/versions/2099-06-01")
    assert (there.json()["state"], there.json()["published_by"]) == ("registered", None)


async def test_version_of_an_item_that_a_later_version_of_the_bundle_would_take_is_held_against_that_one(
    counter: Counter,
) -> None:
    bundle, item = await a_published_pair(counter, 5)
    await published(counter, a_pair_text(("version: 2026-01-01", "version: 2099-09-01"), nth=5))
    await registered(counter, its_item_text(FIRST, LATER, MORE_NEEDED, nth=5))
    await registered(counter, a_pair_text(LATER, ASKED_FOR, nth=5))

    refused = await publish(counter, item, "2099-06-01")

    assert refused.json()["code"] == "breaks_bundle"
    assert f"{bundle}@2099-09-01" in refused.json()["detail"]


async def test_bundle_that_names_the_version_of_an_item_is_not_touched_by_another(counter: Counter) -> None:
    pinned: Change = (f'item: "{int(FIRST) + 6}"', f'item: "{int(FIRST) + 6}", version: 2026-01-01')
    _, item = await a_published_pair(counter, 6, pinned)
    await registered(counter, its_item_text(FIRST, LATER, MORE_NEEDED, nth=6))

    done = await publish(counter, item, "2099-06-01")

    assert done.status_code == 200, done.text


async def test_version_of_an_item_that_keeps_the_bundle_whole_is_published(counter: Counter) -> None:
    _, item = await a_published_pair(counter, 7)
    await registered(counter, its_item_text(FIRST, LATER, ("name: 样品许可\n", "name: 样品许可（改）\n"), nth=7))

    done = await publish(counter, item, "2099-06-01")

    assert done.status_code == 200, done.text


async def test_shorter_promise_of_an_item_on_the_longest_way_breaks_the_limit_of_the_bundle(counter: Counter) -> None:
    _, item = await a_published_pair(counter, 8)
    shorter = ("promised: {days: 5,", "promised: {days: 4,")
    await registered(counter, its_item_text(FIRST, LATER, shorter, nth=8))

    refused = await publish(counter, item, "2099-06-01")

    assert (refused.json()["code"], refused.json()["article"]) == ("breaks_bundle", "gz:13.3")
    assert refused.json()["faults"][0]["code"] == "bundle_over_path"


async def test_code_of_an_item_is_never_that_of_a_bundle(counter: Counter) -> None:
    as_bundle = await registered(counter, a_bundle_text((CODE, FOOD_PERMIT)))
    await published(counter, RESTAURANT)
    as_item = await registered(counter, its_item_text(FIRST).replace(FIRST, CODE))

    assert (as_bundle.status_code, as_bundle.json()["code"]) == (409, "other_kind")
    assert (as_item.status_code, as_item.json()["code"]) == (409, "other_kind")


async def test_bundle_with_a_withdrawn_item_takes_no_case_and_says_which_item_it_is(counter: Counter) -> None:
    bundle, item = await a_published_pair(counter, 9)
    withdrawn = await counter.post(
        "publisher", f"/v1/definitions/{item}/withdrawal", {"reason": "法规已经废止"}, units=("*",)
    )

    guide = await counter.client.get(f"/v1/guides/{bundle}")
    another = (await registered(counter, a_pair_text(("version: 2026-01-01", "version: 2026-02-01"), nth=9))).json()

    assert withdrawn.status_code == 204
    assert (guide.status_code, guide.json()["code"], guide.json()["article"]) == (409, "bundle_item_gone", "gz:11.1")
    assert f"所含事项 first：事项 {item} 已经取消" in guide.json()["detail"]
    assert another["code"] == "definition_faulty", "a withdrawn item is none that a bundle may name"


@pytest.mark.parametrize(("kind", "title"), [("item", "事项定义 service item"), ("bundle", "“一件事”定义 bundle")])
async def test_schema_of_either_kind_is_given(counter: Counter, kind: str, title: str) -> None:
    response = await counter.client.get("/v1/definitions/schema", params={"kind": kind})

    assert response.json()["title"] == title
