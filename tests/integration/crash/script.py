"""What happens to a small regency, step by step: each step is one change, and the same whenever it is asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from monitor.check_sections import Checks
from monitor.checks import build
from monitor.checks.base import Check
from monitor.checks.website.visit import Hop, Visit
from monitor.ground import rules_of
from monitor.model import CheckResult, Exhibit, Finding, Kind, Measure, Outcome, Rule, Target, Turn

RULES: dict[str, Rule] = rules_of(build(Checks()))
CODES = ("site.down", "certificate.expired", "content.gambling")
LOOKS = 3
ADDRESSES = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
SITES = tuple(
    Target(kode=f"DESA-{number:03}", kind=Kind.DESA, name=f"Desa {number}", url=f"https://desa{number}.desa.id/")
    for number in range(1, 13)
)
_MOST = 8
"""Findings that are open at a time, so that incidents end as well as begin."""


@dataclass(frozen=True, slots=True)
class Step:
    """One finding opens or is resolved."""

    number: int
    """From 1."""
    kode: str
    code: str
    turn: Turn
    open_after: frozenset[tuple[str, str]]
    """(kode, code) of all that is open when it has happened."""


@lru_cache(maxsize=8)
def script(total: int, seed: int) -> tuple[Step, ...]:
    """*total* steps, an even number of them; after the last one nothing is open."""
    return tuple(_steps(total, random.Random(seed)))


def _steps(total: int, dice: random.Random) -> Iterator[Step]:
    is_open: dict[tuple[str, str], None] = {}
    for number in range(1, total + 1):
        left = total - number + 1
        closes = len(is_open) >= min(_MOST, left) or dice.random() < len(is_open) / _MOST
        if closes:
            key = dice.choice(list(is_open))
            del is_open[key]
        else:
            free = [(site.kode, code) for site in SITES for code in CODES if (site.kode, code) not in is_open]
            key = dice.choice(free)
            is_open[key] = None
        yield Step(number, *key, Turn.RESOLVED if closes else Turn.OPENED, frozenset(is_open))


def address_of(kode: str) -> str:
    """Where the site *kode* is."""
    return ADDRESSES[int(kode[-3:]) % len(ADDRESSES)]


def a_finding(kode: str, code: str) -> Finding:
    """What is found when *code* is open on *kode*."""
    rule, address = RULES[code], address_of(kode)
    if code == "site.down":
        return rule(phase="connect", kind="refused", address=address, text="", host=f"{kode}.desa.id", case="")
    if code == "certificate.expired":
        return rule(f"{kode}.desa.id", sha256=f"{int(kode[-3:]):064x}", days=1)
    return rule(words=["slot gacor"], links=[])


async def _unused(*_args: Any) -> Any:
    raise AssertionError("nobody looks here: results are scripted")


CHECK: Check[Any] = Check(
    name="website",
    every=timedelta(minutes=1),
    timeout=timedelta(seconds=10),
    applies=lambda _target: True,
    observe=_unused,
    judges=(),
    vital=True,
)


def result_of(kode: str, open_codes: frozenset[str], at: datetime) -> CheckResult[Any]:
    """A look at *kode* at *at* that finds exactly *open_codes*."""
    site = next(site for site in SITES if site.kode == kode)
    findings = tuple(a_finding(kode, code) for code in CODES if code in open_codes)
    proof = Exhibit(label="pengunjung", url=site.url, at=at, media_type="text/html", status=200, body=b"slot gacor")
    return CheckResult(
        target=site,
        check=CHECK.name,
        started=at,
        duration=timedelta(milliseconds=20),
        outcome=Outcome.OBSERVED,
        facts=Visit(hops=(Hop(url=site.url, status=200, address=address_of(kode)),)),
        findings=findings,
        judged=frozenset(CODES),
        measure=Measure(status=200, hops=1),
        exhibits=(proof,) if "content.gambling" in open_codes else (),
    )
