"""Everything that an operator may set, read once from the environment (`BANCHENG_*`)."""

from __future__ import annotations

import os
import sys
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "BANCHENG_"

OptionalFile = Annotated[Path | None, BeforeValidator(lambda given: given or None)]
"""A file, or none: a variable that is set to nothing names none, rather than the folder one is in."""

WorkerPart = Literal["cases", "outside", "reports", "archive"]
"""What a worker may do: carry cases on, call mail servers and registers, make the monthly reports, archive histories."""


def _listed(given: Any) -> Any:
    return [part.strip() for part in given.split(",")] if isinstance(given, str) else given


WorkerParts = Annotated[frozenset[WorkerPart], NoDecode, BeforeValidator(_listed), Field(min_length=1)]


class UnknownSetting(ValueError):
    """A `BANCHENG_*` variable that no setting reads, most likely a slip of the pen."""


class WrongSetting(ValueError):
    """A setting that cannot be used as it stands: a file that is missing, half a pair. Says what would be right."""


class Settings(BaseSettings):
    """The settings of every process; `docs/settings.md` lists them with their reasons."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = Field(Path(".bancheng"), description="Folder of the embedded stack and of the files handed in.")
    definitions: Path = Field(
        Path(__file__).resolve().parent.parent / "definitions", description="Folder of definitions."
    )
    embedded: bool = Field(False, description="Set by `bancheng up` alone; allows the development issuer of tokens.")

    database_url: str = Field(
        "postgresql+psycopg://postgres@127.0.0.1:15432/postgres", description="PostgreSQL of the case files."
    )
    database_pool: int = Field(10, ge=1, description="Connections each process keeps at most.")
    temporal_address: str = Field("127.0.0.1:17233", description="Temporal frontend, host:port.")
    temporal_namespace: str = Field("default", description="Temporal namespace.")
    temporal_tls: bool = Field(False, description="Speak TLS with Temporal.")
    temporal_tls_ca: OptionalFile = Field(
        None, description="File (PEM) of who signed Temporal's certificate; empty: whom the system trusts."
    )
    temporal_tls_cert: OptionalFile = Field(
        None, description="File (PEM) of our certificate, where Temporal wants one."
    )
    temporal_tls_key: OptionalFile = Field(None, description="File (PEM) of the key that belongs to it.")
    temporal_tls_server_name: str = Field(
        "", description="Name in Temporal's certificate where it differs from the address."
    )
    temporal_api_key: str = Field(
        "", repr=False, description="API key for Temporal, sent as a bearer token; over TLS alone."
    )
    temporal_api_key_file: OptionalFile = Field(None, description="File that holds it instead; read at the start.")
    payload_keys: dict[str, str] = Field(
        default_factory=dict,
        repr=False,
        description='Keys that payloads in Temporal are encrypted with, as JSON: {"id": "base64 of 32 bytes"}; empty: they stay '
        "in clear. See docs/security.md.",
    )
    payload_keys_file: OptionalFile = Field(
        None, description="File that holds the same JSON instead, read again when it changes."
    )
    payload_key: str = Field(
        "",
        description="Id of the key that new payloads are encrypted with; may be left out where there is only one; none: the "
        "keys are there to read alone.",
    )
    temporal_ui_url: str = Field(
        "http://127.0.0.1:18233",
        description="Where supervisors open Temporal UI: for links, and the one origin that may ask for "
        "payloads to be decrypted.",
    )
    task_queue: str = Field(
        "cases",
        description="Task queue of the case workflows and their activities; the monthly reports are made from the queue of this "
        "name with `-reports`.",
    )
    worker_does: WorkerParts = Field(
        frozenset(get_args(WorkerPart)),
        description="What this worker does, with commas between: `cases` carries cases on, `outside` sends papers and asks "
        "registers, `reports` makes the monthly reports, `archive` archives the histories of what has ended. Each has to be done by "
        "some worker (docs/production.md).",
    )
    cached_cases: int = Field(
        2000,
        ge=10,
        description="Cases that a worker keeps in memory, half a megabyte each; one that is not there is replayed from its history "
        "when something happens to it, which takes about 30 ms.",
    )
    activities_at_once: int = Field(
        100,
        ge=1,
        description="Activities of cases under way at once in a worker; beyond the connections of its pool they wait for one.",
    )
    deliveries_at_once: int = Field(
        8,
        ge=1,
        description="Papers that a worker sends at once on each channel: at one second for a paper, so many a second.",
    )
    fetches_at_once: int = Field(
        4,
        ge=1,
        description="Materials that a worker asks for at once of each register; the register has to bear the sum.",
    )
    deployment: str = Field(
        "bancheng",
        pattern=r"^[^.:]+$",
        description="Name under which all releases of the worker are known to Temporal.",
    )
    build_id: str = Field(
        "",
        pattern=r"^[^:]*$",
        description="Release of this worker. It gets work once `bancheng upgrade promote` names it; empty: it has no release "
        "and works at once, as in the embedded stack.",
    )

    api_host: str = Field("127.0.0.1", description="Address the API listens on.")
    api_port: int = Field(18000, description="Port the API listens on.")
    public_url: str = Field(
        "http://127.0.0.1:18000", description="The API as applicants reach it; printed on receipts."
    )
    max_file_bytes: int = Field(20 * 1024 * 1024, ge=1, description="Largest material that may be handed in, in bytes.")
    max_body_bytes: int = Field(1024 * 1024, ge=1, description="Largest JSON or YAML body of a request, in bytes.")
    writes_at_once: int = Field(
        64,
        ge=1,
        description="Requests that change something, under way at once in one API process; what comes beyond is turned away "
        "with 429 before anything is done for it; new applications, grievances and files at seven eighths of that.",
    )
    update_timeout_seconds: float = Field(
        10.0, gt=0, description="How long a request waits for its case before it answers 503."
    )

    jwks: str = Field(
        "",
        description="Key set that signs tokens: an https address, asked every five minutes, or a file, read again when it "
        "changes. Without it the API starts in the embedded stack alone.",
    )
    jwt_issuer: str = Field("bancheng-dev", description="Required `iss` of a token.")
    jwt_audience: str = Field("bancheng", description="Required `aud` of a token.")

    warn_before_days: int = Field(
        1,
        ge=0,
        description="Working days before a limit at which the case is shown as near it. The law leaves it open.",
    )
    supplement_days: int = Field(
        15, ge=1, description="Working days for a supplement where the definition sets none. The law leaves it open."
    )
    deferral_bar_days: int = Field(
        180, ge=0, description="Natural days in which a broken promise bars the next deferral. The law leaves it open."
    )
    promise_extensions: int = Field(
        1,
        ge=0,
        description="How often the promised limit may be extended within the statutory one. The law leaves it open.",
    )
    filing_days: int = Field(
        1,
        ge=0,
        description="Working days in which the overseeing department acknowledges a filing, and a unit a warning; then it "
        "is sent again. The law leaves it open.",
    )
    belated_days: int = Field(
        60,
        ge=0,
        description="Natural days within which the window may enter an application that was received before (补录). The law "
        "leaves it open.",
    )
    recount_at_once: int = Field(
        8, ge=1, le=64, description="Open cases that are recounted at once when a calendar changes."
    )
    closing_time: time | None = Field(None, description="When the day of a limit ends; empty: 24:00 (cc:203).")

    archive_after_days: int = Field(
        1,
        ge=0,
        le=7,
        description="Natural days after its end at which the history of a case or grievance goes from Temporal into the archive; "
        "at the latest when half of its retention there is over. See docs/archive.md.",
    )
    keep_days: int = Field(
        365,
        ge=30,
        description="Natural days for which idempotency keys of what was opened, and troubles that are over, stay in PostgreSQL. "
        "Nothing of a case is ever deleted.",
    )

    smtp_url: str = Field("", description="smtp://user:password@host:port; empty: no mail is sent.")
    mail_from: str = Field("noreply@bancheng.invalid", description="Sender of mail.")
    webhook_secret: str = Field("", description="Key of the HMAC-SHA256 signature on webhooks.")
    register_keys: dict[str, str] = Field(
        default_factory=dict,
        description='Keys of HTTP registers by their names in registers.yaml, as JSON: {"…": "…"}.',
    )

    watch_every_seconds: float = Field(
        10.0, gt=0, le=30, description="How often the liveness probe (`python -m watch`) looks at each thing."
    )
    watch_sweep_per_second: float = Field(
        10.0,
        gt=0,
        description="Of all open cases so many a second are looked at by the probe, beside those it suspects.",
    )
    watch_poll_seconds: float = Field(
        20.0,
        gt=0,
        description="How long a worker may be silent. Longer than that, a task queue is served by nobody. Where Temporal keeps no "
        "heartbeats of workers (before 1.29.1) this is its `matching.longPollExpirationInterval`; 60 where nobody set it.",
    )

    otlp_endpoint: str = Field(
        "",
        description="OTLP/HTTP collector: traces go there, and metrics where no port is named for them; empty: neither.",
    )
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of /metrics for Prometheus, one for each process; 0: not served."
    )
    metrics_host: str = Field("127.0.0.1", description="Address it listens on.")
    metrics_seconds: float = Field(
        30.0, gt=0, description="How often figures are reckoned anew from the case files, and metrics pushed."
    )
    alive_file: Path | None = Field(
        None, description="File that a worker touches every five seconds, for liveness probes; empty: none."
    )
    log_json: bool = Field(True, description="JSON log lines; false: plain text.")

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        known = {f"{PREFIX}{name}".upper() for name in type(self).model_fields}
        unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise UnknownSetting(f"Unknown settings {', '.join(unknown)}; docs/settings.md lists those that exist.")
        return self


@cache
def settings() -> Settings:
    """The settings of this process. A process with a wrong one ends with a sentence that names it, and status 1."""
    try:
        return Settings()
    except ValidationError as wrong:
        sys.exit(faults_of(wrong))


def faults_of(wrong: ValidationError) -> str:
    """A line for each setting that is wrong."""
    return "\n".join(f"✗ {_said(fault)}" for fault in wrong.errors(include_url=False, include_input=False))


def _said(fault: ErrorDetails) -> str:
    """The fault in a line; what was given is not repeated, it may be a secret."""
    name = f"{PREFIX}{fault['loc'][0]}：".upper() if fault["loc"] else ""
    return f"{name}{fault['msg'].removeprefix('Value error, ')} (docs/settings.md)"
