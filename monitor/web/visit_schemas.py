"""The JSON of a visit: its hops, handshakes and certificates; and what all answers of the API have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

from monitor.checks.website.visit import Hop, Visit
from monitor.net.facts import Certificate, FailureKind, Phase, TlsSession
from monitor.web.charts import parts
from monitor.words import iso

Instant = Annotated[AwareDatetime, PlainSerializer(iso, return_type=str)]


class Model(BaseModel):
    """A frozen answer; docstrings of fields are their descriptions."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class CertificateItem(Model):
    """A certificate as served."""

    sha256: str
    subject: str
    issuer: str
    not_before: Instant
    not_after: Instant
    names: list[str]
    key: str

    @classmethod
    def of(cls, certificate: Certificate) -> CertificateItem:
        """From the facts."""
        return cls.model_validate(certificate, from_attributes=True)


class TlsItem(Model):
    """A handshake."""

    version: str
    cipher: str
    verified: bool
    verify_message: str
    chain: list[CertificateItem]

    @classmethod
    def of(cls, session: TlsSession) -> TlsItem:
        """From the facts."""
        return cls(
            version=session.version,
            cipher=session.cipher,
            verified=session.verify_code == 0,
            verify_message=session.verify_message,
            chain=[CertificateItem.of(certificate) for certificate in session.chain],
        )


class HopItem(Model):
    """One request of a visit and its answer."""

    url: str
    status: int | None
    address: str | None
    http_version: str | None
    phases_ms: Mapping[Phase, float]
    headers: list[tuple[str, str]]
    location: str | None
    tls: TlsItem | None

    @classmethod
    def of(cls, hop: Hop) -> HopItem:
        """From the facts."""
        return cls(
            url=hop.url,
            status=hop.status,
            address=hop.address,
            http_version=hop.http_version,
            phases_ms={phase: took / 1000 for phase, took in parts(hop.phases).items()},
            headers=list(hop.headers),
            location=hop.location,
            tls=None if hop.tls is None else TlsItem.of(hop.tls),
        )


class FailureItem(Model):
    """Why a visit got no page."""

    phase: Phase
    kind: FailureKind
    detail: str
    address: str | None


class VisitItem(Model):
    """The last visit that observed something."""

    at: Instant
    title: str
    hops: list[HopItem]
    failure: FailureItem | None
    loop: bool
    capped: bool

    @classmethod
    def of(cls, visit: Visit, at: datetime) -> VisitItem:
        """From the facts."""
        failure = None
        if visit.failure is not None:
            failure = FailureItem.model_validate(visit.failure, from_attributes=True)
        hops = [HopItem.of(hop) for hop in visit.hops]
        return cls(at=at, title=visit.title, hops=hops, failure=failure, loop=visit.loop, capped=visit.capped)
