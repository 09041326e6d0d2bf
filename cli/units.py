"""`bancheng units`: who holds which post: import a file, look at a unit, see which posts are vacant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cli.counter import Counter

units = typer.Typer(
    help="单位任职：导入、查看、空缺。Who holds which post: import, show, vacancies.",
    no_args_is_help=True,
)
Url = Annotated[str | None, typer.Option(help="接口地址。Address of the API.")]
KINDS = {"people": "人员", "posts": "任职", "absences": "不在岗"}
WHO = "supervisor-1"


@units.command("import", help="导入人员、任职和不在岗日期。Import people, posts and absences.")
def import_(
    file: Annotated[
        Path, typer.Argument(help="YAML 文件，格式见 docs/units.md。A file as docs/units.md describes it.")
    ],
    url: Url = None,
) -> None:
    """All of the file or nothing; every fault is named with its line. The same file again changes nothing."""
    from cli.counter import Refusal

    with _counter(url) as counter:
        try:
            done = counter.post_yaml(WHO, "/v1/units/import", file.read_bytes(), file.name)
        except Refusal as refusal:
            print(f"✗ {file}：{refusal.problem.get('detail')}")
            for fault in refusal.problem.get("faults") or ():
                print(f"  {file}:{fault['line']}: {fault['path']}{'：' if fault['path'] else ''}{fault['says']}")
            raise typer.Exit(1) from refusal
    print("✓ " + "；".join(f"{KINDS[kind]}新增 {done['new'][kind]}、更新 {done['changed'][kind]}" for kind in KINDS))
    if done["cleared"] or done["raised"]:
        print(f"  解除空缺报警 {len(done['cleared'])} 个，新报警 {len(done['raised'])} 个")
    if done["without_substitute"]:
        print(f"  ⚠ 首席事务代表没有代理人：{'、'.join(done['without_substitute'])}")


@units.command(help="查看单位的任职；不写单位则列出各单位的首席事务代表。Posts of a unit, or the chief of each.")
def show(
    unit: Annotated[str | None, typer.Argument(help="单位代码。Code of a unit.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="哪一日。As of which day.")] = None,
    url: Url = None,
) -> None:
    """Who holds what today, or on another day."""
    with _counter(url) as counter:
        if unit is None:
            for row in _got(counter, "/v1/units"):
                print(f"{row['code']:<26} {_named(row['chief'])}  {row['name']}")
            return
        asked = {"on": f"{on:%Y-%m-%d}"} if on else {}
        found = _got(counter, f"/v1/units/{unit}", **asked)
    print(f"{found['name']}（{found['code']}）{found['on']}：首席事务代表 {_named(found['chief'])}")
    for post in found["posts"]:
        print(f"  {_post(post)}")


@units.command(help="现在和近日的岗位空缺。Posts that are vacant, and those that soon will be.")
def vacancies(url: Url = None) -> None:
    """What the alarms say, what would become one, and chief representatives for whom nobody stands in; status 1 where a
    post is vacant."""
    with _counter(url) as counter:
        found = _got(counter, "/v1/supervision/vacancies")
    for alarm in found["now"]:
        print(f"✗ {alarm['says']}（{alarm['raised_at'][:10]} 起，{alarm['id']}）")
    for ahead in found["soon"]:
        print(f"⚠ {ahead['unit_name']}的{_role(ahead['role'])}岗位自 {ahead['day']} 起无人")
    for code in found["without_substitute"]:
        print(f"⚠ {code} 的首席事务代表没有代理人")
    if found["now"]:
        raise typer.Exit(1)
    print("✓ 没有空缺的岗位")


def _got(counter: Counter, path: str, **params: Any) -> Any:
    from cli.counter import said_in_words

    with said_in_words():
        return counter.get(WHO, path, "*", **params)


def _named(member: dict[str, Any] | None) -> str:
    if member is None:
        return "（空缺）"
    return f"{member['name']}（{member['id']}）{'代理' if member['stands_in'] else ''}"


def _post(post: dict[str, Any]) -> str:
    until = f"至 {post['until']}" if post["until"] else "起"
    away = f"，不在岗至 {post['away_until']}" if post["away_until"] else ""
    stands_in = "（代理）" if post["substitute"] else ""
    return f"{post['id']:>5} {_role(post['role'])}{stands_in} {post['name']}（{post['person']}）{post['since']} {until}{away}"


def _role(role: str) -> str:
    from domain.telling import ROLES

    return ROLES[role].zh if role in ROLES else role


def _counter(url: str | None) -> Counter:
    from cli.counter import Counter

    return Counter.at(url)
