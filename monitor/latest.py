"""What is known right now about every target, in memory: the pipeline writes it, the board and `/metrics` read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from monitor.availability import Figures
from monitor.findings import Ledger
from monitor.model import CheckResult, Kind, OpenFinding, State, Target
from monitor.words import STATES


def _is_no_false_one(_kode: str, _item: OpenFinding) -> bool:
    return False


@dataclass(slots=True)
class Entry:
    """One target: its state since when, what is open, and the last result of each check."""

    target: Target
    state: State = State.UNOBSERVED
    since: datetime | None = None
    """UTC; None before the first visit ever."""
    cause: str = ""
    """The rule code that decided the state, or why nobody could look."""
    ledger: Ledger = field(default_factory=Ledger)
    results: dict[str, CheckResult[Any]] = field(default_factory=dict)
    """check → last result of any outcome; `facts` only when that run observed something."""
    seen: dict[str, CheckResult[Any]] = field(default_factory=dict)
    """check → last result that observed something."""
    remembered: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """check → evidence as last stored, to store it again only when it differs."""

    memory: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """check → what it has learned of the target."""

    is_false: Callable[[OpenFinding], bool] = field(default=partial(_is_no_false_one, ""), repr=False)
    """Whether people take what is open for a false positive, for the time being."""

    def forget(self) -> None:
        """Drop what was seen: it is not of this address."""
        self.memory.clear()
        self.results.clear()
        self.seen.clear()
        self.remembered.clear()

    @property
    def findings(self) -> tuple[OpenFinding, ...]:
        """What is open, worst first, then oldest."""
        return tuple(sorted(self.ledger.open.values(), key=lambda item: (-item.finding.severity.rank, item.opened)))

    @property
    def counted(self) -> tuple[OpenFinding, ...]:
        """The same without what people take for a false positive."""
        return tuple(item for item in self.findings if not self.is_false(item))


def by_state(entries: Iterable[Entry]) -> Mapping[State, int]:
    """How many are in each state, in the order people read; those that none is in as well."""
    counts = Counter(entry.state for entry in entries)
    return {state: counts[state] for state in STATES}


def apart(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Sites and services; domains. They are never counted together: a domain is no site that could be down."""
    sites: list[Entry] = []
    domains: list[Entry] = []
    for entry in entries:
        (domains if entry.target.kind is Kind.DOMAIN else sites).append(entry)
    return sites, domains


class Latest:
    """Every active target's entry, by kode, in the inventory's order."""

    def __init__(self) -> None:
        """Start empty; `settle` brings the targets."""
        self._entries: dict[str, Entry] = {}
        self.hosts: frozenset[str] = frozenset()
        """Every host of the inventory, watched or not: whatever else a page leads to is a stranger's."""
        self.idle: tuple[Target, ...] = ()
        """What the inventory keeps in the register without having it watched."""
        self._is_false: Callable[[str, OpenFinding], bool] = _is_no_false_one
        self.month: Mapping[str, Figures] = {}
        """Kode → its availability in this month of WIB up to a few minutes ago; empty until it is first reckoned."""

    def heed(self, is_false: Callable[[str, OpenFinding], bool]) -> None:
        """Have *is_false* (of a kode and what is open on it) tell what people take for a false positive."""
        self._is_false = is_false
        for kode, entry in self._entries.items():
            entry.is_false = partial(is_false, kode)

    def settle(self, targets: Iterable[Target]) -> tuple[Entry, ...]:
        """
        Watch exactly the active ones of *targets*, and give back the entries of those no longer watched.

        Who stays keeps what is known of it; who has moved to another address keeps its history, not what was seen.
        """
        known, idle, listed = self._entries, [], tuple(targets)
        self._entries = {}
        self.hosts = frozenset(target.host for target in listed) - {""}
        for target in listed:
            if not target.active:
                idle.append(target)
                continue
            entry = known.get(target.kode) or Entry(target)
            entry.is_false = partial(self._is_false, target.kode)
            if entry.target.url != target.url:
                entry.forget()
            entry.target = target
            self._entries[target.kode] = entry
        self.idle = tuple(idle)
        return tuple(entry for kode, entry in known.items() if kode not in self._entries)

    def get(self, kode: str) -> Entry | None:
        """The entry of *kode*; None when it is not watched."""
        return self._entries.get(kode)

    def entries(self) -> tuple[Entry, ...]:
        """All of them."""
        return tuple(self._entries.values())
