"""What is not of law goes after its time, and not a day before; nothing of a case does."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.values import SHANGHAI
from tests.archive.conftest import Archive
from worker.housekeeping import Housekeeping

NOW = datetime(2026, 11, 26, 12, tzinfo=SHANGHAI)
YEAR = timedelta(days=365)


async def test_old_keys_and_troubles_that_are_over_go_and_others_stay(shelf: Archive) -> None:
    for name, at in (("old", NOW - YEAR - timedelta(seconds=1)), ("young", NOW - YEAR)):
        await shelf.sql(
            "INSERT INTO request (id, digest, subject, answer, received_at) VALUES (:name, '', '', '{}', :at)",
            name=name,
            at=at,
        )
        for state, cleared in (("over", at), ("open", None)):
            await shelf.sql(
                "INSERT INTO trouble (id, kind, subject, since, found_at, seen_at, cleared_at, facts, told)"
                " VALUES (:id, 'behind', :id, :at, :at, :at, :cleared, '{}', FALSE)",
                id=f"{name}-{state}",
                at=at,
                cleared=cleared,
            )

    dropped = await Housekeeping(shelf.database, YEAR, now=lambda: NOW).look()

    assert dropped == {"requests": 1, "troubles": 1}
    left = await shelf.sql("SELECT id FROM request UNION SELECT id FROM trouble ORDER BY id")
    assert [row["id"] for row in left] == ["old-open", "young", "young-open", "young-over"]
