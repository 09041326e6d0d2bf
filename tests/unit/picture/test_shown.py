"""The picture from what the API shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from api.bundles import BundleCaseView, PartView
from api.views import CaseView, Deadlines, EventView
from cli.picture.model import Row, Span
from cli.picture.shown import picture_shown
from domain.bundle.path import PathLeg
from domain.certificate import CertifiedDay
from domain.certified import CertifiedLimit
from domain.limits import Limit
from domain.record import Ending, PartState
from domain.told_days import ToldDay
from tests.builders import the_calendar
from tests.unit.picture.drawing import march, span


def limit(started: int, due: list[int], **changes: Any) -> dict[str, Any]:
    promised = {
        "clock": "promised",
        "limit": {"days": 5, "unit": "working"},
        "more": [],
        "due_day": march(due[-1]).isoformat(),
        "told": [{"due_day": march(day).isoformat()} for day in due],
        "days": [],
        "stopped_at": None,
    }
    return promised | changes


def day(number: int, reason: str) -> dict[str, Any]:
    return {"day": march(number).isoformat(), "reason": reason}


def part(id_: str, state: str, number: str | None, **changes: Any) -> dict[str, Any]:
    case = {"number": number, "accepted_on": "2026-03-02"} if number else None
    said = {"id": id_, "name": f"事项{id_}", "state": state, "ending": None, "planned": "2026-03-09", "on_path": False}
    return said | {"case": case, "after": []} | changes


ANSWERS: dict[str, Any] = {
    "/v1/bundle-cases/N": {
        "number": "N",
        "item_name": "开店",
        "received_at": "2026-03-01T17:00:00Z",
        "accepted_on": "2026-03-02",
        "ending": None,
        "path": ["a", "c"],
        "parts": [
            part("a", "handed_over", "N-1", on_path=True),
            part("b", "ended", "N-2", ending="refused", planned=None),
            part("c", "waiting", None, on_path=True, planned="2026-03-12", after=["a"]),
        ],
    },
    "/v1/cases/N/deadline": {
        "certificates": [limit(2, [10, 10, 12], limit={"days": 8, "unit": "working"})],
        "path": [{"part": "a", "begins": "2026-03-02"}, {"part": "c", "begins": "2026-03-09"}],
    },
    "/v1/cases/N/timeline": [
        {"kind": "accepted", "at": "2026-03-02T02:00:00Z", "data": {}},
        {"kind": "parts_handed_over", "at": "2026-03-06T02:00:00Z", "data": {"parts": ["事项a"]}},
    ],
    "/v1/cases/N-1/deadline": {
        "certificates": [
            limit(2, [9], stopped_at="2026-03-04T17:00:00Z"),
            limit(2, [9], clock="statutory"),
        ],
        "path": [],
    },
    "/v1/cases/N-2/deadline": {
        "certificates": [
            limit(
                2,
                [9, 13],
                more=[{"days": 1, "unit": "working"}],
                days=[
                    day(2, "first"),
                    day(3, "counted"),
                    day(4, "paused"),
                    day(5, "paused"),
                    day(6, "counted"),
                    day(7, "weekend"),
                    day(9, "paused"),
                ],
                stopped_at="2026-03-10T02:00:00Z",
            )
        ],
        "path": [],
    },
}
ENDED = {
    "/v1/bundle-cases/N": ANSWERS["/v1/bundle-cases/N"] | {"ending": "partly_granted"},
    "/v1/cases/N/timeline": [
        *ANSWERS["/v1/cases/N/timeline"],
        {"kind": "closed", "at": "2026-03-11T02:00:00Z", "data": {}},
    ],
}


def test_the_whole_with_every_due_day_that_was_told() -> None:
    picture = picture_shown(ANSWERS.__getitem__, "N", the_calendar(), march(11))

    assert (picture.number, picture.received, picture.today) == ("N", march(2), march(11))
    assert picture.whole == Row(
        "", "开店", PartState.RUNNING, begun=march(2), limit=Limit(days=8), due=(march(10), march(12))
    )


def test_every_item_with_its_own_limit() -> None:
    a, b, c = picture_shown(ANSWERS.__getitem__, "N", the_calendar(), march(11)).items

    assert (a.begun, a.due, a.decided, a.handed_over) == (march(2), (march(9),), march(5), march(6))
    assert (a.planned, a.on_path, a.after) == (span(2, 9), True, ())
    assert (b.ending, b.planned, b.more) == (Ending.REFUSED, None, (Limit(days=1),))
    assert b.paused == (span(4, 5), span(9, 9))
    assert (c.begun, c.planned, c.limit, c.after) == (None, Span(march(9), march(12)), None, ("a",))


def test_a_bundle_that_is_over_was_handed_over_on_the_day_on_which_it_was_closed() -> None:
    picture = picture_shown((ANSWERS | ENDED).__getitem__, "N", the_calendar(), date(2026, 3, 20))

    assert (picture.whole.ending, picture.whole.handed_over) == (Ending.PARTLY_GRANTED, march(11))


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (BundleCaseView, ANSWERS["/v1/bundle-cases/N"]),
        (PartView, ANSWERS["/v1/bundle-cases/N"]["parts"][0]),
        (CaseView, ANSWERS["/v1/bundle-cases/N"]["parts"][0]["case"]),
        (Deadlines, ANSWERS["/v1/cases/N/deadline"]),
        (CertifiedLimit, ANSWERS["/v1/cases/N/deadline"]["certificates"][0]),
        (ToldDay, ANSWERS["/v1/cases/N/deadline"]["certificates"][0]["told"][0]),
        (CertifiedDay, ANSWERS["/v1/cases/N-2/deadline"]["certificates"][0]["days"][0]),
        (PathLeg, ANSWERS["/v1/cases/N/deadline"]["path"][0]),
        (EventView, ANSWERS["/v1/cases/N/timeline"][0]),
    ],
)
def test_the_api_shows_all_that_the_picture_is_made_of(view: type[BaseModel], shown: dict[str, Any]) -> None:
    assert set(shown) <= set(view.model_fields)
