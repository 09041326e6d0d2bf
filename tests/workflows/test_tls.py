"""TLS with a certificate of our own, and the API key, as Temporal gets them: through a gate that asks for both."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from settings import Settings
from tests.conftest import Servers
from workflows.connection import connect
from workflows.transport import Unreachable

API_KEY = "aaaaaaaaaaaaaaaaaaaa"
CODES = {" ": "010100", "B": "1011101", "a": "00011", "e": "00101", "r": "101100"}
"""As HTTP/2 writes the letters of `Bearer aaa…` in headers (RFC 7541, appendix B)."""


class Authority:
    """Signs certificates, and trusts those it signed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed("authority", self._key.public_key(), authority=True)
        self.file = self._written("authority.pem", self.certificate.public_bytes(Encoding.PEM))

    def pair(self, name: str) -> tuple[Path, Path]:
        """The files of a certificate for 127.0.0.1 and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(name, key.public_key(), authority=False).public_bytes(Encoding.PEM)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._written(f"{name}.pem", certificate), self._written(f"{name}.key", secret)

    def _signed(self, name: str, key: ec.EllipticCurvePublicKey, *, authority: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = called if authority else self.certificate.subject
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName(f"{name}.test")])
        return (
            x509.CertificateBuilder()
            .subject_name(called)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _written(self, name: str, content: bytes) -> Path:
        file = self._folder / name
        file.write_bytes(content)
        return file


@dataclass
class Gate:
    """Speaks TLS in front of Temporal, and asks for a certificate that the authority signed."""

    authority: Authority
    settings: Settings
    """With the right certificate."""
    heard: bytearray = field(default_factory=bytearray)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self._behind.rpartition(":")
        to_reader, to_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(self._pass(reader, to_writer, self.heard), self._pass(to_reader, writer, bytearray()))

    async def _pass(self, come: asyncio.StreamReader, go: asyncio.StreamWriter, heard: bytearray) -> None:
        with suppress(OSError):
            while said := await come.read(65536):
                heard += said
                go.write(said)
                await go.drain()
        go.close()

    _behind: str = ""


@pytest.fixture
async def gate(servers: Servers, tmp_path: Path) -> AsyncIterator[Gate]:
    """A gate on a free port."""
    authority = Authority(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    context.load_cert_chain(*authority.pair("temporal"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])
    opened = Gate(authority, servers.settings, _behind=servers.settings.temporal_address)
    server = await asyncio.start_server(opened.serve, "127.0.0.1", 0, ssl=context)
    cert, key = authority.pair("worker")
    given = {
        "temporal_address": f"127.0.0.1:{server.sockets[0].getsockname()[1]}",
        "temporal_tls": True,
        "temporal_tls_ca": authority.file,
        "temporal_tls_cert": cert,
        "temporal_tls_key": key,
    }
    opened.settings = servers.settings.model_copy(update=given)
    yield opened
    server.close()


async def test_our_certificate_opens_the_gate(gate: Gate) -> None:
    client = await connect(gate.settings)

    assert await client.service_client.check_health()
    assert b"PRI * HTTP/2.0" in gate.heard


async def test_api_key_arrives_as_a_bearer_token(gate: Gate) -> None:
    await connect(gate.settings.model_copy(update={"temporal_api_key": API_KEY}))

    assert _as_header(f"Bearer {API_KEY}") in gate.heard


async def test_without_an_api_key_none_arrives(gate: Gate) -> None:
    await connect(gate.settings)

    assert _as_header("Bearer ")[:5] not in gate.heard


async def test_name_in_the_certificate_may_differ_from_the_address(gate: Gate) -> None:
    named = gate.settings.model_copy(update={"temporal_tls_server_name": "temporal.test"})

    assert await (await connect(named)).service_client.check_health()


@pytest.mark.parametrize(
    "changes",
    [
        {"temporal_tls_cert": None, "temporal_tls_key": None},
        {"temporal_tls_ca": None},
        {"temporal_tls_server_name": "elsewhere.test"},
    ],
    ids=["no certificate", "no authority", "another name"],
)
async def test_connection_that_does_not_come_about_says_what_to_look_at(gate: Gate, changes: dict[str, object]) -> None:
    with pytest.raises(Unreachable, match="BANCHENG_TEMPORAL_TLS_CA"):
        await connect(gate.settings.model_copy(update=changes))


async def test_certificate_that_somebody_else_signed_does_not_open_the_gate(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "stranger").mkdir()
    cert, key = Authority(tmp_path / "stranger").pair("worker")

    with pytest.raises(Unreachable):
        await connect(gate.settings.model_copy(update={"temporal_tls_cert": cert, "temporal_tls_key": key}))


async def test_connection_in_clear_to_a_temporal_that_wants_tls_says_so(gate: Gate) -> None:
    none = dict.fromkeys(("temporal_tls_ca", "temporal_tls_cert", "temporal_tls_key"))

    with pytest.raises(Unreachable, match="BANCHENG_TEMPORAL_TLS=true"):
        await connect(gate.settings.model_copy(update={**none, "temporal_tls": False}))


def _as_header(text: str) -> bytes:
    """The text as a header of HTTP/2 holds it: the code of each letter, filled up with ones."""
    bits = "".join(CODES[letter] for letter in text)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
