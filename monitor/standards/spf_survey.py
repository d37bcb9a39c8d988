"""Everything an SPF record leads to, for no address in particular."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from monitor.standards.addresses import is_domain
from monitor.standards.spf import parse, records, refusal
from monitor.standards.spf_evaluate import MOST_NAMES, Lookup, LookupFailed
from monitor.standards.spf_macro import has_macro
from monitor.standards.spf_values import ASKING, Fault, Kind, Mechanism, Qualifier, Seen, Spf, Survey, SurveyFault

T = TypeVar("T")
FOLLOWED = 40
"""Counted terms after which we look no further; four times what is allowed."""


async def survey(domain: str, lookup: Lookup) -> Survey:
    """What evaluating *domain*'s record can take: its look-ups, voids, loops, and who is refused in the end."""
    walk = _Walk(lookup)
    everybody_else = await walk.record(domain.removesuffix(".").lower(), "", ())
    return Survey(
        domain=domain,
        records=tuple(walk.records),
        lookups=walk.lookups,
        voids=tuple(walk.voids),
        all=everybody_else,
        faults=tuple(walk.faults),
        unanswered=tuple(dict.fromkeys(walk.unanswered)),
        unexpanded=tuple(walk.unexpanded),
        truncated=walk.lookups > FOLLOWED,
    )


@dataclass(slots=True)
class _Walk:
    """A survey under way."""

    lookup: Lookup
    records: list[Seen] = field(default_factory=list)
    lookups: int = 0
    voids: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    unexpanded: list[str] = field(default_factory=list)

    async def record(self, domain: str, term: str, above: tuple[str, ...]) -> Qualifier | None:
        """Follow *domain*'s record, reached by *term* from the domains *above*; what it says of everybody else."""
        if domain in above:
            self._fault(SurveyFault.LOOP, domain, term)
            return None
        text = await self._text(domain, term)
        if text is None:
            return None
        linted = parse(text)
        value = linted.value or Spf()
        self.records.append(Seen(domain=domain, text=text, term=term, depth=len(above), lookups=value.lookups))
        if refusal(linted) is not None:
            self._fault(SurveyFault.SYNTAX, domain, term)
        return await self._follow(value, domain, (*above, domain))

    async def _text(self, domain: str, term: str) -> str | None:
        """The one record of *domain*."""
        texts = records(await self._asked(domain, self.lookup.txt(domain)) or ()) if is_domain(domain) else ()
        if len(texts) > 1:
            self._fault(SurveyFault.SEVERAL, domain, term)
        elif not texts and domain not in self.unanswered:
            self._fault(SurveyFault.NO_RECORD, domain, term)
        return texts[0] if len(texts) == 1 else None

    async def _follow(self, value: Spf, domain: str, above: tuple[str, ...]) -> Qualifier | None:
        for mechanism in value.mechanisms:
            if mechanism.kind in ASKING and self._goes_on():
                await self._mechanism(mechanism, domain, above)
        if not value.redirect or not self._goes_on():
            return value.all
        self.lookups += 1
        term = f"redirect={value.redirect}"
        if has_macro(value.redirect):
            self.unexpanded.append(f"{domain}: {term}")
            return None
        return await self.record(_tidy(value.redirect), term, above)

    async def _mechanism(self, mechanism: Mechanism, domain: str, above: tuple[str, ...]) -> None:
        self.lookups += 1
        target = _tidy(mechanism.domain) or domain
        if mechanism.kind is Kind.PTR:
            return
        if has_macro(target):
            self.unexpanded.append(f"{domain}: {mechanism}")
        elif mechanism.kind is Kind.INCLUDE:
            await self.record(target, str(mechanism), above)
        elif is_domain(target):
            await self._names(mechanism, domain, target)

    async def _names(self, mechanism: Mechanism, domain: str, target: str) -> None:
        """Whether an `a`, `mx` or `exists` finds anything at all."""
        found: Sequence[object] | None
        if mechanism.kind is Kind.MX:
            found = await self._asked(target, self.lookup.mx(target))
        else:
            found = await self._asked(target, self.lookup.addresses(target, 4))
        if found == () and mechanism.kind is Kind.A:
            found = await self._asked(target, self.lookup.addresses(target, 6))
        if found is not None and not found:
            self.voids.append(f"{domain}: {mechanism}")
        if mechanism.kind is Kind.MX and len(found or ()) > MOST_NAMES:
            self._fault(SurveyFault.MANY_MX, target, str(mechanism))

    async def _asked(self, name: str, asking: Awaitable[Sequence[T]]) -> Sequence[T] | None:
        """The answer; None when there is none."""
        try:
            return tuple(await asking)
        except LookupFailed:
            self.unanswered.append(name)
            return None

    def _fault(self, kind: SurveyFault, domain: str, term: str) -> None:
        self.faults.append(Fault(kind=kind, domain=domain, term=term))

    def _goes_on(self) -> bool:
        return self.lookups <= FOLLOWED


def _tidy(name: str) -> str:
    return name.removesuffix(".").lower()
