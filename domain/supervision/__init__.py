"""Supervision: what went wrong is found from facts, marked, followed up and reported (gz:13.5, gz:19)."""
