"""`bancheng calendar`: working days as data: import a year or its correction, look at it, see how far cases are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cli.counter import Counter

calendar = typer.Typer(
    help="放假安排：导入、查看、重新计算的进度。Working days: import, show, and how far open cases are.",
    no_args_is_help=True,
)
Url = Annotated[str | None, typer.Option(help="接口地址。Address of the API.")]
STATES = {"submitted": "已提交，待第二人签发", "in_force": "施行中", "superseded": "已被取代"}


@calendar.command("import", help="提交一年的放假安排或者更正。Submit a year's working days, or a correction.")
def import_(
    file: Annotated[
        Path, typer.Argument(help="YAML 文件，格式同 definitions/calendar。A file as in definitions/calendar.")
    ],
    sign: Annotated[
        bool, typer.Option("--sign", help="随后由另一人签发（仅限内置环境）。Sign as a second person (embedded only).")
    ] = False,
    url: Url = None,
) -> None:
    """Submit the document; with `--sign` it holds at once, and open cases are recounted."""
    with _counter(url) as counter:
        row = _sent(counter, file)
        if sign and row["state"] == "submitted":
            row = counter.post("supervisor-2", f"/v1/calendars/{row['id']}/signature", "*")
        place = row["unit"] or "全市"
        print(f"✓ {row['year']} 年（{place}）：{STATES[row['state']]}，编号 {row['id']}。{row['source']}")
        if row["state"] == "in_force":
            print(_progress(counter))


def _sent(counter: Counter, file: Path) -> dict[str, Any]:
    from cli.counter import Refusal
    from cli.embedded.trouble import Trouble

    try:
        return dict(counter.post_yaml("supervisor-1", "/v1/calendars", file.read_bytes(), file.name))
    except Refusal as refusal:
        detail = refusal.problem.get("detail")
        raise Trouble(f"{file}：{detail}", f"{file}: {detail}") from refusal


@calendar.command(help="查看一年的工作日。Show the working days of a year.")
def show(
    year: Annotated[int, typer.Argument(min=2000, max=2100)],
    unit: Annotated[str | None, typer.Option(help="某一单位；不填为全市。A unit; otherwise the city.")] = None,
    url: Url = None,
) -> None:
    """Days off with their names, and worked weekends, as they hold now."""
    with _counter(url) as counter:
        asked = {"year": year} | ({"unit": unit} if unit else {})
        days = counter.get("supervisor-1", "/v1/calendars/days", "*", **asked)
    print(f"{year} 年 {unit or '全市'}：{'已公布' if days['published'] else '尚未公布，按周一至周五计算，日期为暂定'}")
    for day, name in days["days_off"].items():
        print(f"  {day} 放假 {name}")
    for day in days["make_up"]:
        print(f"  {day} 上班（调休）")


@calendar.command(help="在办办件重新计算的进度。How far open cases are recounted.")
def progress(url: Url = None) -> None:
    """Open cases, and how many are still to be recounted."""
    with _counter(url) as counter:
        print(_progress(counter))


def _progress(counter: Counter) -> str:
    found = counter.get("supervisor-1", "/v1/calendars/progress", "*")
    return f"在办 {found['open']} 件，尚未重新计算 {found['left']} 件"


def _counter(url: str | None) -> Counter:
    from cli.counter import Counter

    return Counter.at(url)
