"""Will a browser accept the certificate, and for how much longer?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.checks import shown
from monitor.checks.base import Judge, Policy
from monitor.checks.website.faults import came_to_answer
from monitor.checks.website.sessions import sessions
from monitor.checks.website.visit import Visit
from monitor.model import Audience, Finding, Rule, Severity, State, Target
from monitor.net.facts import Certificate, TlsSession
from monitor.net.tls import matches

EXPIRED = Rule("certificate.expired", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
EXPIRING = Rule("certificate.expiring", Severity.LOW, Audience.NOC)
NOT_YET_VALID = Rule("certificate.not_yet_valid", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
WRONG_HOST = Rule("certificate.wrong_host", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
SELF_SIGNED = Rule("certificate.self_signed", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
UNTRUSTED = Rule("certificate.untrusted", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
INCOMPLETE_CHAIN = Rule("certificate.incomplete_chain", Severity.MEDIUM, Audience.NOC, state=State.DEGRADED)
RULES = (EXPIRED, EXPIRING, NOT_YET_VALID, WRONG_HOST, SELF_SIGNED, UNTRUSTED, INCOMPLETE_CHAIN)

# OpenSSL's X509_V_ERR_…: trust is reported before the name, the name before the dates, and only the first is reported.
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED_LEAF = 9, 10, 18
_NO_ISSUER = frozenset({20, 21})
_NAME_MISMATCH = frozenset({62, 64})

_RISING = (Severity.LOW, Severity.MEDIUM, Severity.HIGH)
_DAY = timedelta(days=1)


def judge(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Every reason a browser has to warn, and the one it will soon have, for each host the county answers for."""
    for host, session in sessions(target, visit, policy.domains):
        if session.chain:
            yield from _of_dates(host, session, policy, now)
            yield from _of_name(host, session)
            yield from _of_trust(host, session, now)


def _of_dates(host: str, session: TlsSession, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Both ends of the validity are inclusive (RFC 5280 §4.1.2.5)."""
    leaf = session.chain[0]
    if not leaf.dated:
        return  # it verifies for nobody, which `_of_trust` says; of its dates nothing is known
    late = _late(session, now)
    early = _early(session, now)
    if late is not None:
        yield EXPIRED(host, **shown.certificate(late, now), case=_case(late, leaf))
    if early is not None:
        yield NOT_YET_VALID(host, **shown.certificate(early, now), case=_case(early, leaf))
    if late is None and early is None:
        days = (leaf.not_after - now) // _DAY
        severity = _urgency(days, policy.expiring)
        if severity is not None:
            yield EXPIRING(host, severity=severity, **shown.certificate(leaf, now), case="" if days else "today")


def _late(session: TlsSession, now: datetime) -> Certificate | None:
    """The expired certificate that matters: the leaf, or one above it when verification failed for that."""
    counted = session.chain if session.verify_code == _EXPIRED else session.chain[:1]
    return next((certificate for certificate in counted if now > certificate.not_after), None)


def _early(session: TlsSession, now: datetime) -> Certificate | None:
    counted = session.chain if session.verify_code == _NOT_YET_VALID else session.chain[:1]
    return next((certificate for certificate in counted if now < certificate.not_before), None)


def _case(certificate: Certificate, leaf: Certificate) -> str:
    return "" if certificate is leaf else "issuer"


def _urgency(days: int, thresholds: tuple[int, ...]) -> Severity | None:
    """How bad it is that *days* are left; on the last one 0 are, and that is the worst, not nothing."""
    passed = sum(days <= threshold for threshold in thresholds)
    return _RISING[min(passed, len(_RISING)) - 1] if passed else None


def _of_name(host: str, session: TlsSession) -> Iterator[Finding]:
    """As browsers have it: the subjectAltName alone counts (RFC 9525 §6.3), whatever OpenSSL reported first."""
    leaf = session.chain[0]
    if session.verify_code in _NAME_MISMATCH or not matches(leaf, host):
        yield WRONG_HOST(
            host, host=host, names=list(leaf.names[: shown.MAX_NAMES]), sha256=leaf.sha256, issuer=leaf.issuer
        )


def _of_trust(host: str, session: TlsSession, now: datetime) -> Iterator[Finding]:
    code, leaf = session.verify_code, session.chain[0]
    if code == 0 or code in _NAME_MISMATCH or (code in {_EXPIRED, _NOT_YET_VALID} and _is_told(session, now)):
        return
    rule = UNTRUSTED
    if code == _SELF_SIGNED_LEAF:
        rule = SELF_SIGNED
    elif code in _NO_ISSUER and _lacks_issuer(session):
        rule = INCOMPLETE_CHAIN
    yield rule(
        host, **shown.certificate(leaf, now), code=code, reason=session.verify_message[:200], served=len(session.chain)
    )


def _is_told(session: TlsSession, now: datetime) -> bool:
    """Whether a date that OpenSSL complained of is that of a certificate we hold, and so has its own finding."""
    return _late(session, now) is not None or _early(session, now) is not None


def _lacks_issuer(session: TlsSession) -> bool:
    """The leaf's issuer exists somewhere, by the leaf's own word, and was not served (RFC 8446 §4.4.2)."""
    leaf, *others = session.chain
    return leaf.has_issuer_url and all(other.subject != leaf.issuer for other in others)


def _shows_certificates(visit: Visit) -> bool:
    """A bad certificate shows in any handshake; that all are good, only in a visit that came to its end."""
    return came_to_answer(visit) or any(hop.tls is not None and hop.tls.verify_code for hop in visit.hops)


JUDGES: tuple[Judge[Visit], ...] = (Judge(rules=RULES, verdict=judge, sees=_shows_certificates),)
