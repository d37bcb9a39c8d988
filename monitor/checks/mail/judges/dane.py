"""Do the TLSA records of the mail servers fit the certificates they serve (RFC 7672)?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Exchanger, Mail, TlsaSet, Trouble
from monitor.checks.mail.judges.sessions import lacks_tls, sessions, unless_good
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.dane import vouched
from monitor.net.smtp import SmtpSession

TLSA_MISMATCH = Rule("mail.tlsa_mismatch", Severity.HIGH, Audience.NOC)
TLSA_INSECURE = Rule("mail.tlsa_insecure", Severity.INFO, Audience.OWNER)
TLSA_UNUSABLE = Rule("mail.tlsa_unusable", Severity.LOW, Audience.OWNER)


def judge_records(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Records that no sender can use: unsigned, or of kinds that do not count for mail."""
    for host in facts.hosts:
        found = host.tlsa
        if isinstance(found, Trouble) or not found.records:
            continue
        if not found.authenticated:
            yield TLSA_INSECURE(host.host, records=_written(found))
        elif not any(record.usable for record in found.records):
            yield TLSA_UNUSABLE(host.host, records=_written(found))


def judge_match(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Senders that know DANE do not deliver to a server whose certificate is not the one announced."""
    for host, session in sessions(facts):
        if _is_mismatched(host, session) and isinstance(host.tlsa, TlsaSet):
            served = "" if session.tls is None else session.tls.chain[0].sha256
            case = "" if session.tls is not None else "no_tls"
            yield TLSA_MISMATCH(host.host, case=case, records=_written(host.tlsa), sha256=served)


def _is_mismatched(host: Exchanger, session: SmtpSession) -> bool:
    found = host.tlsa
    if isinstance(found, Trouble) or not found.authenticated or not any(record.usable for record in found.records):
        return False
    if session.tls is None:
        return lacks_tls(session)
    return bool(session.tls.chain) and not vouched(found.records, host.host, session.tls.chain)


def _written(found: TlsaSet) -> list[str]:
    return [f"{each.usage} {each.selector} {each.matching} {each.data[:16]}…" for each in found.records]


def _knows_records(facts: Mail) -> bool:
    return not isinstance(facts.exchangers, Trouble) and not any(
        isinstance(host.tlsa, Trouble) or isinstance(host.addresses, Trouble) for host in facts.hosts
    )


_sees_match = unless_good(_is_mismatched, lambda session: session.tls is not None or lacks_tls(session))

JUDGES: tuple[Judge[Mail], ...] = (
    Judge(rules=(TLSA_INSECURE, TLSA_UNUSABLE), verdict=judge_records, sees=_knows_records),
    Judge(
        rules=(TLSA_MISMATCH,),
        verdict=judge_match,
        sees=lambda facts: _knows_records(facts) and (_sees_match(facts) or not _has_records(facts)),
    ),
)


def _has_records(facts: Mail) -> bool:
    return any(isinstance(host.tlsa, TlsaSet) and host.tlsa.records for host in facts.hosts)
