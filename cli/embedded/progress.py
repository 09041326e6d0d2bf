"""What the person at the terminal sees of the stack."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cli.language import say

_STEPS = 5


class Progress:
    """Lines on standard output; a terminal that has gone away disturbs nothing."""

    def __init__(self) -> None:
        self._step = 0
        self._began = time.monotonic()

    def begin(self, home: Path) -> None:
        """The stack is about to start."""
        self._began = time.monotonic()
        self._line(say(f"办成 启动中（数据：{home}）", f"bancheng is starting (data: {home})"))

    def starting(self, *titles: str) -> None:
        """These parts are starting, at the same time."""
        self._line(say(f"  正在启动 {'、'.join(titles)} …", f"  starting {', '.join(titles)} …"))

    def started(self, title: str, seconds: float) -> None:
        """One part answers, so long after its start."""
        self._step = min(self._step + 1, _STEPS)
        self._line(
            say(
                f"  [{self._step}/{_STEPS}] {title} 就绪（{seconds:.1f} 秒）",
                f"  [{self._step}/{_STEPS}] {title} is ready ({seconds:.1f} s)",
            )
        )

    def ready(self, addresses: Mapping[str, str]) -> None:
        """Everything answers."""
        took = time.monotonic() - self._began
        self._line(say(f"✓ 全部就绪，用时 {took:.1f} 秒", f"✓ Ready after {took:.1f} s"))
        names = {
            "api": say("API 接口", "API"),
            "temporal_ui": say("Temporal 界面", "Temporal UI"),
            "temporal": "Temporal",
            "postgres": "PostgreSQL",
            "metrics_api": say("API 的指标", "Metrics of the API"),
            "metrics_worker": say("执行器的指标", "Metrics of the worker"),
            "metrics_watch": say("探测的指标", "Metrics of the probe"),
        }
        for name, address in addresses.items():
            suffix = "/docs" if name == "api" else ""
            self._line(f"  {address}{suffix}  {names[name]}")
        self._line(say("按 Ctrl-C 停止，数据保留。", "Ctrl-C stops it; the data stays."))

    def died(self, trouble: Exception, delay: float) -> None:
        """A part ended by itself."""
        when = say("正在重启", "starting it again")
        if delay:
            when = say(f"{delay:.0f} 秒后重启", f"starting it again in {delay:.0f} s")
        self._line(say(f"! {trouble} —— {when}。", f"! {trouble} -- {when}."))

    def back(self, title: str, seconds: float) -> None:
        """A part that had ended answers again."""
        self._line(say(f"✓ {title} 已恢复（{seconds:.1f} 秒）", f"✓ {title} is back ({seconds:.1f} s)"))

    def stopping(self) -> None:
        """The stack is about to stop."""
        self._write(say("正在停止 … ", "stopping … "))

    def stopped(self) -> None:
        """Nothing runs any more."""
        self._line(say("已停止，数据已保留。", "stopped; the data is kept."))

    def _line(self, text: str) -> None:
        self._write(text + "\n")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stdout.write(text)
            sys.stdout.flush()
