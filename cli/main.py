"""The program `bancheng`. A command lives in a module of its own and is one line here.

Commands import what is heavy (Temporal, the API, the tables) inside their functions: `--help` and `token` stay quick.
"""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper

import typer
from pydantic import ValidationError

from cli.archive import archive
from cli.backup import BACKUP_HELP, RESTORE_HELP, backup, restore
from cli.calendar import calendar
from cli.check import check
from cli.demo import demo
from cli.embedded.trouble import Trouble, from_os_error
from cli.keys import keys
from cli.monthly import monthly
from cli.register import register
from cli.schema import HELP as SCHEMA_HELP
from cli.schema import schema
from cli.simulate import simulate
from cli.temporal import temporal
from cli.token import token
from cli.troubles import RECONCILE_HELP, TROUBLES_HELP, reconcile, troubles
from cli.units import units
from cli.up import up
from cli.upgrade import upgrade

app = typer.Typer(
    name="bancheng",
    help="办成：政务服务审批引擎。Approval engine for a city's government services.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(help="启动内置环境，Ctrl-C 停止，数据保留。Run the embedded stack until Ctrl-C; the data stays.")(up)
app.command(help="签发开发用令牌（仅限内置环境）。Issue a development token (embedded stack only).")(token)
app.command(help="核对事项和“一件事”的定义，一次列出全部问题。Check definitions; every fault is named at once.")(check)
app.command(help=SCHEMA_HELP)(schema)
app.command(help="演示：真实办件从收件到送达。Real cases from receipt to delivery.")(demo)
app.command(help="登记事项和“一件事”的定义。Register definitions at the counter.")(register)
app.command(help="在可跳过时间的引擎上运行办件实例。Run the cases beside a definition; the days go by in a moment.")(
    simulate
)
app.command(help=TROUBLES_HELP)(troubles)
app.command(help=RECONCILE_HELP)(reconcile)
app.command(help=BACKUP_HELP)(backup)
app.command(help=RESTORE_HELP)(restore)
app.add_typer(calendar, name="calendar")
app.add_typer(units, name="units")
app.add_typer(temporal, name="temporal")
app.add_typer(monthly, name="monthly")
app.add_typer(keys, name="keys")
app.add_typer(upgrade, name="upgrade")
app.add_typer(archive, name="archive")


@app.callback()
def _bancheng() -> None:
    """Keeps the names of the commands, also while there is only one."""


def main() -> None:
    """Run the command that was typed; what a person can put right ends with a sentence and status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except Trouble as trouble:
        sys.exit(f"✗ {trouble}")
    except ValidationError as error:
        if error.title != "Settings":
            raise
        from settings import faults_of

        sys.exit(faults_of(error))
    except ValueError as error:
        from settings import WrongSetting

        if not isinstance(error, WrongSetting):
            raise
        sys.exit(f"✗ {error}")
    except OSError as error:
        if (known := from_os_error(error)) is None:
            raise
        sys.exit(f"✗ {known}")
    finally:
        gc.collect()  # a Temporal client that is freed while Python finalizes aborts the process (sdk-python #300)


if __name__ == "__main__":
    main()
