"""Who is told of what: the routes of the settings, or the shipped ones, and why each fits or does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from monitor import checks, words
from monitor.alert_sections import Alerts, Route, parse_hours
from monitor.catalogue import codes as known_codes
from monitor.incident import CauseKind, Incident
from monitor.model import Audience, Kind, Rule, Severity, Target
from monitor.settings import Checks

CSIRT = "csirt"
NOC = "noc"

HIJACKED = (
    "content.",
    "cloaking.",
    "ownership.parked",
    "names.takeover_possible",
    "names.dangling_cname",
    "redirect.off_government",
    "transport.plain_off_government",
    "tls.revoked",
    "tls.issuer_revoked",
)
"""What the CSIRT is told of, whoever is to act on it, as prefixes of rule codes."""

SHIPPED: tuple[Route, ...] = (
    Route(audience=(Audience.CSIRT,), severity=Severity.MEDIUM, channels=(CSIRT,)),
    Route(severity=Severity.MEDIUM, rules=HIJACKED, channels=(CSIRT,)),
    Route(kinds=(Kind.LAYANAN,), rules=("certificate.expired",), channels=(CSIRT,)),
    Route(audience=(Audience.NOC,), severity=Severity.MEDIUM, channels=(NOC,)),
)
"""
The routes when the settings name none; of their channels only those that exist count.

What is LOW wakes nobody: it is on the board and in the morning digest. Owners get their weekly digest, and no alerts.
"""

WORDS: Mapping[Audience, str] = {Audience.NOC: "NOC", Audience.CSIRT: "CSIRT", Audience.OWNER: "pemilik situs"}
_DAY = 24 * 60
_ANY = datetime(2000, 1, 1, tzinfo=words.WIB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What somebody may be told of."""

    audience: Audience
    severity: Severity
    kinds: frozenset[Kind] = frozenset()
    """Of the targets; empty for what is about no target."""
    codes: frozenset[str] = frozenset()
    """Of the rules; empty for what is about no rule (the vantage, a channel)."""
    failing: str = ""
    """The channel that it is about: nothing is said about it over itself."""

    @classmethod
    def of(cls, incident: Incident, targets: Mapping[str, Target]) -> Subject:
        """What *incident* is about now; what has been resolved counts when nothing else is left."""
        members = incident.current or incident.members
        return cls(
            audience=incident.audience,
            severity=incident.severity,
            kinds=frozenset(targets[member.key.kode].kind for member in members if member.key.kode in targets),
            codes=frozenset(member.key.code for member in members),
            failing=incident.cause.value if incident.cause.kind is CauseKind.DELIVERY else "",
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a route tells, or does not."""

    route: str
    """`rute 2`, or `rute bawaan 2`."""
    channels: tuple[str, ...]
    """Whom it would tell; only those that exist."""
    fits: bool
    text: str
    """Indonesian: the conditions it fits, or the first that fails."""


def channels_for(subject: Subject, settings: Alerts, at: datetime) -> tuple[str, ...]:
    """
    The channels that are told of *subject* at the instant *at*, each once, in the order of the routes.

    Every route that fits counts. One with `hours` does not apply outside them, however bad the matter is: `gaps` warns
    of what nobody would be told of. That a channel fails is told over others: those the routes name, or else any.
    """
    named = (name for reason in explain(subject, settings, at) if reason.fits for name in reason.channels)
    told = tuple(name for name in dict.fromkeys(named) if name != subject.failing)
    if subject.failing and not told:
        return tuple(name for name in settings.carrying if name != subject.failing)
    return told


def explain(subject: Subject, settings: Alerts, at: datetime) -> tuple[Reason, ...]:
    """What each route makes of *subject* at *at*, in order."""
    return tuple(_reason(label, route, subject, settings, at) for label, route in _routes(settings))


def _routes(settings: Alerts) -> Iterator[tuple[str, Route]]:
    label = "rute" if settings.routes else "rute bawaan"
    return ((f"{label} {place}", route) for place, route in enumerate(settings.routes or SHIPPED, start=1))


def _reason(label: str, route: Route, subject: Subject, settings: Alerts, at: datetime) -> Reason:
    channels = tuple(name for name in route.channels if name in settings.carrying)
    failing = next(_failing(route, subject, at), "")
    if failing:
        return Reason(label, channels, fits=False, text=failing)
    if not channels:
        missing = ", ".join(route.channels)
        return Reason(label, channels, fits=False, text=f"cocok, tetapi tidak ada saluran pesan bernama {missing}")
    return Reason(label, channels, fits=True, text=f"cocok: {_conditions(route)}")


def _failing(route: Route, subject: Subject, at: datetime) -> Iterator[str]:
    """The conditions of *route* that *subject* does not meet."""
    if route.audience and subject.audience not in route.audience:
        yield f"hanya untuk {_audiences(route)}, sedangkan ini untuk {WORDS[subject.audience]}"
    if subject.severity.rank < route.severity.rank:
        yield f"mulai keparahan {_severity(route.severity)}, sedangkan ini {_severity(subject.severity)}"
    if route.kinds and not subject.kinds & set(route.kinds):
        yield f"hanya untuk jenis {_kinds(route.kinds)}, sedangkan ini {_kinds(subject.kinds) or 'bukan tentang situs'}"
    if route.rules and not any(code.startswith(route.rules) for code in subject.codes):
        yield f"hanya untuk aturan {_rules(route)}, sedangkan ini {', '.join(sorted(subject.codes)) or 'tanpa aturan'}"
    if route.hours and not applies(route.hours, at):
        yield f"hanya berlaku pukul {_hours(route.hours)}, sedangkan sekarang {words.hour(at)}"


def _conditions(route: Route) -> str:
    said = [
        _audiences(route) if route.audience else "",
        f"keparahan mulai {_severity(route.severity)}" if route.severity.rank else "",
        f"jenis {_kinds(route.kinds)}" if route.kinds else "",
        f"aturan {_rules(route)}" if route.rules else "",
        f"pukul {_hours(route.hours)}" if route.hours else "",
    ]
    return "; ".join(text for text in said if text) or "tanpa syarat"


def _audiences(route: Route) -> str:
    return " dan ".join(WORDS[audience] for audience in route.audience)


def _severity(severity: Severity) -> str:
    return words.SEVERITIES[severity].lower()


def _kinds(kinds: Iterable[Kind]) -> str:
    return ", ".join(kind.value for kind in Kind if kind in set(kinds))


def _rules(route: Route) -> str:
    return ", ".join(f"{rule}*" if rule.endswith(".") else rule for rule in route.rules)


def _hours(hours: str) -> str:
    return f"{hours.replace(':', '.').replace('-', '–')} WIB"


def applies(hours: str, at: datetime) -> bool:
    """Whether *at* is within *hours* (`07:00-17:00`, WIB, may cross midnight); its end is outside."""
    local = at.astimezone(words.WIB)
    return _within(parse_hours(hours), local.hour * 60 + local.minute)


def _within(span: tuple[int, int], minute: int) -> bool:
    start, end = span
    return start <= minute < end if start < end else minute >= start or minute < end


def gaps(settings: Alerts) -> tuple[str, ...]:
    """
    What is lacking although the settings are valid, in Indonesian: what nobody would be told of, and when.

    Asked of every rule of HIGH or CRITICAL severity for the CSIRT or the NOC, as a finding of every kind of target.
    """
    if not settings.channels:
        return ("tidak ada saluran pemberitahuan: tidak seorang pun akan diberi tahu",)
    if not settings.carrying:
        return ("hanya ada Alertmanager: siapa yang diberi tahu diatur di sana; ringkasan dan laporan tidak dikirim",)
    return (*_unknown_rules(settings), *_unused(settings), *_silences(settings))


def _unknown_rules(settings: Alerts) -> Iterator[str]:
    codes = known_codes()
    for label, route in _routes(settings) if settings.routes else ():
        for prefix in route.rules:
            if not any(code.startswith(prefix) for code in codes):
                yield f"{label}: tidak ada aturan yang kodenya berawalan {prefix!r}"


def _unused(settings: Alerts) -> Iterator[str]:
    named = {name for _label, route in _routes(settings) for name in route.channels}
    named |= {NOC, "owner", *settings.digest.values()}
    for name in settings.carrying:
        if name not in named:
            yield f"saluran {name} tidak disebut oleh rute mana pun"


def _silences(settings: Alerts) -> Iterator[str]:
    """Grouped by audience, severity and hours, so that one hole is one line."""
    blind = _hole(Subject(audience=Audience.NOC, severity=Severity.HIGH), settings)
    found = [(Audience.NOC, Severity.HIGH, blind, "titik pantau terputus")] if blind else []
    for rule, kinds in _grave():
        holes = dict.fromkeys(_hole(_about(rule, kind), settings) for kind in kinds)
        found += [(rule.audience, rule.severity, hole, rule.code) for hole in holes if hole]
    found.sort(key=lambda item: (item[0], -item[1].rank, item[2]))
    for (audience, severity, hole), items in groupby(found, key=lambda item: item[:3]):
        codes = [code for *_rest, code in items]
        shown = ", ".join(codes[:3]) + (f", dan {len(codes) - 3} lainnya" if len(codes) > 3 else "")  # noqa: PLR2004
        yield f"{WORDS[audience]}: temuan {_severity(severity)} ({shown}) tidak diberitahukan kepada siapa pun {hole}"


def _about(rule: Rule, kind: Kind) -> Subject:
    return Subject(
        audience=rule.audience, severity=rule.severity, kinds=frozenset({kind}), codes=frozenset({rule.code})
    )


def _hole(subject: Subject, settings: Alerts) -> str:
    """When nobody is told of *subject*; empty when somebody always is."""
    silent = _silent(_spans(subject, settings))
    if not silent:
        return ""
    return "sepanjang hari" if silent == ((0, _DAY),) else "pukul " + " dan ".join(map(_clock, silent)) + " WIB"


def _spans(subject: Subject, settings: Alerts) -> frozenset[tuple[int, int]]:
    """The hours of the routes that fit *subject* but for the time, as minutes of a day."""
    return frozenset(
        parse_hours(route.hours) if route.hours else (0, _DAY)
        for _label, route in _routes(settings)
        if any(name in settings.carrying for name in route.channels)
        if not any(_failing(route.model_copy(update={"hours": ""}), subject, _ANY))
    )


@lru_cache(maxsize=256)
def _silent(spans: frozenset[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The stretches of a day that none of *spans* covers; one over midnight is one, its start after its end."""
    free = [not any(_within(span, minute) for span in spans) for minute in range(_DAY)]
    edges = [minute for minute in range(_DAY) if free[minute] != free[minute - 1]]
    if not edges:
        return ((0, _DAY),) if free[0] else ()
    starts = [edge for edge in edges if free[edge]]
    ends = [edge for edge in edges if not free[edge]]
    return tuple((start, next((end for end in ends if end > start), ends[0])) for start in starts)


def _clock(span: tuple[int, int]) -> str:
    return "–".join(f"{minute // 60:02d}.{minute % 60:02d}" for minute in span)


@lru_cache(maxsize=1)
def _grave() -> tuple[tuple[Rule, tuple[Kind, ...]], ...]:
    """Every rule that somebody must hear of at once, with the kinds of target it may be found on."""
    found: dict[Rule, dict[Kind, None]] = {}
    for check in checks.build(Checks()):
        kinds = [kind for kind in Kind if any(map(check.applies, _examples(kind)))]
        for rule in check.rules:
            if rule.audience is not Audience.OWNER and rule.severity.rank >= Severity.HIGH.rank:
                found.setdefault(rule, {}).update(dict.fromkeys(kinds))
    return tuple((rule, tuple(kinds)) for rule, kinds in sorted(found.items(), key=lambda item: item[0].code))


def _examples(kind: Kind) -> Iterator[Target]:
    """Targets of *kind* as the inventory may list them."""
    for scheme in ("dns",) if kind is Kind.DOMAIN else ("https", "http"):
        yield Target(kode="", kind=kind, name="", url=f"{scheme}://contoh.go.id", mail="postmaster@contoh.go.id")
