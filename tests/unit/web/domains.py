"""The domains of the made-up regency, and what the checks beside the visit saw of some of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from monitor.checks import build
from monitor.checks.base import Check, Policy, judge
from monitor.checks.names.facts import Naming, Resolved, Six
from monitor.checks.names.facts import Voice as NamesVoice
from monitor.checks.registration.facts import Listing, Record, Registration
from monitor.checks.zone.facts import Delegated, Voice
from monitor.findings import Ledger, settled_state
from monitor.latest import Entry
from monitor.model import CheckResult, Kind, OpenFinding, Outcome, Target
from monitor.net.dns_said import Word
from monitor.net.dnssec import Security
from monitor.settings import Checks
from tests.unit.web.moment import NOW

CHECKS: tuple[Check[Any], ...] = build(Checks())
BY_NAME = {check.name: check for check in CHECKS}
COUNTY = "purbalinggakab.go.id"
UNSEEN = frozenset({"kedungjaya.desa.id"})
"""Watched, and not looked at yet."""
SEEN = frozenset({"OPD-001"})
"""Sites that checks beside the visit have looked at."""
HOSTILE_WORDS = "<i>SERVFAIL</i>"
HOSTILE_REGISTRAR = "PT <script>alert('registrar')</script>"


def delegated(name: str) -> Delegated:
    """A zone with two servers; one of the county's is silent."""
    servers = (f"ns1.{name}", f"ns2.{name}")
    silent = name == COUNTY
    return Delegated(
        zone=name,
        parent=name.partition(".")[2],
        delegated=servers,
        listed=servers,
        voices=(
            Voice(server=servers[0], address="192.0.2.53", word=Word.RECORDS, serial=2026112401),
            Voice(
                server=servers[1],
                address="198.51.100.53",
                word=Word.SILENT if silent else Word.RECORDS,
                words=HOSTILE_WORDS if silent else "",
                serial=None if silent else 2026112401,
            ),
        ),
        security=Security.INSECURE,
        wildcard=(),
    )


def registered(name: str) -> Registration:
    """A registration that ends in half a year; the county's in three weeks."""
    days = 21 if name == COUNTY else 180
    record = Record(
        statuses=frozenset({"active"}),
        registered=NOW - timedelta(days=3000),
        changed=NOW - timedelta(days=100),
        expires=NOW + timedelta(days=days, hours=5),
        registrar=HOSTILE_REGISTRAR,
        name_servers=(f"ns1.{name}", f"ns2.{name}"),
        signed=False,
    )
    return Registration(listing=Listing.FOUND, server="rdap.pandi.id", record=record)


def named(target: Target) -> Naming:
    """A name that both servers know alike."""
    voices = tuple(
        NamesVoice(
            server=f"ns{number}.{COUNTY}", address=f"192.0.2.{number}", word=Word.RECORDS, addresses=("203.0.113.9",)
        )
        for number in (1, 2)
    )
    return Naming(
        host=target.host,
        zone=COUNTY,
        voices=voices,
        resolved=Resolved(exists=True, addresses=("203.0.113.9",)),
        addresses=("203.0.113.9",),
        six=Six.ABSENT,
    )


def entry(target: Target, chance: Random, policy: Policy) -> Entry:
    """The domain *target*, judged by the real judges; every finding counts as confirmed."""
    result = Entry(target)
    assert target.kind is Kind.DOMAIN
    if target.kode in UNSEEN:
        return result
    result.since = NOW - timedelta(days=5)
    looked(result, "zone", delegated(target.kode), policy)
    looked(result, "registration", registered(target.kode), policy)
    if target.kode == COUNTY:
        failed(result, "registration", "registri tidak menjawab dalam 30 detik")
    result.state, deciding = settled_state(result.ledger)
    result.cause = deciding.finding.code if deciding else ""
    return result


def look_closely(result: Entry, policy: Policy) -> None:
    """Add what the checks beside the visit saw of the site."""
    looked(result, "names", named(result.target), policy)


def looked(result: Entry, name: str, facts: object, policy: Policy, at: datetime = NOW - timedelta(minutes=3)) -> None:
    """A run of the check *name* on *result* that observed *facts*."""
    check = BY_NAME[name]
    found, judged = judge(check, result.target, facts, policy, NOW)
    run = CheckResult(
        target=result.target,
        check=name,
        started=at,
        duration=timedelta(seconds=1),
        outcome=Outcome.OBSERVED,
        facts=facts,
        findings=found,
        judged=judged,
    )
    result.results[name] = result.seen[name] = run
    opened = {(name, *item.key): OpenFinding(name, item, result.since or NOW) for item in found}
    result.ledger = Ledger({**result.ledger.open, **opened})


def failed(result: Entry, name: str, reason: str, outcome: Outcome = Outcome.UNREACHABLE) -> None:
    """A later run of the check *name* on *result* that saw nothing."""
    result.results[name] = CheckResult(
        target=result.target,
        check=name,
        started=NOW - timedelta(minutes=1),
        duration=timedelta(seconds=30),
        outcome=outcome,
        reason=reason,
    )
