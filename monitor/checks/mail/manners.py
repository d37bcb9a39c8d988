"""How often a mail server may be called on: what was seen lately is not asked again, and who declined is left alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from monitor.checks.mail.facts import Outgoing
from monitor.checks.mail.judges.sessions import lacks_tls
from monitor.domains import registrable
from monitor.net.facts import FailureKind, Phase
from monitor.net.smtp import SmtpSession

HOUR = 3600.0
FIRST_WAIT, LONGEST_WAIT = 55 * 60.0, 24 * HOUR
"""The first a little less than an hour, or who is called on every hour would be left out every second time."""
RECENT = 300.0
"""Seconds for which a good look is good for the second look, or for another domain at the same server."""
LATELY = 24 * HOUR
"""For how long a greeting proves that our network lets us out, whoever is silent."""
FORGOTTEN = 48 * HOUR
"""A server that was not called on for so long is nobody's any more."""
SEVERAL = 2
"""Providers that must all be silent before it is our network."""


@dataclass(slots=True)
class _Standing:
    """How we stand with one server."""

    called_at: float = 0.0
    until: float = 0.0
    wait: float = 0.0
    seen_at: float = 0.0
    seen: SmtpSession | None = None
    greeted_at: float | None = None
    silent: bool = False


class Manners:
    """The memory of one process; after a restart everybody may be called on once more."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Seconds by *now*."""
        self._now = now
        self._servers: dict[str, _Standing] = {}
        self._let_out = False
        """Whether any server ever greeted us."""

    def waiting(self, host: str) -> bool:
        """Whether *host* declined us, and its time has not come."""
        known = self._servers.get(host)
        return known is not None and self._now() < known.until

    def recent(self, host: str) -> SmtpSession | None:
        """What *host* showed a moment ago, when that was something."""
        known = self._servers.get(host)
        return known.seen if known is not None and self._now() - known.seen_at < RECENT else None

    def note(self, host: str, session: SmtpSession) -> None:
        """Remember how the call on *host* went."""
        now, server = self._now(), self._servers.setdefault(host, _Standing())
        server.called_at, server.silent = now, is_silent(session)
        if session.greeting is not None:
            server.greeted_at, self._let_out = now, True
        if is_declined(session):
            server.wait = min(2 * server.wait, LONGEST_WAIT) or FIRST_WAIT
            server.until = now + server.wait
        elif session.greeting is not None:
            server.wait = 0.0
            if session.tls is not None or lacks_tls(session):  # anything else may be a passing fault
                server.seen, server.seen_at = session, now

    def outgoing(self) -> Outgoing:
        """Whether our network lets us out to mail servers, by all that is known of them."""
        self._forget()
        greeted = [each.greeted_at for each in self._servers.values() if each.greeted_at is not None]
        if any(self._now() - at < LATELY for at in greeted):
            return Outgoing.OPEN
        silent = {registrable(host) or host for host, each in self._servers.items() if each.silent}
        if len(silent) < SEVERAL:
            # One that falls silent is no news of our network: what was known of it holds.
            return Outgoing.OPEN if self._let_out else Outgoing.UNKNOWN
        all_silent = all(each.silent for each in self._servers.values())
        return Outgoing.BLOCKED if all_silent else Outgoing.UNKNOWN

    def _forget(self) -> None:
        """Servers that are no longer anybody's; their names come from whoever runs a domain, without end."""
        since = self._now() - FORGOTTEN
        self._servers = {host: each for host, each in self._servers.items() if each.called_at > since}


def is_silent(session: SmtpSession) -> bool:
    """Whether nobody took the connection, and nobody refused it."""
    failure = session.failure
    return failure is not None and failure.phase is Phase.CONNECT and failure.kind is FailureKind.TIMEOUT


def is_declined(session: SmtpSession) -> bool:
    """Whether the server let us feel that it does not want to talk, which says nothing about its mail."""
    if session.refusal is not None:
        return True
    failure = session.failure
    hung_up = {FailureKind.CLOSED, FailureKind.RESET, FailureKind.TIMEOUT}
    return failure is not None and failure.phase is Phase.TTFB and failure.kind in hung_up
