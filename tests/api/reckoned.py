"""The overview reckoned a second time, in plain Python from the rows of the case files; it shares nothing with the queries."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from domain.values import SHANGHAI
from storage.database import Database

ROLES = ("window", "examiner", "approver", "agency_head", "government_head", "chief_representative")
LIMITS = ("acceptance", "step", "hearing", "promised", "statutory", "delivery", "order")
FILED = ("filing", "order_late", "still_late", "card_appeal")
MARKS = (
    *("near", *(f"{one}_late" for one in LIMITS), "order_open", "filing_open", "warning_open"),
    *("paused", "idle", "vacant", "behind"),
)


@dataclass
class Files:
    """Every row that matters, by case."""

    cases: list[dict[str, Any]]
    tasks: dict[str, list[dict[str, Any]]]
    clocks: dict[str, list[dict[str, Any]]]
    events: dict[str, list[dict[str, Any]]]
    notices: dict[str, list[dict[str, Any]]]
    acts: dict[str, list[dict[str, Any]]]
    bundles: set[str]
    vacant: set[str]
    findings: list[dict[str, Any]] = field(default_factory=list)
    grievances: list[dict[str, Any]] = field(default_factory=list)


async def read(database: Database) -> Files:
    """All of it, as it is at one moment."""
    async with database.begin() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

        async def rows(query: str) -> list[dict[str, Any]]:
            return [dict(row) for row in (await session.execute(text(query))).mappings()]

        async def by_case(table: str, order: str, but: str = "") -> dict[str, list[dict[str, Any]]]:
            found = defaultdict(list)
            for row in await rows(f"SELECT * FROM {table} {but} ORDER BY {order}"):
                found[row["number"]].append(row)
            return found

        return Files(
            cases=await rows(
                "SELECT number, item_code, item_name, unit, district, channel, applied_by, received_at, seq, stage, light,"
                " waiting_for, due_day, paused_until, changed_at, bundle FROM case_file"
            ),
            tasks=await by_case("task", "opened_at, id"),
            clocks=await by_case("clock", "started_at, key"),
            events=await by_case("case_event", "seq"),
            notices=await by_case("notice", "seq"),
            acts=await by_case("act_under_way", "id"),
            bundles={row["code"] for row in await rows("SELECT code FROM definition WHERE kind = 'bundle'")},
            vacant={
                f"{row['role']}@{row['unit']}"
                for row in await rows(
                    "SELECT role, unit FROM alarm WHERE kind = 'vacancy' AND cleared_at IS NULL AND role IS NOT NULL"
                )
            },
            findings=await rows("SELECT * FROM finding"),
            grievances=await rows("SELECT * FROM grievance"),
        )


def in_place(place: str, *inside: str) -> Callable[[str], bool]:
    """Whether a unit belongs to the place, and not to one inside it."""

    def belongs(unit: str) -> bool:
        return (unit + "-").startswith(place + "-") and not any((unit + "-").startswith(one + "-") for one in inside)

    return belongs


def own(case: dict[str, Any], person: str) -> bool:
    """Whether somebody applied for it themselves."""
    return bool(case["applied_by"] == person and case["channel"] != "window")


def standings(
    files: Files, person: str, overseen: Callable[[str], bool], now: datetime | None = None
) -> list[dict[str, Any]]:
    """Every open case that the person oversees, with its cause, since when, and its marks; in the order of the list."""
    now = now or datetime.now(SHANGHAI)
    found = [
        {**case, **_standing(case, files, now)}
        for case in files.cases
        if case["stage"] != "closed" and overseen(case["unit"]) and not own(case, person)
    ]
    return sorted(found, key=lambda one: (one["due_day"] is None, one["due_day"] or date.max, one["number"]))


def _standing(case: dict[str, Any], files: Files, now: datetime) -> dict[str, Any]:
    number = case["number"]
    tasks = sorted(
        (task for task in files.tasks[number] if task["state"] == "open"),
        key=lambda task: (task["opened_at"], int(task["id"].split(".")[1])),
    )
    running = [clock for clock in files.clocks[number] if clock["state"] == "running"]
    cause, since = _cause(case, tasks, running, files.events[number])
    return {
        "cause": cause,
        "since": since,
        "tasks": tasks,
        "is_bundle": case["item_code"] in files.bundles,
        "marks": {mark for mark in MARKS if _marked(mark, case, tasks, running, files, now)},
    }


def _cause(
    case: dict[str, Any], tasks: list[dict[str, Any]], running: list[dict[str, Any]], events: list[dict[str, Any]]
) -> tuple[str, datetime]:
    """The first that holds, in the order of the guide; since when, where anything says so."""
    hearing = [clock["started_at"] for clock in running if clock["key"] in ("hearing", "hearing_request")]
    extending = [task["opened_at"] for task in tasks if task["step"] == "extend"]
    others = [task for task in tasks if task["step"] != "order"] or tasks
    changed = case["changed_at"]
    if case["seq"] == 0:
        return "not_opened", case["received_at"]
    if case["stage"] == "supplement":
        return "supplement", max((c["started_at"] for c in running if c["key"] == "supplement"), default=changed)
    if case["stage"] == "promise":
        return "promise", max((e["at"] for e in events if e["kind"] == "granted"), default=changed)
    if hearing:
        return "hearing", min(hearing)
    if case["paused_until"] is not None:
        return "special_procedure", _paused_since(events) or changed
    if extending:
        return "extension", min(extending)
    if "items" in case["waiting_for"]:
        accepted = [e["at"] for e in events if e["kind"] in ("accepted", "accepted_deferred", "deemed_accepted")]
        return "items", max(accepted, default=changed)
    if others and others[0]["role"] in ROLES:
        return others[0]["role"], min(task["opened_at"] for task in others)
    return "nobody", changed


def _paused_since(events: list[dict[str, Any]]) -> datetime | None:
    since: dict[str, list[datetime]] = {}
    for event in events:
        if event["kind"] == "paused":
            since.setdefault(event["data"]["procedure"], []).append(event["at"])
        if event["kind"] == "resumed":
            since.pop(event["data"]["procedure"], None)
    return min((at for ats in since.values() for at in ats), default=None)


def _marked(
    mark: str,
    case: dict[str, Any],
    tasks: list[dict[str, Any]],
    running: list[dict[str, Any]],
    files: Files,
    now: datetime,
) -> bool:
    late = [clock for clock in running if clock["passed"] and clock["key"].split(":")[0] in LIMITS]
    open_papers = [n["paper"] for n in files.notices[case["number"]] if n["addressee"] and n["acknowledged_at"] is None]
    match mark:
        case "near":
            return bool(case["light"] == "blue")
        case "order_open":
            return any(task["step"] == "order" for task in tasks)
        case "filing_open":
            return any(paper in FILED for paper in open_papers)
        case "warning_open":
            return any(paper not in FILED for paper in open_papers)
        case "paused":
            return case["paused_until"] is not None
        case "vacant":
            return any(whom in files.vacant for whom in case["waiting_for"])
        case "idle":
            return any(_untouched_since(clock, files.events[case["number"]]) for clock in late)
        case "behind":
            return _is_behind(case, running, files, now)
    return any(clock["key"].split(":")[0] == mark.removesuffix("_late") for clock in late)


def _untouched_since(clock: dict[str, Any], events: Iterable[dict[str, Any]]) -> bool:
    acts = [e for e in events if e["by"] is not None and e["kind"] not in ("urged", "ordered")]
    return not any(event["at"] > clock["due_at"] for event in acts)


def _is_behind(case: dict[str, Any], running: list[dict[str, Any]], files: Files, now: datetime) -> bool:
    then = now - timedelta(minutes=10)
    if case["seq"] == 0 and case["received_at"] < then:
        return True
    if any(
        a["command"] and datetime.fromisoformat(a["command"]["received_at"]) < then for a in files.acts[case["number"]]
    ):
        return True
    if case["due_day"] is None or case["due_day"] > now.astimezone(SHANGHAI).date():
        return False
    stands = ("promised", "statutory", "step") if case["paused_until"] is not None else ()
    return any(not c["passed"] and c["due_at"] < then and c["key"].split(":")[0] not in stands for c in running)


def is_stuck(one: dict[str, Any]) -> bool:
    """Whether it is stuck."""
    return bool(one["marks"] & {"idle", "vacant", "behind"})


def measures(those: list[dict[str, Any]]) -> dict[str, int]:
    """All that is counted of these cases."""
    return {
        "open": len(those),
        "items": sum(one["bundle"] is not None for one in those),
        "applications": sum(one["bundle"] is None for one in those),
        "bundles": sum(one["is_bundle"] for one in those),
        "stuck": sum(is_stuck(one) for one in those),
        **{mark: sum(mark in one["marks"] for one in those) for mark in MARKS},
    }


COLUMN = {"item": "item_code"}


def counted(those: list[dict[str, Any]], by: str) -> dict[str | None, dict[str, int]]:
    """The measures of each group."""
    groups = defaultdict(list)
    for one in those:
        groups[one[COLUMN.get(by, by)]].append(one)
    return {key: measures(group) for key, group in groups.items()}


def waiting(those: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each of those whom open cases wait for: cases, tasks, claimed tasks, since when, and how many are stuck."""
    found: dict[str, dict[str, Any]] = {}
    for one in those:
        for whom in one["waiting_for"]:
            line = found.setdefault(whom, {"cases": 0, "tasks": 0, "claimed": 0, "oldest": [], "stuck": 0})
            tasks = [task for task in one["tasks"] if f"{task['role']}@{task['unit']}" == whom]
            line["cases"] += 1
            line["tasks"] += len(tasks)
            line["claimed"] += sum(task["assignee"] is not None for task in tasks)
            line["stuck"] += is_stuck(one)
            line["oldest"] += [task["opened_at"] for task in tasks] if "@" in whom else [one["since"]]
    return {whom: {**line, "oldest": min(line["oldest"], default=None)} for whom, line in found.items()}


def causes(
    files: Files, person: str, overseen: Callable[[str], bool], first: date, last: date
) -> dict[str, dict[str, tuple[int, int]]]:
    """How often, and in how many cases, each thing went wrong between these days."""
    lists: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for case in files.cases:
        if not overseen(case["unit"]) or own(case, person):
            continue
        events = files.events[case["number"]]
        for event in events:
            if not first <= event["at"].astimezone(SHANGHAI).date() <= last:
                continue
            for name, key in _troubles(event, case, files.tasks[case["number"]], events):
                lists[name].append((key, case["number"]))
    return {
        name: {
            key: (times, len({number for of, number in those if of == key}))
            for key, times in Tally(key for key, _ in those).items()
        }
        for name, those in lists.items()
    }


def _troubles(
    event: dict[str, Any], case: dict[str, Any], tasks: list[dict[str, Any]], events: list[dict[str, Any]]
) -> list[tuple[str, Any]]:
    data = event["data"]
    if event["kind"] == "breach_found":
        return [("told_again", case["unit"])]
    if event["kind"] == "task_transferred":
        return [("transferred", case["unit"])]
    if event["kind"] == "pause_overrun":
        return [("pause_overrun", data.get("name") or data.get("procedure"))]
    if event["kind"] != "limit_passed":
        return []
    clock, later = data["clock"], [e for e in events if e["seq"] > event["seq"]]
    if any(e["kind"] == "lateness_withdrawn" and e["data"].get("clock") == clock for e in later):
        return []
    found = [("late_by_limit", clock), ("late_by_item", case["item_code"])]
    unit = case["unit"]
    if clock.startswith("step:"):
        found.append(("late_by_step", f"{case['item_code']}/{clock.removeprefix('step:')}"))
        desks = {task["unit"] for task in tasks if task["step"] == clock.removeprefix("step:")}
        unit = unit if not desks or unit in desks else min(desks)
    return [*found, ("late_by_unit", unit)]
