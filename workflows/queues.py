"""The task queues: cases have one, and what is made beside them without hurry has another, so that it takes no worker from them."""

from __future__ import annotations


def reports_queue(task_queue: str) -> str:
    """Where the activities of the monthly reports lie; `task_queue` is that of the cases."""
    return f"{task_queue}-reports"
