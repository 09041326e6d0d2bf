from __future__ import annotations

from domain.checklist import Checklist, names
from tests.builders import FORM, LICENCE, PLAN, TRAINING

NEEDED = (PLAN, FORM, TRAINING, LICENCE)


def test_missing_materials_stand_in_the_order_of_the_guide() -> None:
    checklist = Checklist(needed=NEEDED, in_hand=("form",))

    assert [needed.id for needed in checklist.missing] == ["plan", "training"]


def test_what_a_register_holds_is_never_missing() -> None:
    assert LICENCE not in Checklist(needed=NEEDED).missing


def test_only_main_materials_stand_in_the_way_of_deferral() -> None:
    checklist = Checklist(needed=NEEDED, in_hand=("form",))

    assert checklist.missing_main == (PLAN,)
    assert checklist.with_more(["plan"]).missing_main == ()


def test_item_without_materials_misses_nothing() -> None:
    assert Checklist(needed=()).missing == ()


def test_material_handed_in_twice_is_in_hand_once_in_the_order_of_arrival() -> None:
    checklist = Checklist(needed=NEEDED).with_more(["plan", "form"]).with_more(["plan", "training"])

    assert checklist.in_hand == ("plan", "form", "training")


def test_paper_that_nobody_asked_for_completes_nothing() -> None:
    checklist = Checklist(needed=NEEDED, in_hand=("form", "plan", "birthday_card"))

    assert checklist.missing == (TRAINING,)
    assert "birthday_card" not in checklist
    assert "plan" in checklist


def test_checklist_names_materials_as_people_read_them() -> None:
    needed = (FORM.model_copy(update={"name": "申请书"}), PLAN.model_copy(update={"name": "平面图"}))

    assert names(needed) == "申请书、平面图"
    assert Checklist(needed=needed).name_of("plan") == "平面图"
    assert Checklist(needed=needed).name_of("unknown") == "unknown"
