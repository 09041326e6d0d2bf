"""The sandbox in which workflows run everywhere: in workers, simulations, tests and replays."""

from __future__ import annotations

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

OWN_CODE = ("domain", "workflows")
"""Passed through: pure and import-light, so that a workflow does not import it anew each time."""


def runner() -> SandboxedWorkflowRunner:
    """A sandbox that lets our own code through."""
    return SandboxedWorkflowRunner(SandboxRestrictions.default.with_passthrough_modules(*OWN_CODE))
