"""Can mail come in encrypted, and would a sender that insists accept the certificate?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.checks import shown
from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Exchanger, Mail
from monitor.checks.mail.judges.policy import is_enforced, is_settled
from monitor.checks.mail.judges.sessions import Sight, fails_tls, lacks_tls, sessions, shows_tls, unless_good
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.certificates import matches
from monitor.net.facts import Certificate, TlsSession
from monitor.net.smtp import SmtpSession

STARTTLS_MISSING = Rule("mail.starttls_missing", Severity.MEDIUM, Audience.OWNER)
STARTTLS_FAILED = Rule("mail.starttls_failed", Severity.MEDIUM, Audience.OWNER, confirm=True)
TLS_OUTDATED = Rule("mail.tls_outdated", Severity.LOW, Audience.OWNER)
CERTIFICATE_EXPIRED = Rule("mail.certificate_expired", Severity.MEDIUM, Audience.OWNER)
CERTIFICATE_EXPIRING = Rule("mail.certificate_expiring", Severity.LOW, Audience.OWNER)
CERTIFICATE_EARLY = Rule("mail.certificate_not_yet_valid", Severity.LOW, Audience.OWNER)
CERTIFICATE_WRONG_HOST = Rule("mail.certificate_wrong_host", Severity.LOW, Audience.OWNER)
CERTIFICATE_SELF_SIGNED = Rule("mail.certificate_self_signed", Severity.LOW, Audience.OWNER)
CERTIFICATE_UNTRUSTED = Rule("mail.certificate_untrusted", Severity.LOW, Audience.OWNER)

MODERN = frozenset({"TLSv1.2", "TLSv1.3"})
"""RFC 8996 forbids what came before."""
# OpenSSL's X509_V_ERR_…: what the date and the name say is read off the certificate itself.
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED = 9, 10, 18
_TOLD = frozenset({0, _NOT_YET_VALID, _EXPIRED, 62, 64})
_DAY = timedelta(days=1)


def judge_offer(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Servers without STARTTLS, which everybody on the way may read along with (RFC 3207)."""
    for host, session in sessions(facts):
        if lacks_tls(session):
            case = "refused" if session.starttls is not None else ""
            said = session.starttls.text if session.starttls is not None else ""
            yield STARTTLS_MISSING(host.host, severity=_severity(facts), case=case, text=said, domain=facts.domain)


def judge_handshake(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Servers that offer encryption and then do not manage it."""
    for host, session in sessions(facts):
        if fails_tls(session) and session.starttls is not None:
            put_off = session.failure is None
            said = session.starttls.text if session.failure is None else session.failure.detail
            case = "put_off" if put_off else ""
            yield STARTTLS_FAILED(host.host, severity=_severity(facts), case=case, text=said, domain=facts.domain)


def judge_version(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Servers that know nothing newer than TLS 1.1."""
    for host, session in sessions(facts):
        if session.tls is not None and session.tls.version not in MODERN:
            yield TLS_OUTDATED(host.host, version=session.tls.version, cipher=session.tls.cipher)


def judge_certificate(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Certificates that a sender who insists would refuse; few insist unless MTA-STS tells them to (RFC 8461 §4.2)."""
    for host, session in sessions(facts):
        if session.tls is not None and session.tls.chain:
            yield from _of_dates(host.host, session.tls.chain[0], facts, policy, now)
            yield from _of_trust(host.host, session.tls, facts, now)


def _of_dates(host: str, leaf: Certificate, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Both ends of the validity are inclusive (RFC 5280 §4.1.2.5)."""
    days = (leaf.not_after - now) // _DAY
    if now > leaf.not_after:
        yield CERTIFICATE_EXPIRED(host, severity=_severity(facts), **shown.certificate(leaf, now))
    elif now < leaf.not_before:
        yield CERTIFICATE_EARLY(host, severity=_severity(facts), **shown.certificate(leaf, now))
    elif days <= max(policy.expiring, default=-1):
        severity = Severity.MEDIUM if days <= min(policy.expiring) else None
        yield CERTIFICATE_EXPIRING(host, severity=severity, **shown.certificate(leaf, now))


def _of_trust(host: str, tls: TlsSession, facts: Mail, now: datetime) -> Iterator[Finding]:
    leaf = tls.chain[0]
    if not matches(leaf, host):
        yield CERTIFICATE_WRONG_HOST(host, severity=_severity(facts), **shown.certificate(leaf, now))
    if tls.verify_code not in _TOLD:
        rule = CERTIFICATE_SELF_SIGNED if tls.verify_code == _SELF_SIGNED else CERTIFICATE_UNTRUSTED
        yield rule(host, severity=_severity(facts), **shown.certificate(leaf, now), reason=tls.verify_message[:200])


def _severity(facts: Mail) -> Severity | None:
    """Where the domain's own policy is enforced, mail is not delivered to such a server."""
    return Severity.HIGH if is_enforced(facts.mta_sts) else None


def _settled(sees: Sight) -> Sight:
    """*sees*, when it is known as well how bad what is seen would be."""
    return lambda facts: is_settled(facts.mta_sts) and sees(facts)


def _lacks(host: Exchanger, session: SmtpSession) -> bool:
    return lacks_tls(session)


def _fails(host: Exchanger, session: SmtpSession) -> bool:
    return fails_tls(session)


def _outdated(host: Exchanger, session: SmtpSession) -> bool:
    return session.tls is not None and session.tls.version not in MODERN


def _unverified(host: Exchanger, session: SmtpSession) -> bool:
    return session.tls is not None and session.tls.verify_code != 0


JUDGES: tuple[Judge[Mail], ...] = (
    Judge(rules=(STARTTLS_MISSING,), verdict=judge_offer, sees=_settled(unless_good(_lacks, shows_tls))),
    Judge(rules=(STARTTLS_FAILED,), verdict=judge_handshake, sees=_settled(unless_good(_fails, shows_tls))),
    Judge(rules=(TLS_OUTDATED,), verdict=judge_version, sees=unless_good(_outdated, shows_tls)),
    Judge(
        rules=(
            CERTIFICATE_EXPIRED,
            CERTIFICATE_EXPIRING,
            CERTIFICATE_EARLY,
            CERTIFICATE_WRONG_HOST,
            CERTIFICATE_SELF_SIGNED,
            CERTIFICATE_UNTRUSTED,
        ),
        verdict=judge_certificate,
        sees=_settled(unless_good(_unverified, lambda session: session.tls is not None or lacks_tls(session))),
    ),
)
