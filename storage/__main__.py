"""`python -m storage`: bring the database to the tables of this version."""

from __future__ import annotations

from settings import settings
from storage.migrate import migrate

if __name__ == "__main__":
    migrate(settings().database_url)
