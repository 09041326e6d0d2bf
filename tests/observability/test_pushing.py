"""Where no port is named, metrics go to the collector."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from tests.conftest import Servers

ROOT = Path(__file__).resolve().parents[2]
WANTED = {"bancheng_pushed", "temporal_request"}


class Collector:
    """Takes metrics by OTLP/HTTP and knows their names, and which processes they are from."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.of: dict[str, set[str]] = defaultdict(set)
        self.enough = threading.Event()

    def take(self, body: bytes) -> None:
        request = ExportMetricsServiceRequest.FromString(body)
        for resource in request.resource_metrics:
            said = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
            for scope in resource.scope_metrics:
                self.names |= {metric.name for metric in scope.metrics}
                for metric in scope.metrics:
                    self.of[metric.name].add(said.get("service.instance.id", ""))
        if self.names >= WANTED:
            self.enough.set()


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    """A collector with its address."""
    collector = Collector()

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/metrics":
                collector.take(_plain(body, self.headers.get("Content-Encoding")))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield collector, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _plain(body: bytes, encoding: str | None) -> bytes:
    return gzip.decompress(body) if encoding == "gzip" else body


def test_process_without_a_port_pushes_its_metrics_and_those_of_the_engine(servers: Servers) -> None:
    with collecting() as (collector, address):
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BANCHENG_TEMPORAL_ADDRESS": servers.settings.temporal_address,
            "BANCHENG_OTLP_ENDPOINT": address,
            "BANCHENG_METRICS_SECONDS": "0.5",
        }
        command = [sys.executable, "-m", "tests.observability.pushing"]
        with subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.PIPE) as process:
            seen = collector.enough.wait(60)
            assert process.stdin is not None
            process.stdin.close()

    assert seen, collector.names
    (who,) = set[str]().union(*collector.of.values())
    assert who.startswith("pushing@"), "two processes that push would overwrite each other"
    assert who.endswith(f":{process.pid}")
