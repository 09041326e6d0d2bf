"""Logs, traces and metrics: how operators see what runs."""
