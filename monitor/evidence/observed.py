"""From evidence in force to the tables of certificates, domains and mail; what cannot be read is left unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor import words
from monitor.domains import Domains, host_of, registrable
from monitor.evidence import regulation
from monitor.evidence.data import Certificate, FindingRow, Foreign, MailFigure, Registration, Site, Status
from monitor.model import Kind
from monitor.store.stored import StoredFacts, StoredTarget, TargetChange
from monitor.store.told import Told

Facts = Mapping[str, Any]
_NOTHING: Facts = {}
_ABOUT_DOMAIN = ("domain.", "redirect.off_government", "transport.plain_off_government")
_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "MX": ("mail.mx_",),
    "STARTTLS": ("mail.starttls_", "mail.tls_outdated", "mail.certificate_"),
    "SPF": ("mail.spf_",),
    "DKIM": ("mail.dkim_",),
    "DMARC": ("mail.dmarc_",),
    "MTA-STS": ("mail.mta_sts_",),
    "TLS-RPT": ("mail.tls_rpt_",),
}
"""Question → how the codes of its findings begin."""
_UNKNOWN = "tidak dapat dipastikan"
_NONE = "tidak ada"


def _map(value: Any) -> Facts:
    return value if isinstance(value, Mapping) else _NOTHING


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _instant(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


# --- Certificates ---


def certificates(sites: Iterable[Site], told: Told, cut: datetime) -> Iterator[Certificate]:
    """What each site showed when last looked at; sites that never showed one are left out."""
    for site in sites:
        found = site.active and (_visited(site, told) or _looked(site, told))
        if found:
            check, kept, leaf, session = found
            until = _instant(leaf.get("not_after"))
            looks = told.looked.get((site.kode, check))
            yield Certificate(
                kode=site.kode,
                host=site.host,
                subject=str(leaf.get("subject") or ""),
                issuer=str(leaf.get("issuer") or ""),
                not_before=_instant(leaf.get("not_before")),
                not_after=until,
                days_left=None if until is None else words.days_left(until, cut),
                version=str(session.get("version") or ""),
                trust=_distrust(session),
                since=kept.at,
                looked=None if looks is None else looks[1],
            )


def _distrust(session: Facts) -> str:
    """Why browsers would not believe it; empty when they would."""
    code = session.get("verify_code")
    if code == 0:
        return ""
    return words.distrust(code, str(session.get("verify_message") or "tidak dipercaya"))


_Found = tuple[str, StoredFacts, Facts, Facts]


def _visited(site: Site, told: Told) -> _Found | None:
    """By the last visit: the certificate of the site itself, which is that of its first hop with one."""
    kept = told.facts.get((site.kode, "website"))
    if kept is None:
        return None
    known = _map(kept.facts.get("certificates"))
    for hop in map(_map, _list(kept.facts.get("hops"))):
        session = _map(hop.get("tls"))
        chain = _list(session.get("chain"))
        leaf = _map(known.get(chain[0])) if chain and isinstance(chain[0], str) else _NOTHING
        if leaf:
            return "website", kept, leaf, session
    return None


def _looked(site: Site, told: Told) -> _Found | None:
    """By the last look at its TLS, while a site is down and visits show nothing."""
    kept = told.facts.get((site.kode, "tls"))
    leaf = next(map(_map, _list(kept.facts.get("chain"))), _NOTHING) if kept is not None else _NOTHING
    return ("tls", kept, leaf, kept.facts) if kept is not None and leaf else None


# --- Registrations ---


def registrations(targets: Iterable[StoredTarget], told: Told, cut: datetime) -> Iterator[Registration]:
    """Each registrable domain that is watched."""
    for stored in targets:
        kode = stored.target.kode
        kept = told.facts.get((kode, "registration"))
        looks = told.looked.get((kode, "registration"))
        record = _map(kept.facts.get("record")) if kept is not None else _NOTHING
        declared = kept.facts.get("declared") if kept is not None else None
        dates = (record.get("expires"), record.get("registrar_expires"), declared)
        end = next((at for at in map(_instant, dates) if at is not None), None)
        yield Registration(
            domain=stored.target.host or kode,
            expires=end,
            days_left=None if end is None else words.days_left(end, cut),
            registrar=str(record.get("registrar") or ""),
            statuses=tuple(map(str, _list(record.get("statuses")))),
            since=None if kept is None else kept.at,
            looked=None if looks is None else looks[1],
        )


# --- Addresses that are no government's ---


def foreign(sites: Iterable[Site], told: Told, findings: Sequence[FindingRow], domains: Domains) -> Iterator[Foreign]:
    """Listed addresses outside government domains, those that left them, and those the regulation names."""
    asked = regulation.moves()
    for site in sites:
        own = [item for item in told.moves if item.kode == site.kode]
        hosts = {site.host, *(host_of(item.before or "") for item in own if item.field == "url")} - {""}
        if site.kode in asked or any(not domains.standing(host).is_government for host in hosts):
            move = asked.get(site.kode)
            yield Foreign(
                kode=site.kode,
                name=site.name,
                url=site.url,
                host=site.host,
                owner=site.owner,
                standing=domains.standing(site.host).value,
                source=site.source,
                regulation="" if move is None else move.asks,
                mandated=move is not None and move.mandated,
                watched=site.active and site.retired is None,
                state=site.state,
                findings=tuple(
                    item.number
                    for item in findings
                    if item.kode == site.kode and item.is_open and item.code.startswith(_ABOUT_DOMAIN)
                ),
                moves=tuple(filter(None, map(_move, own))),
                looked=site.last_look,
            )


def _move(item: TargetChange) -> str:
    at = words.table(item.at)
    if item.field == "url":
        return f"{at}: {item.before or words.DASH} menjadi {item.after or words.DASH}"
    if item.field == "active":
        return f"{at}: {'dipantau' if item.after == 'ya' else 'tidak lagi dipantau'}"
    return f"{at}: {'keluar dari inventaris' if item.after else 'masuk lagi ke inventaris'}"


# --- Mail ---


def mail(targets: Iterable[StoredTarget], told: Told, findings: Sequence[FindingRow]) -> Iterator[MailFigure]:
    """Each question about each mail domain that was looked at."""
    for stored in targets:
        kode = stored.target.kode
        kept = told.facts.get((kode, "mail"))
        if kept is None:
            continue
        looks = told.looked.get((kode, "mail"))
        open_ = [item for item in findings if item.kode == kode and item.is_open]
        for question, codes in _QUESTIONS.items():
            yield MailFigure(
                domain=str(kept.facts.get("domain") or stored.target.host),
                question=question,
                answer=_answer(question, kept.facts),
                findings=tuple(item.number for item in open_ if item.code.startswith(codes)),
                since=kept.at,
                looked=None if looks is None else looks[1],
            )


def _answer(question: str, facts: Facts) -> str:
    match question:
        case "MX":
            return _exchangers(facts.get("exchangers"))
        case "STARTTLS":
            return _starttls(facts)
        case "DKIM":
            return _selectors(facts.get("dkim"))
        case "MTA-STS":
            return _published(_map(facts.get("mta_sts")).get("texts"))
        case "TLS-RPT":
            return _published(facts.get("tls_rpt"))
        case _:
            return _texts(facts.get(question.lower()))


def _texts(value: Any) -> str:
    """The records of an answer that holds some, or the trouble in asking."""
    return _published(_map(value).get("texts", value))


def _published(value: Any) -> str:
    if isinstance(value, Mapping):  # a `Trouble`
        return f"{_UNKNOWN} ({value.get('kind') or words.DASH})"
    if value is None:
        return _UNKNOWN
    return " | ".join(map(str, _list(value))) or _NONE


def _exchangers(value: Any) -> str:
    said = _map(value)
    if "records" not in said:
        return _published(said) if said else _UNKNOWN
    if said.get("exists") is False:
        return "domain tidak ada"
    pairs = [pair for pair in map(_list, _list(said.get("records"))) if len(pair) == 2]  # noqa: PLR2004
    return ", ".join(f"{pair[0]} {pair[1] or '.'}" for pair in pairs) or _NONE


def _sessions(facts: Facts) -> list[Facts]:
    hosts = map(_map, _list(_map(facts.get("exchangers")).get("hosts")))
    return [{"host": host.get("host"), **_map(host.get("session"))} for host in hosts]


def _starttls(facts: Facts) -> str:
    said = []
    for session in _sessions(facts):
        version = _map(session.get("tls")).get("version")
        if version:
            said.append(f"{session['host']}: {version}")
        elif session.get("hello"):
            said.append(f"{session['host']}: tanpa TLS")
        else:
            said.append(f"{session['host']}: {_UNKNOWN}")
    return ", ".join(said) or _UNKNOWN


def _selectors(value: Any) -> str:
    said = [f"{item.get('name')}: {_published(item.get('texts'))}" for item in map(_map, _list(value))]
    return " | ".join(said) or "selektor belum disetel"


def mail_status(facts: Facts) -> Status:
    """Whether a domain can receive mail, as far as anybody could see."""
    said = _map(facts.get("exchangers"))
    if "records" not in said:
        return Status.UNOBSERVED
    records = [pair for pair in map(_list, _list(said.get("records"))) if len(pair) == 2]  # noqa: PLR2004
    if said.get("exists") is False or (records and all(not pair[1] for pair in records)):
        return Status.INACTIVE
    if not records and not said.get("implicit"):
        return Status.INACTIVE
    sessions = _sessions(facts)
    if any(session.get("greeting") for session in sessions):
        return Status.ACTIVE
    reached = facts.get("outgoing") == "open" and sessions and all(session.get("failure") for session in sessions)
    return Status.INACTIVE if reached else Status.UNOBSERVED


def mail_statuses(targets: Iterable[StoredTarget], told: Told) -> dict[str, Status]:
    """Mail domain → its status at the cut."""
    kept = ((stored, told.facts.get((stored.target.kode, "mail"))) for stored in targets)
    return {
        str(found.facts.get("domain") or stored.target.host): mail_status(found.facts)
        for stored, found in kept
        if found is not None
    }


def is_domain(stored: StoredTarget) -> bool:
    """Whether it is a registrable domain, not a site."""
    return stored.target.kind is Kind.DOMAIN and bool(registrable(stored.target.host))
