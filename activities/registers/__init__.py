"""Registers: where units get materials themselves instead of asking the applicant for them (gz:17)."""
