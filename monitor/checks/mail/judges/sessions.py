"""What the judges of mail servers ask of a session: did it show what the question is about?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from monitor.checks.mail.facts import Exchanger, Mail, Trouble
from monitor.net.facts import FailureKind, Phase
from monitor.net.smtp import SmtpSession

UNREACHED = frozenset({FailureKind.TIMEOUT, FailureKind.REFUSED, FailureKind.RESET, FailureKind.UNREACHABLE})
_PUTS_OFF, _REFUSES_FOR_GOOD = 400, 500
"""The first digit of a reply (RFC 5321 §4.2.1)."""


def sessions(facts: Mail) -> Iterator[tuple[Exchanger, SmtpSession]]:
    """The hosts that were called on, each with what it showed."""
    for host in facts.hosts:
        if isinstance(host.session, SmtpSession):
            yield host, host.session


def is_unreachable(session: SmtpSession) -> bool:
    """Whether no connection came about; our own lack of a route is none of it."""
    failure = session.failure
    return failure is not None and failure.phase is Phase.CONNECT and failure.kind in UNREACHED


def is_forbidden(session: SmtpSession) -> bool:
    """Whether all its addresses are in networks that the public cannot reach."""
    return session.failure is not None and session.failure.kind is FailureKind.FORBIDDEN_ADDRESS


def is_garbled(session: SmtpSession) -> bool:
    """Whether what answered does not speak SMTP."""
    failure = session.failure
    return failure is not None and failure.phase is Phase.TTFB and failure.kind is FailureKind.MALFORMED


def lacks_tls(session: SmtpSession) -> bool:
    """Whether the server said that there is no encryption to be had: not offered, refused for good, or no ESMTP."""
    if session.failure is not None or session.refusal is not None or session.tls is not None:
        return False
    if session.starttls is not None:
        return session.starttls.code >= _REFUSES_FOR_GOOD
    return session.hello is not None


def fails_tls(session: SmtpSession) -> bool:
    """Whether encryption was offered and did not come about: put off, or the handshake failed."""
    if session.tls is not None or session.starttls is None:
        return False
    put_off = session.refusal is None and _PUTS_OFF <= session.starttls.code < _REFUSES_FOR_GOOD
    return put_off or (session.failure is not None and session.failure.phase is Phase.TLS)


def shows_tls(session: SmtpSession) -> bool:
    """Whether it came to a conclusion on encryption, whatever that is."""
    return session.tls is not None or lacks_tls(session) or fails_tls(session)


def unless_good(bad: Callable[[Exchanger, SmtpSession], bool], shows: Callable[[SmtpSession], bool]) -> Sight:
    """When a judge of all hosts sees: one of them is bad, or each showed what the question is about."""

    def sees(facts: Mail) -> bool:
        if isinstance(facts.exchangers, Trouble):
            return False
        if any(bad(host, session) for host, session in sessions(facts)):
            return True
        called = [host.session for host in facts.hosts if host.session is not None]
        unknown = any(host.is_unknown for host in facts.hosts)
        return not unknown and all(isinstance(session, SmtpSession) and shows(session) for session in called)

    return sees


Sight = Callable[[Mail], bool]
