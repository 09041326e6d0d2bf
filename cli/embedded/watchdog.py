"""The other end of `lifeline.Watchdog`. Runs alone (`python -I -S watchdog.py`), so it imports nothing of ours.

Reads lines `group signal` (signal 0: the group has ended) until its standard input closes, then ends the groups that are left.
"""

import os
import signal
import sys
import time

PATIENCE = 5.0


def main() -> None:
    """Wait for the supervisor's end, then leave nothing behind."""
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        group, sig_number = map(int, line.split())
        if sig_number:
            groups[group] = sig_number
        else:
            groups.pop(group, None)
    left = [group for group, sig_number in groups.items() if _signal(group, sig_number)]
    end = time.monotonic() + PATIENCE
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = [group for group in left if _signal(group, 0)]
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, sig: int) -> bool:
    """Send the signal; whether the group was still there."""
    try:
        os.killpg(group, sig)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
