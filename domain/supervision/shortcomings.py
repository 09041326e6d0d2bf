"""What an applicant may go to the "can't get it done" window for."""

from __future__ import annotations

from enum import StrEnum


class Shortcoming(StrEnum):
    """The three grounds of gz:13.5, and the complicated and difficult questions of gz:6.3, which people alone bring."""

    NOT_TOLD_ONCE = "not_told_once"
    NOT_TAKEN = "not_taken"
    NOT_FINISHED = "not_finished"
    DIFFICULT = "difficult"


FOUND_FROM_FACTS = (Shortcoming.NOT_TOLD_ONCE, Shortcoming.NOT_TAKEN, Shortcoming.NOT_FINISHED)
"""Those that the system notices by itself, whether or not anybody complains."""
