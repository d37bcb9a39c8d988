"""A time-stamping authority of our own: OpenSSL makes the stamps, a small server on loopback hands them out."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NOW = datetime.now(UTC)
YEAR = timedelta(days=365)

_CONFIG = """\
[ tsa ]
default_tsa = ours
[ ours ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What kind of authority it is; the default is a proper one."""

    rsa: bool = False
    digest: str = "sha256"
    ess: str = "sha256"
    between: int = 1
    """Authorities between the root and the one that stamps."""
    usages: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,)
    critical: bool = True
    ends: datetime = NOW + YEAR
    is_authority: bool = True
    """Whether those between may issue certificates."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Stamps what it is asked to; its root is `root.pem` in *folder*."""

    folder: Path
    asked: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The TimeStampResp for *query*."""
        (self.folder / "query").write_bytes(query)
        files = ["-queryfile", str(self.folder / "query"), "-config", str(self.folder / "tsa.cnf")]
        out = self.folder / "answer"
        subprocess.run(["openssl", "ts", "-reply", *files, "-out", str(out)], check=True, capture_output=True)
        return out.read_bytes()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """The URL at which it answers meanwhile."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/tsr"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        self.asked.append(head)
        body = await asyncio.to_thread(self.answer, await reader.readexactly(length))
        said = f"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(said.encode() + body)
        await writer.drain()
        writer.close()


def found(folder: Path, shape: Shape | None = None) -> Authority:
    """An authority of *shape* that keeps everything in *folder*."""
    shape = shape or Shape()
    folder.mkdir()
    root_key = _key(shape)
    root = issue("Akar", root_key, "Akar", root_key, is_authority=True)
    issuer, issuer_key, chain = "Akar", root_key, [root]
    for number in range(shape.between):
        key, name = _key(shape), f"Antara {number}"
        chain.insert(0, issue(name, key, issuer, issuer_key, is_authority=shape.is_authority))
        issuer, issuer_key = name, key
    key = _key(shape)
    purpose = x509.ExtendedKeyUsage(shape.usages)
    signer = issue("Cap Waktu", key, issuer, issuer_key, purpose=purpose, critical=shape.critical, ends=shape.ends)
    _save(folder, root, [signer, *chain[:-1]], key)
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder, digest=shape.digest, ess=shape.ess))
    return Authority(folder)


def _key(shape: Shape) -> Key:
    return rsa.generate_private_key(65537, 2048) if shape.rsa else ec.generate_private_key(ec.SECP256R1())


def issue(
    subject: str,
    key: Key,
    issuer: str,
    issuer_key: Key,
    *,
    is_authority: bool = False,
    purpose: x509.ExtendedKeyUsage | None = None,
    critical: bool = True,
    ends: datetime = NOW + YEAR,
) -> x509.Certificate:
    """A certificate of *subject* by *issuer*."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 2 * YEAR)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if purpose is not None:
        builder = builder.add_extension(purpose, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _save(folder: Path, root: x509.Certificate, chain: list[x509.Certificate], key: Key) -> None:
    pem = serialization.Encoding.PEM
    form, unlocked = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "root.pem").write_bytes(root.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(chain[0].public_bytes(pem))
    (folder / "chain.pem").write_bytes(b"".join(each.public_bytes(pem) for each in chain))
    (folder / "tsa.key").write_bytes(key.private_bytes(pem, form, unlocked))
