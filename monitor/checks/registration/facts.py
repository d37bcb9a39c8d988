"""What a registry says of a domain, without the people behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Listing(StrEnum):
    """Whether the registry knows the domain; silence is none of these, for then there are no facts."""

    FOUND = "terdaftar"
    ABSENT = "tidak-terdaftar"
    """The registry's own word: 404 (RFC 7480 §5.3)."""
    UNASKED = "tidak-ditanyakan"
    """No RDAP server is set for it; only the declared date can be judged."""


class Source(StrEnum):
    """Whose date counts."""

    REGISTRY = "registri"
    REGISTRAR = "registrar"
    DECLARED = "inventaris"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A domain object (RFC 9083 §5.3), as far as anybody has to act on it; no contacts are kept."""

    statuses: frozenset[str] | None = None
    """In RFC 8056's words; None when the registry gives none."""
    registered: datetime | None = None
    changed: datetime | None = None
    expires: datetime | None = None
    """The event `expiration`: what the registry goes by."""
    registrar_expires: datetime | None = None
    """The event `registrar expiration`: what the registrar goes by."""
    registrar: str = ""
    """The name of the organisation."""
    name_servers: tuple[str, ...] = ()
    signed: bool | None = None
    """secureDNS.delegationSigned; None when the registry does not say."""


NOTHING = Record()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One domain at its registry, and what the county itself has written down."""

    listing: Listing
    server: str = ""
    """Host of the RDAP server that answered."""
    record: Record = NOTHING
    declared: datetime | None = None
    """The end of the last day by the settings."""

    @property
    def end(self) -> tuple[datetime, Source] | None:
        """The date that counts: the registry's, else the registrar's, else the declared one."""
        dates = (
            (self.record.expires, Source.REGISTRY),
            (self.record.registrar_expires, Source.REGISTRAR),
            (self.declared, Source.DECLARED),
        )
        return next(((date, source) for date, source in dates if date is not None), None)
