"""Do those in charge of a name agree, and does our resolver know what they say?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.names.facts import Naming, Voice
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.dns_said import Word

# Every change shows for as long as secondary servers take to fetch it (RFC 1912 §2.2): minutes, not seconds.
INCONSISTENT = Rule("names.inconsistent", Severity.MEDIUM, Audience.NOC, confirm=True, quick=False)
RESOLVER_DISAGREES = Rule("names.resolver_disagrees", Severity.MEDIUM, Audience.NOC, confirm=True)


def judge_servers(target: Target, facts: Naming, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    Servers that say different things: some visitors are led astray.

    Outside the government's domains only existence counts: the great services answer everybody differently.
    """
    compare = _all_of_it if policy.domains.standing(facts.host).is_government else _existence
    said = {voice.server: compare(voice) for voice in facts.heard}
    if len(set(said.values())) > 1:
        yield INCONSISTENT(facts.host, zone=facts.zone, answers=[f"{server}: {what}" for server, what in said.items()])


def _all_of_it(voice: Voice) -> str:
    return ", ".join((*voice.aliases, *voice.addresses)) or _existence(voice)


def _existence(voice: Voice) -> str:
    return "NXDOMAIN" if voice.word is Word.NXDOMAIN else "ada" if voice.addresses or voice.aliases else "tanpa alamat"


def judge_resolver(target: Target, facts: Naming, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Those in charge have an address, and whoever asks as visitors do gets none."""
    speaking = [voice for voice in facts.heard if voice.addresses]
    if speaking and not facts.resolved.addresses:
        yield RESOLVER_DISAGREES(
            facts.host,
            server=speaking[0].server,
            addresses=list(speaking[0].addresses),
            outcome=facts.resolved.failure or ("tanpa alamat" if facts.resolved.exists else "NXDOMAIN"),
            words=facts.resolved.words,
        )


JUDGES = (
    Judge(rules=(INCONSISTENT,), verdict=judge_servers, sees=lambda facts: len(facts.heard) > 1),
    Judge(
        rules=(RESOLVER_DISAGREES,),
        verdict=judge_resolver,
        sees=lambda facts: bool(facts.heard) and not facts.resolved.ours,
    ),
)
