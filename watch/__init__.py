"""The liveness probe: a process of its own that finds what keeps cases from going on, and says why."""
