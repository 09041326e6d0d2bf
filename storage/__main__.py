"""`python -m storage`: bring the database to the tables of this version; `python -m storage wait`: return once somebody did."""

from __future__ import annotations

import sys
import time

from sqlalchemy.exc import OperationalError

from settings import settings
from storage.migrate import is_up_to_date, migrate

AGAIN_SECONDS = 2.0


def wait(url: str) -> None:
    """For what starts beside the migrations; it says why it waits."""
    while True:
        try:
            if is_up_to_date(url):
                return
            said = "the database lacks tables of this version"
        except OperationalError as error:
            said = str(error.orig).partition("\n")[0]
        print(f"waiting: {said}", file=sys.stderr, flush=True)
        time.sleep(AGAIN_SECONDS)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            migrate(settings().database_url)
        case ["wait"]:
            wait(settings().database_url)
        case _:
            sys.exit("python -m storage [wait]")
