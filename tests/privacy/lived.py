"""What people do at the counter in a week, in a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.values import SHANGHAI
from tests.api.test_bundles import DEFINITION, ITEMS, TESTING, an_item, publish
from tests.counter import UNIT, Counter
from tests.definitions import DEFINITIONS
from tests.privacy.beside import grievances, visits, what_is_refused, what_lay_for_weeks
from tests.privacy.cases import a_body_keeps_its_promise, a_bundle, a_permit_with_everything, a_procedure_with_a_hearing
from tests.privacy.data import Data
from tests.privacy.week import OFFICE, SPECIAL, Week

HEARING = TESTING | {"id": "hearing", "name": "听证", "procedure": "hearing", "max": {"days": 20}}


async def publish_what_is_needed(counter: Counter) -> None:
    """The items and the bundle of the week."""
    file = DEFINITIONS / "items" / "food_permit_new.yaml"
    headers = {"Content-Type": "application/yaml", "Idempotency-Key": "register-food-permit"}
    registrar = counter.headers("registrar", ("*",), **headers)
    done = await counter.client.post("/v1/definitions", headers=registrar, content=file.read_bytes())
    assert done.status_code == 201, done.text
    where = done.json()
    path = f"/v1/definitions/{where['code']}/versions/{where['version']}/publication"
    assert (await counter.post("publisher", path, {}, units=("*",))).status_code == 200
    for body in (*ITEMS, DEFINITION, an_item(SPECIAL, UNIT, 5, special_procedures=[TESTING, HEARING])):
        await publish(counter, body)


STORIES = (
    what_lay_for_weeks,
    visits,
    a_permit_with_everything,
    a_body_keeps_its_promise,
    a_procedure_with_a_hearing,
    a_bundle,
    grievances,
    what_is_refused,
)


async def lived(counter: Counter, data: Data) -> Week:
    """The whole week."""
    week = Week(counter, data)
    await publish_what_is_needed(counter)
    for story in STORIES:
        await story(week)
    last = datetime.now(SHANGHAI).date().replace(day=1) - timedelta(days=1)
    await week.does("supervisor", f"/v1/monthly/{last:%Y-%m}", {}, OFFICE, may_fail=True)
    return week
