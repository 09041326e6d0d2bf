"""`bancheng monthly`: the report of a month is made, shown, and written to a file, through the API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cli.counter import Counter

monthly = typer.Typer(
    help="月度通报和报告：编制、查看、导出。The monthly notice and report: make, show, write to a file.",
    no_args_is_help=True,
)
WrittenMonth = Annotated[str, typer.Argument(help="月份，如 2026-10。The month, as in 2026-10.")]
Place = Annotated[str, typer.Option(help="地方代码，如 gz-thr。Code of the place.")]
Url = Annotated[str | None, typer.Option(help="接口地址。Address of the API.")]
WHO = "supervisor-1"
SHOWN = ("received", "applications", "accepted", "concluded", "on_time", "on_time_share", "days_mean", "open")


@monthly.command(
    help="编制一个月的报告并发出通报；已经编制的不再编制。Make a month's report with its notices; once made it stays."
)
def make(month: WrittenMonth, place: Place = "gz-thr", url: Url = None) -> None:
    """The month has to be over."""
    from cli.counter import said_in_words

    with _counter(url) as counter, said_in_words():
        made = counter.post(WHO, f"/v1/monthly/{month}?place={place}", "*")
    print(
        f"✓ {made['month']} {made['place']}：{'已经编制' if made['new'] else '此前已经编制，没有改变'}，文书编号 {made['file']}"
    )
    print(f"  方法第{made['method']}号，摘要 {made['digest']}")


@monthly.command(help="查看一个月的报告，或者存成文件。Show a month's report, or write it to a file.")
def show(
    month: WrittenMonth,
    place: Place = "gz-thr",
    pdf: Annotated[Path | None, typer.Option(help="存成 PDF。Write the PDF here.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="存成电子表格。Write the spreadsheet here.")] = None,
    url: Url = None,
) -> None:
    """The main figures, the difficult points, and where the files were written."""
    from cli.counter import said_in_words

    with _counter(url) as counter, said_in_words():
        report = counter.get(WHO, f"/v1/monthly/{month}", "*", place=place)
        for ending, file in (("pdf", pdf), ("xlsx", xlsx)):
            if file is not None:
                file.write_bytes(counter.get_file(WHO, f"/v1/monthly/{month}/report.{ending}", "*", place=place))
                print(f"✓ {file}")
    print(f"{report['place_name']} {report['month']}（方法第{report['method']}号）")
    names = {one["figure"]: one["zh"] for one in report["means"]}
    for name in SHOWN:
        print(f"  {names[name]}：{_said(report['total'][name])}（上月 {_said(report['before'][name])}）")
    items = {one["item"]: one["name"] for one in report["items"]}
    for one in report["difficult"]:
        print(f"  难点 {one['unit']} {items.get(one['item'], one['item'])}：{one['troubled']} 件")


def _said(value: Any) -> str:
    return "—" if value is None else str(value)


def _counter(url: str | None) -> Counter:
    from cli.counter import Counter

    return Counter.at(url)
