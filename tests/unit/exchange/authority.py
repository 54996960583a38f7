"""A real time-stamp authority: ``openssl ts -reply`` behind an HTTP server on loopback.

Its certificates are made here. The command signs with the machine's clock, so their times are told
relative to it; nothing else depends on what the time is.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
signer_cert = {folder}/certificate.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def name(text: str) -> x509.Name:
    """A name of one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A certificate that ends chains."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, subject: str = "test root") -> Root:
        """A new one, valid for years on both sides of now."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        usage = {name: name in {"key_cert_sign", "crl_sign"} for name in USAGES}
        builder = _builder(subject, issuer=name(subject), key=key)
        builder = builder.not_valid_before(now - timedelta(days=900)).not_valid_after(
            now + timedelta(days=900)
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        return cls(key=key, certificate=builder.sign(key, hashes.SHA256()))


USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _builder(subject: str, *, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(issuer)
    return builder.public_key(key.public_key()).serial_number(x509.random_serial_number())


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A folder that ``openssl ts`` signs from, and the root its certificate leads to."""

    folder: Path
    root: Root

    @classmethod
    def make(
        cls, folder: Path, *, root: Root | None = None, from_days: int = -10, to_days: int = 10
    ) -> Authority:
        """A new one whose certificate is valid for these days, counted from now."""
        if shutil.which("openssl") is None:
            pytest.skip("the openssl command is missing: apt install openssl")
        root = root or Root.make()
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        usage = {name: name == "digital_signature" for name in USAGES}
        builder = _builder("test authority", issuer=root.certificate.subject, key=key)
        builder = builder.not_valid_before(now + timedelta(days=from_days))
        builder = builder.not_valid_after(now + timedelta(days=to_days))
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        certificate = builder.add_extension(purpose, critical=True).sign(root.key, hashes.SHA256())
        pem = serialization.Encoding.PEM
        private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        folder.mkdir()
        folder.joinpath("key.pem").write_bytes(key.private_bytes(pem, *private))
        folder.joinpath("certificate.pem").write_bytes(certificate.public_bytes(pem))
        folder.joinpath("root.pem").write_bytes(root.certificate.public_bytes(pem))
        folder.joinpath("serial").write_text("01", "ascii")
        folder.joinpath("openssl.cnf").write_text(CONFIG.format(folder=folder), "utf-8")
        return cls(folder=folder, root=root)

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """What a verifier is given."""
        return (self.root.certificate,)

    def reply(self, query: bytes) -> bytes:
        """The DER of the answer to a TimeStampReq."""
        self.folder.joinpath("query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query.tsq"]
        subprocess.run([*command, "-out", "reply.tsr"], cwd=self.folder, check=True, capture_output=True)
        return self.folder.joinpath("reply.tsr").read_bytes()


@dataclass(slots=True, kw_only=True)
class Server:
    """What the HTTP server saw, and what it shall do otherwise than it should."""

    url: str
    content_type: str = "application/timestamp-reply"
    status: int = 200
    padding: bytes = b""
    asked: list[tuple[str | None, bytes]]


@contextmanager
def serve(authority: Authority) -> Iterator[Server]:
    """The authority behind a port of loopback, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer one query."""
            query = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append((self.headers["Content-Type"], query))
            body = authority.reply(query) + server.padding
            self.send_response(server.status)
            self.send_header("Content-Type", server.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(url=f"http://127.0.0.1:{http.server_address[1]}/", asked=[])
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
