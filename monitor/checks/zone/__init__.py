"""Is the domain delegated, do its name servers answer alike, and do its signatures hold?"""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.zone import servers, signed
from monitor.checks.zone.facts import Delegated
from monitor.checks.zone.observe import observe
from monitor.checks.zone.wildcard import Wildcards
from monitor.model import Kind, Target
from monitor.net.dns_said import Word
from monitor.net.facts import Phase

JUDGES = (*servers.JUDGES, *signed.JUDGES)
"""In the order that decides which finding is named as the cause of a state."""


def zone(settings: settings.Zone) -> Check[Delegated]:
    """The check of every registrable domain; its runs decide whether such a target is observed."""
    return Check(
        name="zone",
        every=settings.every,
        timeout=settings.timeout,
        applies=_is_domain,
        observe=partial(observe, within=settings.timeout, wildcards=Wildcards()),
        judges=JUDGES,
        vital=True,
        failed=_failed,
    )


def _is_domain(target: Target) -> bool:
    return target.kind is Kind.DOMAIN


def _failed(facts: Delegated) -> Phase | None:
    """
    Silence of all is worth a question to the vantage; the parent, asked just before, did answer.

    So is a server whose name leads nowhere: that is our resolver's word.
    """
    if any(not voice.address for voice in facts.voices):
        return Phase.DNS
    heard = [voice for voice in facts.voices if voice.word is not Word.UNKNOWN]
    return Phase.CONNECT if heard and all(voice.word is Word.SILENT for voice in heard) else None


__all__ = ["JUDGES", "Delegated", "zone"]
