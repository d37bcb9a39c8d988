"""Evaluating SPF (RFC 7208 §4): may this address send mail for this domain? Asks through whatever it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Protocol, TypeVar

from monitor.standards.addresses import is_domain
from monitor.standards.spf import parse, records, refusal
from monitor.standards.spf_macro import Message, asks_for_name, expand, expand_name
from monitor.standards.spf_values import ASKING, LOOKUPS, VOIDS, Kind, Mechanism, Qualifier, Spf

Address = IPv4Address | IPv6Address
T = TypeVar("T")
MOST_NAMES = 10
"""MX records behind one `mx`, and names of an address that are looked at (RFC 7208 §4.6.4)."""


class LookupFailed(Exception):
    """Nobody could say: time-out, SERVFAIL, refusal. Never for "no such name" or "no such records"."""


class Lookup(Protocol):
    """
    The DNS, as evaluation asks it; names come without the final dot.

    Every answer is empty when there is no such name or no such record, and `LookupFailed` is raised when nobody
    could say.
    """

    async def txt(self, name: str) -> Sequence[str]:
        """The TXT records, the strings of each joined."""

    async def addresses(self, name: str, version: int) -> Sequence[Address]:
        """The A (*version* 4) or AAAA (6) records."""

    async def mx(self, name: str) -> Sequence[str]:
        """The hosts of the MX records, the preferred first."""

    async def ptr(self, address: Address) -> Sequence[str]:
        """The names of *address*."""


class Result(StrEnum):
    """The results of an evaluation (RFC 7208 §2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105 – a result
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


_RESULT = {
    Qualifier.PASS: Result.PASS,
    Qualifier.FAIL: Result.FAIL,
    Qualifier.SOFTFAIL: Result.SOFTFAIL,
    Qualifier.NEUTRAL: Result.NEUTRAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that evaluation did."""

    depth: int
    domain: str
    term: str
    """As it would be written; empty for the record as a whole."""
    outcome: str
    """Indonesian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What evaluation came to, and how."""

    result: Result
    reason: str = ""
    """Why an error is one; empty otherwise (Indonesian)."""
    explanation: str = ""
    """The domain's own words on a refusal (RFC 7208 §6.2)."""
    lookups: int = 0
    voids: int = 0
    trace: tuple[Step, ...] = ()


class _Ends(Exception):
    """Evaluation is over: an error found on the way."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result = result


async def evaluate(
    domain: str, ip: str | Address, sender: str, helo: str, lookup: Lookup, *, receiver: str = "unknown", now: int = 0
) -> Evaluation:
    """
    Whether *ip* may send for *domain*, by `check_host()` of RFC 7208 §4.

    *sender* is MAIL FROM, or empty for a bounce (then `postmaster@helo`, §2.4). *receiver* and *now* (seconds since
    1970) only fill in explanations. Raises `ValueError` when *ip* is no address.
    """
    address = _plain(ip_address(ip))
    local, _, host = (sender or helo).rpartition("@")
    whole = f"{local or 'postmaster'}@{host}"
    message = Message(sender=whole, domain=domain, address=address, helo=helo, receiver=receiver, timestamp=now)
    walk = _Walk(lookup, message)
    try:
        result = await walk.check(_tidy(domain))
    except _Ends as ended:
        return walk.evaluation(ended.result, str(ended))
    explanation = await walk.explained() if result is Result.FAIL else ""
    return replace(walk.evaluation(result, ""), explanation=explanation)


@dataclass(slots=True)
class _Walk:
    """One evaluation under way: what has been counted, and what was done."""

    lookup: Lookup
    message: Message
    lookups: int = 0
    voids: int = 0
    depth: int = 0
    exp: tuple[str, str] = ("", "")
    """The domain whose record decided, and its `exp`."""
    trace: list[Step] = field(default_factory=list)

    async def check(self, domain: str) -> Result:
        """The result for *domain*; errors in records it includes are raised."""
        record = await self._record(domain)
        if record is None:
            return Result.NONE
        for mechanism in record.mechanisms:
            if await self._matches(mechanism, domain):
                self.exp = (domain, record.exp)
                return _RESULT[mechanism.qualifier]
        if record.redirect:
            return await self._redirect(record.redirect, domain)
        self._said(domain, "", "tidak ada yang cocok: netral")
        return Result.NEUTRAL

    async def explained(self) -> str:
        """The explanation of a refusal, or nothing: trouble in getting it changes nothing (RFC 7208 §6.2)."""
        domain, spec = self.exp
        if not spec:
            return ""
        try:
            texts = await self.lookup.txt(await self._name(spec, domain))
            message = replace(self.message, domain=domain)
            return expand(texts[0], message) if len(texts) == 1 and texts[0].isascii() else ""
        except (LookupFailed, _Ends):
            return ""

    def evaluation(self, result: Result, reason: str) -> Evaluation:
        """What this walk came to."""
        return Evaluation(result=result, reason=reason, lookups=self.lookups, voids=self.voids, trace=tuple(self.trace))

    async def _record(self, domain: str) -> Spf | None:
        if not is_domain(domain):
            self._said(domain, "", "bukan nama domain yang dapat ditanyakan")
            return None
        found = records(await self._asked(domain, self.lookup.txt(domain)))
        if not found:
            self._said(domain, "", "tidak menerbitkan catatan SPF")
            return None
        if len(found) > 1:
            raise self._ends(domain, "", Result.PERMERROR, f"{domain} menerbitkan {len(found)} catatan SPF")
        linted = parse(found[0])
        wrong = refusal(linted)
        if wrong is not None:
            raise self._ends(domain, "", Result.PERMERROR, f"catatan SPF {domain} salah: {wrong.message}")
        self._said(domain, "", found[0])
        return linted.value

    async def _redirect(self, spec: str, domain: str) -> Result:
        term = f"redirect={spec}"
        self._count(domain, term)
        target = await self._name(spec, domain)
        self._said(domain, term, f"beralih ke {target}")
        result = await self.check(target)
        if result is Result.NONE:
            raise self._ends(domain, term, Result.PERMERROR, f"{target}, tujuan redirect, tidak punya catatan SPF")
        return result

    async def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        if mechanism.kind in ASKING:
            self._count(domain, str(mechanism))
        if mechanism.kind is Kind.INCLUDE:
            return await self._include(mechanism, domain)
        matched = await self._answer(mechanism, domain)
        self._said(domain, str(mechanism), "cocok" if matched else "tidak cocok")
        return matched

    async def _answer(self, mechanism: Mechanism, domain: str) -> bool:
        address = self.message.address
        if mechanism.kind is Kind.ALL:
            return True
        if mechanism.network is not None:
            return address.version == mechanism.network.version and address in mechanism.network
        name = await self._name(mechanism.domain, domain) if mechanism.domain else domain
        if not is_domain(name):
            return False
        if mechanism.kind is Kind.PTR:
            return any(_is_under(one, name) for one in await self._validated(domain))
        if mechanism.kind is Kind.EXISTS:
            return bool(await self._counted(domain, name, self.lookup.addresses(name, 4)))
        hosts = [name] if mechanism.kind is Kind.A else await self._exchangers(mechanism, domain, name)
        return await self._any_within(mechanism, domain, hosts)

    async def _include(self, mechanism: Mechanism, domain: str) -> bool:
        target = await self._name(mechanism.domain, domain)
        self._said(domain, str(mechanism), f"periksa {target}")
        self.depth += 1
        result = await self.check(target)
        self.depth -= 1
        if result is Result.NONE:
            raise self._ends(
                domain, str(mechanism), Result.PERMERROR, f"{target}, yang disertakan, tidak punya catatan SPF"
            )
        matched = result is Result.PASS
        self._said(domain, str(mechanism), f"{'cocok' if matched else 'tidak cocok'} ({result})")
        return matched

    async def _exchangers(self, mechanism: Mechanism, domain: str, name: str) -> Sequence[str]:
        hosts = await self._counted(domain, name, self.lookup.mx(name))
        if len(hosts) > MOST_NAMES:
            said = f"{name} punya {len(hosts)} MX; paling banyak {MOST_NAMES}"
            raise self._ends(domain, str(mechanism), Result.PERMERROR, said)
        return [host for host in hosts if is_domain(host)]

    async def _any_within(self, mechanism: Mechanism, domain: str, hosts: Sequence[str]) -> bool:
        mine = self.message.address
        prefix = mechanism.prefix4 if mine.version == 4 else mechanism.prefix6  # noqa: PLR2004
        network = ip_network((int(mine).to_bytes(mine.max_prefixlen // 8, "big"), prefix), strict=False)
        for host in hosts:
            found = await self._counted(domain, host, self.lookup.addresses(host, mine.version))
            if any(address in network for address in found):
                return True
        return False

    async def _validated(self, domain: str) -> list[str]:
        """The client's names that lead back to it (RFC 7208 §5.5); trouble means none."""
        mine = self.message.address
        try:
            names = list(await self.lookup.ptr(mine))
        except LookupFailed:
            return []
        if not names:
            self._void(domain, mine.reverse_pointer)
        return [name for name in map(_tidy, names[:MOST_NAMES]) if is_domain(name) and await self._leads_back(name)]

    async def _leads_back(self, name: str) -> bool:
        try:
            return self.message.address in await self.lookup.addresses(name, self.message.address.version)
        except LookupFailed:
            return False

    async def _name(self, spec: str, domain: str) -> str:
        """*spec* for this message."""
        message = replace(self.message, domain=domain)
        if asks_for_name(spec):
            names = await self._validated(domain)
            names.sort(key=lambda name: (name != domain, not _is_under(name, domain)))
            message = replace(message, validated=names[0] if names else "unknown")
        return expand_name(spec, message)

    async def _counted(self, domain: str, name: str, asking: Awaitable[Sequence[T]]) -> Sequence[T]:
        found = await self._asked(name, asking)
        if not found:
            self._void(domain, name)
        return found

    async def _asked(self, name: str, asking: Awaitable[Sequence[T]]) -> Sequence[T]:
        try:
            return await asking
        except LookupFailed as failed:
            raise self._ends(name, "", Result.TEMPERROR, f"{name}: {failed}") from failed

    def _count(self, domain: str, term: str) -> None:
        self.lookups += 1
        if self.lookups > LOOKUPS:
            raise self._ends(domain, term, Result.PERMERROR, f"lebih dari {LOOKUPS} suku memerlukan pencarian DNS")

    def _void(self, domain: str, name: str) -> None:
        self.voids += 1
        self._said(domain, "", f"{name}: tidak ada data")
        if self.voids > VOIDS:
            raise self._ends(domain, "", Result.PERMERROR, f"lebih dari {VOIDS} pencarian DNS tanpa hasil")

    def _ends(self, domain: str, term: str, result: Result, reason: str) -> _Ends:
        self._said(domain, term, f"{result}: {reason}")
        return _Ends(result, reason)

    def _said(self, domain: str, term: str, outcome: str) -> None:
        self.trace.append(Step(depth=self.depth, domain=domain, term=term, outcome=outcome))


def _plain(address: Address) -> Address:
    """An IPv4 address in IPv6 clothes is an IPv4 address (RFC 7208 §5)."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _tidy(name: str) -> str:
    return name.removesuffix(".").lower()


def _is_under(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")
