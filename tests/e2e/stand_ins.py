"""Small programs in the place of our own, so that these tests are about the supervisor alone.

`python stand_ins.py up HOME [OPTION…]` runs a stack whose migrations, worker and API are the other roles of this file.
Options: free (ports), throwaway (nothing durable), api=PORT, no-room-check, bad-migration.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


def up(home: Path, options: list[str]) -> None:
    from cli.embedded import Ports, Programs, Stack, Trouble, folder, supervise
    from settings import Settings

    def role(name: str) -> list[str]:
        return [sys.executable, __file__, name]

    if "no-room-check" in options:
        folder.NEEDED_BYTES = 0
    ports = Ports.free().but(**{name: int(port) for name, _, port in (o.partition("=") for o in options) if port})
    migrate = (
        [sys.executable, "-c", "raise ValueError('no such column')"] if "bad-migration" in options else role("migrate")
    )
    programs = Programs(migrate=migrate, worker=role("worker"), api=role("api"), watch=role("watch"))
    attributes = {"AcStage": "Keyword"}
    stack = Stack(
        Settings(home=home),
        ports=ports,
        durable="throwaway" not in options,
        search_attributes=attributes,
        programs=programs,
    )
    try:
        supervise(stack, with_parent=True)
    except Trouble as trouble:
        sys.exit(f"✗ {trouble}")


def migrate() -> None:
    import psycopg

    url = os.environ["BANCHENG_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")


def worker() -> None:
    """Has a child of its own, as a careless library might."""
    child = subprocess.Popen(["sleep", "1000"], cwd=os.environ["BANCHENG_HOME"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    child.wait()


def api() -> None:
    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/v1/health" else 404)
            self.end_headers()

    HTTPServer(("127.0.0.1", int(os.environ["BANCHENG_API_PORT"])), Healthy).serve_forever()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["up", home, *options]:
            up(Path(home), options)
        case ["migrate" | "worker" | "api" | "watch" as name]:
            {"migrate": migrate, "worker": worker, "api": api, "watch": signal.pause}[name]()
