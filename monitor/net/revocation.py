"""Whether the certificates of a chain still stand, by their issuers' lists; by OCSP where there is no list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography import x509

from monitor.net import ocsp
from monitor.net.crl import Crls, Trouble, fetch, said
from monitor.net.http import ProbeTransport
from monitor.net.links import issuer_of, link, parsed
from monitor.net.tls_facts import Link, Revocation, Seen, Standing, Staple

MAX_ASKED = 4
"""Certificates of one chain that are asked about."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The certificates of a handshake, in DER: as served, and as verified, which may have issuers not served."""

    served: tuple[bytes, ...]
    verified: tuple[bytes, ...] = ()

    def read(self) -> tuple[x509.Certificate, ...]:
        """Those that can be read, each once."""
        return tuple(read for der in dict.fromkeys((*self.served, *self.verified)) if (read := parsed(der)) is not None)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Asks issuers about certificates, before loop time `deadline`."""

    transport: ProbeTransport
    crls: Crls
    deadline: float

    async def about(self, chain: Chain) -> tuple[Revocation, ...]:
        """What is said of each certificate that was served, but for roots."""
        pool = chain.read()
        asked = [der for der in chain.served[:MAX_ASKED] if not link(der).self_issued]
        return tuple([await self._about(der, pool) for der in asked])

    async def _about(self, der: bytes, pool: Sequence[x509.Certificate]) -> Revocation:
        named, certificate = link(der), parsed(der)
        issuer = issuer_of(certificate, pool) if certificate is not None else None
        answer = Revocation(reason="penerbit tidak disajikan")
        if certificate is not None and issuer is not None:
            answer = await self._asked(named, certificate, issuer)
        return replace(answer, serial=named.serial, holder=named.subject)

    async def _asked(self, named: Link, certificate: x509.Certificate, issuer: x509.Certificate) -> Revocation:
        """The first answer that says something: a list's, or where there is no list, a responder's."""
        answer = Revocation(reason="tidak menyebut daftar pencabutan maupun OCSP")
        for url in named.crls:
            answer = await self._listed(url, certificate, issuer)
            if answer.standing is not Standing.UNKNOWN:
                return answer
        for base in () if named.crls else named.ocsp:
            answer = await self._responded(base, certificate, issuer)
            if answer.standing is not Standing.UNKNOWN:
                return answer
        return answer

    async def _listed(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> Revocation:
        fetched = await self.crls.get(self.transport, url, self.deadline)
        # Hashing and searching megabytes would hold up every other probe.
        answer = await asyncio.to_thread(said, fetched, certificate, issuer, self.crls.now())
        return replace(answer, source=url)

    async def _responded(self, base: str, certificate: x509.Certificate, issuer: x509.Certificate) -> Revocation:
        try:
            url = ocsp.question_url(base, certificate, issuer)
            der = await fetch(self.transport, url, self.deadline, room=ocsp.MAX_RESPONSE)
        except Trouble as trouble:
            return Revocation(source=base, reason=str(trouble))
        now = self.crls.now()
        response = ocsp.read(der, certificate, issuer, now)
        if response.next_update is not None and now > response.next_update + ocsp.SKEW:
            return Revocation(source=base, reason="respons OCSP kedaluwarsa")
        return Revocation(
            standing=response.standing, source=base, reason=response.reason, revoked_at=response.revoked_at
        )

    def stapled(self, staple: bytes, chain: Chain) -> Staple:
        """What the response *staple*, come with the handshake, says of the first certificate of *chain*."""
        certificate = parsed(chain.served[0]) if chain.served else None
        if certificate is None:
            return Staple(seen=Seen.YES, reason="sertifikat tidak terbaca")
        answer = ocsp.read(staple, certificate, issuer_of(certificate, chain.read()), self.crls.now())
        return replace(answer, serial=link(chain.served[0]).serial)
