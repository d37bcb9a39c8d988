"""Zones and what their servers say, made up for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.checks.base import Policy, judge
from monitor.checks.zone import Delegated, zone
from monitor.checks.zone.facts import Voice
from monitor.domains import Domains
from monitor.model import Finding, Kind, Target
from monitor.net.dns_said import Word
from monitor.net.dnssec import Security
from monitor.settings import Zone

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
DOMAIN = "onje.desa.id"
ONE, TWO = "ns1.hoster.example", "ns2.hoster.example"
CHECK = zone(Zone())
TARGET = Target(kode=DOMAIN, kind=Kind.DOMAIN, name=DOMAIN, url=f"dns://{DOMAIN}")
POLICY = Policy(domains=Domains())


def voice(server: str = ONE, address: str = "203.0.113.1", **values: Any) -> Voice:
    return Voice(**{"server": server, "address": address, "word": Word.RECORDS, "serial": 7, **values})


def silent(server: str = ONE, address: str = "203.0.113.1") -> Voice:
    return voice(server, address, word=Word.SILENT, words="tidak menjawab", serial=None)


def lame(server: str = ONE, address: str = "203.0.113.1", word: Word = Word.LAME) -> Voice:
    return voice(server, address, word=word, words="REFUSED", serial=None)


def unheard(server: str = ONE, address: str = "2001:db8::1") -> Voice:
    return voice(server, address, word=Word.UNKNOWN, words="tidak ada rute", serial=None)


def nameless(server: str = TWO) -> Voice:
    """A server whose own name could not be looked up."""
    return voice(server, "", word=Word.UNKNOWN, words="SERVFAIL", serial=None)


GOOD = (voice(), voice(TWO, "198.51.100.1"))


def seen(*voices: Voice, **values: Any) -> Delegated:
    chosen = voices or GOOD
    names = tuple(sorted({each.server for each in chosen}))
    return Delegated(
        **{
            "zone": DOMAIN,
            "parent": "desa.id",
            "delegated": names,
            "listed": names,
            "voices": chosen,
            "security": Security.SECURE,
            "wildcard": (),
            **values,
        }
    )


def findings(facts: Delegated) -> tuple[Finding, ...]:
    return judge(CHECK, TARGET, facts, POLICY, NOW)[0]


def found(facts: Delegated) -> set[tuple[str, str]]:
    """(code, subject) of every finding."""
    return {finding.key for finding in findings(facts)}


def judged(facts: Delegated) -> frozenset[str]:
    return judge(CHECK, TARGET, facts, POLICY, NOW)[1]
