"""Are there enough name servers, does each answer for the zone, and do they agree?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.zone.facts import Delegated, Voice
from monitor.model import Audience, Finding, Rule, Severity, State, Target
from monitor.net.dns_said import Word

NOT_FOUND = Rule("zone.not_found", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
ALL_UNREACHABLE = Rule("zone.all_unreachable", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
NS_UNREACHABLE = Rule("zone.ns_unreachable", Severity.MEDIUM, Audience.NOC, confirm=True)
LAME = Rule("zone.lame", Severity.MEDIUM, Audience.NOC, confirm=True)
SINGLE_NS = Rule("zone.single_ns", Severity.MEDIUM, Audience.NOC)
# Secondary servers fetch a new version when they come to it (RFC 1912 §2.2): minutes, not seconds.
SERIAL_MISMATCH = Rule("zone.serial_mismatch", Severity.LOW, Audience.NOC, confirm=True, quick=False)
PARENT_CHILD_MISMATCH = Rule("zone.parent_child_mismatch", Severity.LOW, Audience.OWNER)
ONE_NETWORK = Rule("zone.one_network", Severity.LOW, Audience.OWNER)
WILDCARD = Rule("zone.wildcard", Severity.INFO, Audience.OWNER)

ENOUGH = 2
"""Name servers that a zone must have (RFC 1034 §4.1)."""
_DUMB = frozenset({Word.LAME, Word.SERVFAIL})
_PREFIX = {4: 24, 6: 48}
"""What is routed as one network, by IP version (RFC 2182 §3.1 asks for places apart)."""


def judge_existence(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The registry's servers do not know the domain, or lead nowhere."""
    if not facts.exists:
        yield NOT_FOUND(facts.zone, parent=facts.parent, words=facts.words)


def judge_number(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """One server is no server while it is being repaired."""
    if len(facts.delegated) < ENOUGH:
        yield SINGLE_NS(facts.zone, servers=list(facts.delegated))


def judge_all(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """No server that could be asked speaks for the zone."""
    if _nobody_answers(facts):
        lame = any(voice.word in _DUMB for voice in facts.voices)
        case = "partly_unknown" if not hears_everybody(facts) else "lame" if lame else ""
        yield ALL_UNREACHABLE(facts.zone, **_said(facts.voices), case=case)


def judge_answers(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Which servers are silent, and which do not know the zone; when it is all of them, that is another thing."""
    if _nobody_answers(facts):
        return
    for server in facts.servers:
        heard = _heard(facts, server)
        silent = [voice for voice in heard if voice.word is Word.SILENT]
        dumb = [voice for voice in heard if voice.word in _DUMB]
        if silent:
            yield NS_UNREACHABLE(server, zone=facts.zone, **_said(silent))
        if dumb:
            servfail = all(voice.word is Word.SERVFAIL for voice in dumb)
            yield LAME(server, zone=facts.zone, **_said(dumb), case="servfail" if servfail else "")


def hears_everybody(facts: Delegated) -> bool:
    """Whether no server was left unheard for a reason of ours; a server that only has IPv6 may be, for good."""
    return facts.exists and bool(facts.voices) and all(map(_is_heard, map(facts.of, facts.servers)))


def _is_heard(voices: tuple[Voice, ...]) -> bool:
    return any(voice.word is not Word.UNKNOWN for voice in voices) or all(":" in voice.address for voice in voices)


def _heard(facts: Delegated, server: str) -> tuple[Voice, ...]:
    return tuple(voice for voice in facts.of(server) if voice.word is not Word.UNKNOWN)


def _nobody_answers(facts: Delegated) -> bool:
    """
    Some server was heard, and none speaks for the zone.

    One whose name nobody can look up is no help to a visitor either; one that only our IPv6 keeps us from may be.
    """
    return _any_bad(facts) and not any(
        voice.word is Word.RECORDS or (voice.word is Word.UNKNOWN and voice.address and not _heard(facts, voice.server))
        for voice in facts.voices
    )


def _any_bad(facts: Delegated) -> bool:
    return any(voice.word is Word.SILENT or voice.word in _DUMB for voice in facts.voices)


def _knows_whether_all(facts: Delegated) -> bool:
    """One server that speaks for the zone is enough to say that not all are dead."""
    answered = any(voice.word is Word.RECORDS for voice in facts.voices)
    return facts.exists and (answered or _nobody_answers(facts) or hears_everybody(facts))


def _knows_each(facts: Delegated) -> bool:
    """One bad server is enough to be told of; that there is none takes all of them."""
    return facts.exists and (_any_bad(facts) or hears_everybody(facts))


def _said(voices: tuple[Voice, ...] | list[Voice]) -> dict[str, Any]:
    return {
        "addresses": [voice.address for voice in voices if voice.address],
        "answers": [f"{voice.address or voice.server}: {voice.words}" for voice in voices if voice.words],
    }


def judge_serials(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Servers with different serials give different answers, until the last has fetched the zone (RFC 1034 §4.3.5)."""
    serials = {voice.serial for voice in facts.voices if voice.serial is not None}
    if len(serials) > 1:
        said = [f"{voice.server}: {voice.serial}" for voice in facts.voices if voice.serial is not None]
        yield SERIAL_MISMATCH(facts.zone, serials=list(dict.fromkeys(said)))


def _has_serials(facts: Delegated) -> bool:
    return len({voice.server for voice in facts.voices if voice.serial is not None}) > 1


def judge_lists(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The parent and the zone name different servers (RFC 1034 §4.2.2 wants them alike)."""
    if facts.listed != facts.delegated:
        above, below = set(facts.delegated), set(facts.listed or ())
        yield PARENT_CHILD_MISMATCH(
            facts.zone,
            only_parent=sorted(above - below),
            only_zone=sorted(below - above),
            case="parent" if below <= above else "zone" if above <= below else "",
        )


def judge_network(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """All servers behind one line fall together."""
    networks = {
        version: {_network(voice.address) for voice in facts.voices if _version(voice.address) == version}
        for version in _PREFIX
    }
    if len(facts.servers) >= ENOUGH and all(len(found) <= 1 for found in networks.values()):
        yield ONE_NETWORK(facts.zone, networks=sorted(network for found in networks.values() for network in found))


def _has_addresses(facts: Delegated) -> bool:
    """Whether every server has its address, all of one version or more: else they cannot be compared."""
    versions = [{_version(voice.address) for voice in facts.of(server) if voice.address} for server in facts.servers]
    return facts.exists and bool(versions) and bool(set.intersection(*versions))


def _version(address: str) -> int:
    return ip_address(address).version if address else 0


def _network(address: str) -> str:
    return str(ip_network(f"{address}/{_PREFIX[ip_address(address).version]}", strict=False))


def judge_wildcard(target: Target, facts: Delegated, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Every name under the zone exists: one that was taken away goes on to work, and typing errors lead somewhere."""
    if facts.wildcard:
        yield WILDCARD(facts.zone, leads=list(facts.wildcard))


JUDGES = (
    Judge(rules=(NOT_FOUND,), verdict=judge_existence),
    Judge(rules=(ALL_UNREACHABLE,), verdict=judge_all, sees=_knows_whether_all),
    Judge(rules=(NS_UNREACHABLE, LAME), verdict=judge_answers, sees=_knows_each),
    Judge(rules=(SINGLE_NS,), verdict=judge_number, sees=lambda facts: facts.exists),
    Judge(rules=(SERIAL_MISMATCH,), verdict=judge_serials, sees=_has_serials),
    Judge(
        rules=(PARENT_CHILD_MISMATCH,),
        verdict=judge_lists,
        sees=lambda facts: facts.listed is not None and not facts.shared,
    ),
    Judge(rules=(ONE_NETWORK,), verdict=judge_network, sees=_has_addresses),
    Judge(rules=(WILDCARD,), verdict=judge_wildcard, sees=lambda facts: facts.wildcard is not None),
)
