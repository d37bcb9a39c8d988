"""What a finding may have in common with others: by this, faults of many sites become one incident."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.domains import registrable
from monitor.incident import Cause, CauseKind
from monitor.model import Audience, Change, Finding

MAX_VALUE = 300
"""Characters of a cause; an issuer's name is what a stranger wrote."""
MAX_SERVERS = 8
"""Name servers that are weighed; a zone has two to four, as a rule."""

_RESOLVE = "resolve"
_UNHEARD = frozenset({"servfail", "timeout", "dns-refused"})
"""Kinds of failure in which those in charge of a name said nothing about it; NXDOMAIN is the name's own affair."""


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a target besides the finding; empty when unknown."""

    address: str = ""
    """Where it was last met: `192.0.2.1`, `2001:db8::1`."""
    name_servers: tuple[str, ...] = ()
    """Of its registrable domain."""
    domain: str = ""
    """The registrable domain."""
    certificate: str = ""
    """SHA-256 of the leaf, hex."""
    issuer: str = ""
    """Of the leaf, RFC 4514."""


def family(code: str) -> str:
    """What a rule is about: `content` of `content.gambling`."""
    return code.partition(".")[0]


def causes_of(change: Change, features: Features) -> tuple[Cause, ...]:
    """The causes that the finding of *change* may share with others', the best explanation first, its target last."""
    finding = change.finding
    named = _BY_CODE.get(finding.code) or _BY_FAMILY.get(family(finding.code)) or _usual
    shared = (Cause(kind, value[:MAX_VALUE]) for kind, value in named(finding, features) if value)
    return tuple(dict.fromkeys((*shared, Cause(CauseKind.SITE, change.kode))))


Named = Iterator[tuple[CauseKind, str]]


def address_of(finding: Finding, features: Features) -> str:
    """Where it went wrong, by the finding's own word before what else is known."""
    return _text(finding.detail, "address") or features.address


def _text(detail: Mapping[str, Any], name: str) -> str:
    value = detail.get(name)
    return value if isinstance(value, str) else ""


def _usual(finding: Finding, features: Features) -> Named:
    """For the CSIRT: whoever gets into a server changes all its sites. Else nothing is shared."""
    if finding.rule.audience is Audience.CSIRT:
        yield CauseKind.ADDRESS, address_of(finding, features)


def _alone(finding: Finding, features: Features) -> Named:
    yield from ()


def _server(finding: Finding, features: Features) -> Named:
    yield CauseKind.ADDRESS, address_of(finding, features)


def _contact(finding: Finding, features: Features) -> Named:
    """
    A connection that failed speaks of the address, whoever answers for the name.

    A look-up that failed speaks of those who answer for the name – unless they answered that there is none.
    """
    if _text(finding.detail, "phase") != _RESOLVE:
        yield CauseKind.ADDRESS, address_of(finding, features)
    elif _text(finding.detail, "kind") in _UNHEARD:
        yield from _names(registrable(_text(finding.detail, "host")), features)


def _names(domain: str, features: Features) -> Named:
    """Of *domain*; the servers are known only of the target's own (a redirect may lead to another)."""
    if not domain or domain == features.domain:
        yield from _servers(features)
    yield CauseKind.DOMAIN, domain or features.domain


def _servers(features: Features) -> Named:
    for server in features.name_servers[:MAX_SERVERS]:
        yield CauseKind.NAME_SERVER, _name(server)


def _name(server: str) -> str:
    return server.lower().removesuffix(".")


def _zone(finding: Finding, features: Features) -> Named:
    yield CauseKind.DOMAIN, features.domain or finding.subject


def _zone_unheard(finding: Finding, features: Features) -> Named:
    yield from _servers(features)
    yield from _zone(finding, features)


def _one_server(finding: Finding, features: Features) -> Named:
    yield CauseKind.NAME_SERVER, _name(finding.subject)
    yield from _zone(finding, features)


def _certificate(finding: Finding, features: Features) -> Named:
    yield CauseKind.CERTIFICATE, _text(finding.detail, "sha256") or features.certificate


def _issuer(finding: Finding, features: Features) -> Named:
    yield from _certificate(finding, features)
    yield CauseKind.AUTHORITY, _text(finding.detail, "issuer") or features.issuer


def _revoked_issuer(finding: Finding, features: Features) -> Named:
    yield CauseKind.AUTHORITY, _text(finding.detail, "holder") or features.issuer


Naming = Callable[[Finding, Features], Named]

_BY_CODE: Mapping[str, Naming] = {
    "site.down": _contact,
    "mail.mx_unreachable": _contact,
    "mail.mx_not_smtp": _server,
    "mail.mx_forbidden_address": _server,
    "redirect.loop": _alone,  # what a site answers, and of its own making
    "site.missing": _alone,
    "certificate.untrusted": _issuer,
    "tls.legacy_only": _server,
    "tls.no_modern_version": _server,
    "tls.revoked": _certificate,
    "tls.issuer_revoked": _revoked_issuer,
    "tls.chain_expiring": _certificate,  # the detail is that of the certificate above the site's
    "tls.must_staple_unmet": _certificate,
    "tls.staple_bad": _certificate,
    "zone.all_unreachable": _zone_unheard,
    "zone.ns_unreachable": _one_server,
    "zone.lame": _one_server,
    "names.inconsistent": _zone,
    "names.resolver_disagrees": _zone,
    "name.forbidden_address": _server,
    "name.not_found": _zone,  # names of one zone that go together: it lost them, or its registration ended
}
_BY_FAMILY: Mapping[str, Naming] = {
    "site": _server,
    "certificate": _certificate,
    "name": _alone,
    "names": _alone,
    "zone": _zone,
    "registration": _zone,
    "mail": _alone,
}
