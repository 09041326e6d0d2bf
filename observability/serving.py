"""The page that Prometheus reads: our metrics, those of the process, and those of the engine's library, on one port."""

from __future__ import annotations

import threading
from contextlib import suppress
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import ProxyHandler, build_opener

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest

_DIRECT = build_opener(ProxyHandler({}))
PATIENCE_SECONDS = 5.0


def serve(host: str, port: int, engine: str) -> PrometheusMetricReader:
    """Serve `/metrics` from a thread of its own for as long as the process lives; `engine` is where the library of the engine
    has its own. The reader is for the meter provider. Raises `OSError` where the port is taken."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    reader = PrometheusMetricReader(disable_target_info=True, scope_info_enabled=False, registry=registry)
    server = ThreadingHTTPServer((host, port), _page(registry, engine))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return reader


def _page(registry: CollectorRegistry, engine: str) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            body = generate_latest(registry) + _of_the_engine(engine)
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Every scrape would be a line."""

    return Page


def _of_the_engine(address: str) -> bytes:
    """What the library says of itself; nothing where it does not answer, for the rest is worth having alone."""
    with suppress(OSError, HTTPException), _DIRECT.open(address, timeout=PATIENCE_SECONDS) as answer:
        return bytes(answer.read())
    return b""
