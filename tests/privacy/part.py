"""`python -m tests.privacy.part api|worker|watch`: that program as it runs in production, with our own loggers at DEBUG.

What the worker looks for once a minute or less it looks for each second here.
"""

import logging
import sys
from importlib import import_module

OWN = (
    *("activities", "api", "cli", "domain", "observability", "registry", "settings"),
    *("storage", "watch", "worker", "workflows"),
)

for name in OWN:
    logging.getLogger(name).setLevel(logging.DEBUG)
if sys.argv[1] == "worker":
    for name in ("visits", "vacancies", "reminders", "grievance_calendars"):
        import_module(f"worker.{name}").LOOK_EVERY_SECONDS = 1.0
import_module(f"{sys.argv[1]}.__main__").main()
