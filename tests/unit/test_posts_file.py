"""A file of posts is read whole, and every fault in it is named at once with its line."""

from __future__ import annotations

from registry.posts import OnFile, PostFault, faults_in, read_posts

KNOWN = OnFile(units={"gz-thr-samr"}, people={"clerk-1"})
GOOD = """kind: posts
people:
  - {id: chief-a, name: 测试首席代表甲}
posts:
  - {unit: gz-thr-samr, role: chief_representative, person: chief-a, since: 2026-01-01}
  - {unit: gz-thr-samr, role: window, person: clerk-1, since: 2026-01-01, until: 2026-06-30}
absences:
  - {person: chief-a, first: 2026-03-02, last: 2026-03-03}
"""


def faults(text: str) -> list[PostFault]:
    return list(faults_in(read_posts(text), KNOWN))


def places(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.path) for fault in faults(text)]


def test_file_that_hangs_together_has_no_fault() -> None:
    read = read_posts(GOOD)

    assert faults(GOOD) == []
    assert read.file is not None
    assert [post.person for post in read.file.posts] == ["chief-a", "clerk-1"]
    assert not read.file.posts[0].substitute


def test_every_slip_of_form_is_named_with_its_line_in_one_go() -> None:
    text = """kind: posts
people:
  - {id: chief a, name: 测试首席代表甲}
  - {id: chief-b}
posts:
  - {unit: gz-thr-samr, role: boss, person: chief-b, since: 2026-01-01}
  - {unit: gz-thr-samr, role: window, person: chief-b, since: soon, till: 2026-01-01}
absences:
  - {person: chief-b, first: 2026-03-05, last: 2026-03-04}
"""
    assert places(text) == [
        (3, "people.chief a.id"),
        (4, "people.chief-b.name"),
        (6, "posts.0.role"),
        (7, "posts.1.since"),
        (7, "posts.1.till"),
        (9, "absences.0"),
    ]
    said = {fault.path: fault.says for fault in faults(text)}
    assert "首席事务代表（chief_representative）" in said["posts.0.role"].zh
    assert "until" in said["posts.1.till"].zh
    assert "2026-01-31" in said["posts.1.since"].en


def test_what_does_not_hang_together_is_named_with_its_line_in_one_go() -> None:
    text = """kind: posts
people:
  - {id: chief-a, name: 测试首席代表甲}
  - {id: chief-b, name: 测试首席代表乙}
  - {id: chief-a, name: 测试首席代表丙}
posts:
  - {unit: gz-thr-samr, role: chief_representative, person: chief-a, since: 2026-01-01, until: 2026-03-01}
  - {unit: gz-thr-samr, role: chief_representative, person: chief-b, since: 2026-03-01}
  - {unit: gz-thr-nowhere, role: window, person: nobody, since: 2026-01-01, until: 2025-01-01}
  - {unit: gz-thr-samr, role: window, person: clerk-1, since: 2026-01-01}
  - {unit: gz-thr-samr, role: window, person: clerk-1, since: 2026-02-01}
absences:
  - {person: nobody, first: 2026-03-05, last: 2026-03-05}
"""
    assert places(text) == [
        (5, "people.chief-a.id"),
        (8, "posts.1"),
        (9, "posts.2.person"),
        (9, "posts.2.unit"),
        (9, "posts.2.until"),
        (11, "posts.4"),
        (13, "absences.0.person"),
    ]
    two = faults(text)[1].says.zh
    assert "chief-a" in two
    assert "测试首席代表乙（chief-b）" in two


def test_what_is_no_file_of_posts_is_told_how_one_begins() -> None:
    for text in ("kind: calendar\n", "- 1\n", "just words", ""):
        assert faults(text), text
    assert "kind: posts" in faults("kind: calendar\n")[0].says.zh
    assert "kind: posts" in faults("- 1\n")[0].says.en


def test_key_that_is_written_twice_is_a_fault_with_its_line() -> None:
    assert (5, "") in places(GOOD.replace("role: chief_representative", "role: window, role: chief_representative"))
