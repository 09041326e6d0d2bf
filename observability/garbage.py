"""The garbage collector of a server: it looks at what was there from the beginning never again, and at the rest less often."""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 10, 10)
"""The definitions, cases and classes in memory make each of its rounds dear; a round stops every request."""


def look_less_often() -> None:
    """To be called once what lives as long as the process is there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
