"""What becomes of cases, and of a bundle: nearly every act that there is."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.values import SHANGHAI
from tests.api.test_bundles import BUNDLE, LEAD, OTHER, Whole
from tests.counter import UNIT, an_application
from tests.privacy.week import SPECIAL, Week
from tests.workflows.test_extension import real_office


async def a_permit_with_everything(week: Week) -> None:
    """Notice, supplement, transfer, help, return, extension, delay, urging, order, and a refusal in the end."""
    said, who = week.data.text, "applicant-p"
    rest = [{"material": name, "paper": True} for name in ("training", "safety_rules", "facilities")]
    first = {"material": "floor_plan", **await week.file(who)}
    body = an_application() | {"applicant": week.person(), "materials": [first, *rest]}
    receipt = await week.does(who, "/v1/cases", body)
    number = str(receipt["number"])
    await week.looks(receipt)
    demands = [{"material": "floor_plan", "defect": said("图纸没有签名")}]
    await week.answers("window", number, "check", "notify", text=said(), demands=demands)
    handed = [{"material": name, **await week.file(who)} for name in ("application_form", "floor_plan")]
    await week.does(who, f"/v1/cases/{number}/materials", {"materials": handed, "final": True})
    await week.answers("window", number, "check", "accept", text=said())

    review = await week.task(number, "review")
    await week.acts("examiner", number, "add_helper", task=review, role="examiner", unit=OTHER, text=said())
    await week.answers("examiner", number, "review.h1", "advised", (OTHER,), text=said())
    transfer = {"unit": UNIT, "person": "examiner-2", "text": said("改由熟悉情况的同事办理")}
    await week.does("examiner", f"/v1/tasks/{review}/transfer", transfer)
    await week.answers("examiner-2", number, "review", "pass", text=said())
    await week.answers("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"], text=said())
    await week.acts("examiner", number, "extend", days=5, cause="complex", text=said())
    await week.answers("agency_head", number, "extend", "approve", text=said())
    until = (datetime.now(SHANGHAI).date() + timedelta(days=60)).isoformat()
    delay = {"act": "delay", "until": until, "cause": "system_failure", "text": said()}
    await week.does("examiner", f"/v1/cases/{number}/acts", delay)
    await week.acts(who, number, "urge", text=said("店铺等着开张"))
    await week.acts("supervisor", number, "order", ("*",), text=said(), days=2)
    held_on = (datetime.now(SHANGHAI).date() + timedelta(days=3)).isoformat()
    await week.acts("supervisor", number, "joint_handling", ("*",), units=[OTHER], held_on=held_on, text=said())
    await week.answers("approver", number, "decide", "return", return_to="review", text=said())
    await week.answers("examiner", number, "review", "fail", text=said())
    await week.answers("approver", number, "decide", "refuse", text=said("不具备条件"))
    await week.answers("window", number, "deliver", "delivered", text=said())


async def a_body_keeps_its_promise(week: Week) -> None:
    """Accepted on a promise, granted, delivered."""
    who = "applicant-o"
    number = await week.applies(
        who, applicant=week.organisation(), materials=("application_form", "floor_plan"), promise=True
    )
    await week.answers("window", number, "check", "accept_deferred")
    handed = [{"material": name, **await week.file(who)} for name in ("training", "safety_rules", "facilities")]
    await week.does(who, f"/v1/cases/{number}/materials", {"materials": handed})
    await week.answers("examiner", number, "review", "pass", text=week.data.text())
    await week.answers("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])
    await week.answers("approver", number, "decide", "grant", text=week.data.text())
    await week.answers("window", number, "issue", "issued")
    await week.answers("window", number, "deliver", "delivered")


async def a_procedure_with_a_hearing(week: Week) -> None:
    """Tests stop the clock, a hearing is offered, asked for and called; then the application is taken back."""
    said, who = week.data.text, "applicant-h"
    number = await week.applies(who, item=SPECIAL, applicant=week.person(), materials=(), situations={})
    await week.answers("window", number, "check", "accept")
    await week.acts("examiner", number, "pause", procedure="testing", days=5, text=said("样品送检"))
    await week.acts("examiner", number, "resume", procedure="testing", text=said())
    await week.acts("examiner", number, "hearing", move="offer", text=said())
    await week.acts(who, number, "hearing", move="request", text=said("要求听证"))
    held_on, calendar = datetime.now(SHANGHAI).date(), real_office().calendar
    for _ in range(9):  # more than seven working days from now (apl:48), and fewer than twenty (apl:47)
        held_on = calendar.next_worked(held_on + timedelta(days=1))
    await week.acts("examiner", number, "pause", procedure="hearing", days=10, text=said())
    call = {"act": "hearing", "move": "schedule", "held_on": f"{held_on}", "host": "officer-c", "text": said()}
    await week.does("examiner", f"/v1/cases/{number}/acts", call)
    await week.acts(who, number, "withdraw")


async def a_bundle(week: Week) -> None:
    """One application for four items; what was filled in goes to the items."""
    said, who = week.data.text, "applicant-b"
    body = {
        "applicant": week.person(),
        "situations": {"cold": "no"},
        "form": {"shop_name": week.data.field()},
        "materials": [{"material": "floor_plan", **await week.file(who)}, {"material": "rules", "paper": True}],
    }
    receipt = await week.does(who, f"/v1/bundles/{BUNDLE}/cases", body)
    await week.looks(receipt)
    whole = Whole(week.counter, receipt)
    await week.answers("window", whole.number, "check", "accept", text=said())
    first = await whole.part("first")
    await week.answers("window", first, "decide", "grant", text=said())
    await week.answers("window", first, "issue", "issued")
    second, third = [await whole.part(id_) for id_ in ("second", "third")]
    await week.acts("examiner", third, "pause", (LEAD,), procedure="testing", days=5, text=said())
    await week.answers("window", second, "decide", "grant", (OTHER,), text=said())
    await week.acts(who, whole.number, "withdraw_parts", parts=["third"])
    await week.answers("window", second, "issue", "issued", (OTHER,))
    await week.answers("window", whole.number, "deliver", "delivered")
