"""What plain http and https lead to, judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.transport.walk import MAX_URL, Walk, Ways
from monitor.domains import Domains, host_of, registrable
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.facts import Failure, FailureKind, Phase

NO_HTTPS = Rule("transport.no_https", Severity.MEDIUM, Audience.OWNER, confirm=True)
HTTPS_UNLISTED = Rule("transport.https_unlisted", Severity.INFO, Audience.OWNER)
NO_UPGRADE = Rule("transport.no_upgrade", Severity.MEDIUM, Audience.OWNER)
UPGRADE_ELSEWHERE = Rule("transport.upgrade_elsewhere_first", Severity.LOW, Audience.OWNER)
PLAIN_OFF_GOVERNMENT = Rule("transport.plain_off_government", Severity.HIGH, Audience.CSIRT)

ABSENT = frozenset(
    {
        FailureKind.REFUSED,
        FailureKind.RESET,
        FailureKind.CLOSED,
        FailureKind.TLS_PROTOCOL,
        FailureKind.TLS_ERROR,
        FailureKind.MALFORMED,
    }
)
"""What a server says that has no https to offer; silence is told apart."""


def judge_availability(target: Target, ways: Ways, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A site that is listed with http and answers there: is it there by https, too?"""
    secure, host = ways.secure, host_of(ways.plain.start)
    if secure is None:
        return
    case = _lack(secure, host)
    if case is None:
        yield HTTPS_UNLISTED(host, listed=target.url[:MAX_URL], url=secure.start)
    elif case != "unknown":
        yield NO_HTTPS(host, case=case, **_why(secure))


def _lack(secure: Walk, host: str) -> str | None:
    """What keeps visitors from using https; None when nothing does, `unknown` when that was not to be seen."""
    first = secure.steps[0] if secure.steps else None
    if first is None:
        return _refusal(secure.failure)
    if not first.trusted:
        return "untrusted"
    if any(before.startswith("https:") and after.startswith("http:") for before, after in secure.moves()):
        return "returns"
    return None if secure.page is not None and host_of(secure.page.url) == host else "unknown"


def _refusal(failure: Failure | None) -> str:
    if failure is None:
        return "unknown"
    if failure.kind in ABSENT:
        return ""
    return "silent" if failure.kind is FailureKind.TIMEOUT and failure.phase is Phase.CONNECT else "unknown"


def _why(secure: Walk) -> dict[str, Any]:
    failure = secure.failure
    if failure is None or secure.steps:
        return {"url": next((after for _before, after in secure.moves()), secure.start)}
    return {
        "url": secure.start,
        "phase": failure.phase.value,
        "kind": failure.kind.value,
        "address": failure.address,
        "text": failure.detail[:200],
    }


def judge_upgrade(target: Target, ways: Ways, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A page over plain http, although https is there; or https only after a detour (RFC 6797 §7.2)."""
    host = host_of(ways.plain.start)
    page, elsewhere = ways.plain.page, _detour(ways.plain)
    if page is not None and not any(step.url.startswith("https:") for step in ways.plain.steps):
        yield NO_UPGRADE(host, url=page.url, status=page.status)
    elif elsewhere is not None:
        yield UPGRADE_ELSEWHERE(host, url=elsewhere, destination=host_of(elsewhere))


def _detour(walk: Walk) -> str | None:
    """The first URL of another host, when https on the same host did not come before."""
    host = host_of(walk.start)
    for before, after in walk.moves():
        if before.startswith("https:"):
            return None
        if host_of(after) != host:
            return after
    return None


def judge_destination(target: Target, ways: Ways, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    Plain http sends visitors of a government's name to a name that no government answers for.

    It is told of the host that sends; where to, that host may choose anew for every visitor.
    """
    own = host_of(target.url)
    if ways.secure is not None or not policy.domains.standing(own).is_government:
        return  # what is listed with http, the visits of every minute judge
    for source, destination in ways.plain.moves():
        sender, host = host_of(source), host_of(destination)
        if _is_ours(sender, own, policy.domains) and not _is_ours(host, own, policy.domains):
            yield PLAIN_OFF_GOVERNMENT(sender, destination=host, url=destination)


def _is_ours(host: str, own: str, domains: Domains) -> bool:
    return registrable(host) == registrable(own) or domains.standing(host).is_government


def _shows_upgrade(ways: Ways) -> bool:
    """Only for https-listed sites; a port that refuses serves nothing, and of one that is silent nobody knows."""
    walk = ways.plain
    if ways.secure is not None:
        return False
    if any(step.url.startswith("https:") for step in walk.steps) or _detour(walk) is not None:
        return True
    if walk.failure is not None:
        return not walk.steps and walk.failure.kind is FailureKind.REFUSED
    return walk.last is not None and walk.last.status < 500 and walk.last.location is None  # noqa: PLR2004


def _shows_availability(ways: Ways) -> bool:
    """That a site answers by http alone is said only when it answers by http."""
    if ways.secure is None or ways.plain.last is None:
        return False
    return _lack(ways.secure, host_of(ways.plain.start)) != "unknown"


def _shows_destination(ways: Ways) -> bool:
    """A walk that ended early has seen only the steps it has; what leads away among them is seen all the same."""
    walk = ways.plain
    if walk.failure is None or (not walk.steps and walk.failure.kind is FailureKind.REFUSED):
        return True
    own = registrable(host_of(walk.start))
    return any(registrable(host_of(after)) != own for _before, after in walk.moves())


JUDGES: tuple[Judge[Ways], ...] = (
    Judge(rules=(NO_HTTPS, HTTPS_UNLISTED), verdict=judge_availability, sees=_shows_availability),
    Judge(rules=(NO_UPGRADE, UPGRADE_ELSEWHERE), verdict=judge_upgrade, sees=_shows_upgrade),
    Judge(rules=(PLAIN_OFF_GOVERNMENT,), verdict=judge_destination, sees=_shows_destination),
)
