"""Do the mail servers answer, and do they speak SMTP?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Exchanger, Mail, Outgoing
from monitor.checks.mail.judges.sessions import is_forbidden, is_garbled, is_unreachable, sessions, unless_good
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.facts import Phase
from monitor.net.smtp import SmtpSession

MX_UNREACHABLE = Rule("mail.mx_unreachable", Severity.MEDIUM, Audience.NOC, confirm=True)
MX_FORBIDDEN = Rule("mail.mx_forbidden_address", Severity.MEDIUM, Audience.NOC)
MX_NOT_SMTP = Rule("mail.mx_not_smtp", Severity.MEDIUM, Audience.NOC, confirm=True)


def judge_reach(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    Servers to which no connection comes about.

    Many networks keep everybody inside from port 25. Unless some server has greeted us, that may be the reason, and the
    finding says so; where it surely is, this judge does not see.
    """
    called = list(sessions(facts))
    lost = [(host, session) for host, session in called if is_unreachable(session)]
    for host, session in lost:
        severity, case = _weighed(facts, all_lost=len(lost) == len(facts.hosts))
        yield MX_UNREACHABLE(host.host, severity=severity, case=case, domain=facts.domain, **_failure(session))


def _weighed(facts: Mail, *, all_lost: bool) -> tuple[Severity | None, str]:
    if facts.outgoing is not Outgoing.OPEN:
        return Severity.LOW, "perhaps_ours"
    return (Severity.HIGH, "all") if all_lost else (None, "")


def judge_address(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A public MX that leads into a network of nobody's or of one's own; nothing was sent there."""
    for host, session in sessions(facts):
        if is_forbidden(session):
            yield MX_FORBIDDEN(host.host, domain=facts.domain, address=session.address)


def judge_speech(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Something answers at the port, and it is no mail server."""
    for host, session in sessions(facts):
        if is_garbled(session) and session.failure is not None:
            yield MX_NOT_SMTP(host.host, domain=facts.domain, address=session.address, text=session.failure.detail)


def _failure(session: SmtpSession) -> dict[str, Any]:
    failure = session.failure
    if failure is None:
        return {}
    return {"phase": failure.phase.value, "kind": failure.kind.value, "address": failure.address}


def _has_answered(session: SmtpSession) -> bool:
    """Whether somebody took the connection; a refusal in words is an answer, too."""
    return session.greeting is not None or (session.failure is not None and session.failure.phase is not Phase.CONNECT)


def _has_spoken(session: SmtpSession) -> bool:
    return session.greeting is not None


def _unreachable(host: Exchanger, session: SmtpSession) -> bool:
    return is_unreachable(session)


def _forbidden(host: Exchanger, session: SmtpSession) -> bool:
    return is_forbidden(session)


def _garbled(host: Exchanger, session: SmtpSession) -> bool:
    return is_garbled(session)


_sees_reach = unless_good(_unreachable, _has_answered)

JUDGES: tuple[Judge[Mail], ...] = (
    Judge(
        rules=(MX_UNREACHABLE,),
        verdict=judge_reach,
        sees=lambda facts: facts.outgoing is not Outgoing.BLOCKED and _sees_reach(facts),
    ),
    Judge(
        rules=(MX_FORBIDDEN,),
        verdict=judge_address,
        sees=unless_good(_forbidden, lambda session: not is_forbidden(session)),
    ),
    Judge(rules=(MX_NOT_SMTP,), verdict=judge_speech, sees=unless_good(_garbled, _has_spoken)),
)
