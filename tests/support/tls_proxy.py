"""TLS in front of a server on loopback, as a reverse proxy has it, with an authority made for the test."""

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.tcp_proxy import TcpProxy

LIFE = datetime.timedelta(days=1)
PEM, PLAIN = serialization.Encoding.PEM, serialization.NoEncryption()


@dataclass(frozen=True, slots=True)
class TlsProxy:
    """Where it listens, and the file of the authority to trust."""

    url: str
    ca: Path


@asynccontextmanager
async def tls_proxy(target: int, folder: Path, *, name: str = "localhost") -> AsyncIterator[TlsProxy]:
    """Forwards to the port `target` of loopback; the certificate is for `name`."""
    ca, context = _certificates(folder, name)
    proxy = TcpProxy()
    proxy.target = target
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    try:
        yield TlsProxy(f"wss://localhost:{port}", ca)
    finally:
        server.close()
        proxy.cut()


def _certificates(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """The authority's file, and a server's context with a certificate of it for the name."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Test authority", authority_key.public_key(), "Test authority", authority_key, True, [])
    certificate = _certificate(name, key.public_key(), "Test authority", authority_key, False, [x509.DNSName(name)])
    ca, own = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(authority.public_bytes(PEM))
    secret = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, PLAIN)
    own.write_bytes(certificate.public_bytes(PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    return ca, context


def _certificate(
    subject: str,
    public: ec.EllipticCurvePublicKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    is_authority: bool,
    names: list[x509.GeneralName],
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LIFE)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, hashes.SHA256())
