"""`python -m api`: serve the counter until told to stop."""

from __future__ import annotations

import sys

import uvicorn

from api.app import create_app
from api.keys import NoKeySet, key_source
from observability.garbage import look_less_often
from observability.start import set_up_telemetry
from settings import WrongSetting, settings
from workflows.connection import check_connection


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first.

    Ends with a sentence and status 1 where nobody's tokens could be trusted, or Temporal cannot be reached with the settings.
    """
    own = settings()
    try:
        key_source(own)
        check_connection(own)
    except (NoKeySet, WrongSetting) as error:
        sys.exit(f"✗ {error}")
    set_up_telemetry("bancheng-api", own)
    app = create_app(own)
    look_less_often()
    uvicorn.run(
        app,
        host=own.api_host,
        port=own.api_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
        server_header=False,
    )


if __name__ == "__main__":
    main()
