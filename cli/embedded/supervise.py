"""The supervisor: a stack, until a signal or the end of its parent."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from types import FrameType

from cli.embedded.stack import Stack

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the stack to stop."""


def supervise(stack: Stack, with_parent: bool = False) -> None:
    """Run the stack until SIGINT, SIGTERM or SIGHUP (with_parent: or standard input closes), then stop it in good order.

    A signal is only noted when it comes, and acted on where the stack waits: none comes between a fork and its record.
    """
    asked = False

    def ask(signum: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    def pause(seconds: float) -> None:
        if asked:
            raise Stopped
        if not with_parent:
            time.sleep(seconds)
        elif select.select([sys.stdin], [], [], seconds)[0] and not os.read(sys.stdin.fileno(), 1):
            raise Stopped

    for sig in _STOPS:
        if signal.getsignal(sig) != signal.SIG_IGN:  # as nohup has it
            signal.signal(sig, ask)
    stack.pause = pause
    try:
        with stack:
            stack.watch()
    except Stopped:
        pass
