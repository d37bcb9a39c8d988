"""What the checks' evidence says of an asset: pure, and tolerant of evidence of any version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from monitor.assets.hosting import operators
from monitor.content.software import software_of_headers
from monitor.domains import host_of, registrable
from monitor.words import iso

MAX_ITEMS = 32
"""Of a set that are kept; a site with more addresses than that is a network's."""
MAX_TEXT = 200
SEPARATOR = "; "
"""Between the members of a set, in the canonical text of a field."""

ADDRESSES = "alamat_ip"
HOSTING = "penyedia_hosting"
NAME_SERVERS = "server_nama"
MAIL_SERVERS = "server_surel"
ISSUER = "penerbit_sertifikat"
FINGERPRINT = "sidik_sertifikat"
CERTIFICATE_END = "kedaluwarsa_sertifikat"
SOFTWARE = "perangkat_lunak"
VERSIONS = "versi"
DOMAIN_END = "kedaluwarsa_domain"

_ANSWERED = frozenset({"records", "nodata", "nxdomain"})
"""Words of a server that spoke with authority."""
_OK = range(200, 300)
_SERVER = re.compile(r"([A-Za-z][A-Za-z0-9_.+-]{0,39})(?:/v?(\d{1,4}(?:\.\d{1,5}){0,4}))?")

Facts = Mapping[str, Any]
"""Evidence of one check, as stored."""


@dataclass(frozen=True, slots=True)
class Look:
    """The evidence of one check, and when it was seen to be so."""

    facts: Facts
    at: datetime | None = None
    """UTC, of the last run that saw it so; None: before this start."""


class Seen(Protocol):
    """A result that observed something."""

    @property
    def started(self) -> datetime: ...


class Entry(Protocol):
    """What is known right now about a target."""

    @property
    def seen(self) -> Mapping[str, Seen]: ...
    @property
    def remembered(self) -> Mapping[str, Facts]: ...


@dataclass(frozen=True, slots=True)
class Observation:
    """One field as the checks last saw it."""

    value: str
    """Canonical text; empty: it was looked for, and is not there."""
    at: datetime | None
    """UTC, of the look; None: before this start."""


Observed = Mapping[str, Observation]
"""field → what was seen; a field that nobody could see is not in it."""


def looks_of(entry: Entry) -> dict[str, Look]:
    """The evidence in *entry*, check by check."""
    return {
        check: Look(facts, entry.seen[check].started if check in entry.seen else None)
        for check, facts in entry.remembered.items()
    }


def observe(host: str, looks: Mapping[str, Look]) -> dict[str, Observation]:
    """What *looks* (check → evidence) say of the asset at *host*. Never raises, whatever the evidence looks like."""
    found: dict[str, Observation] = {}
    for check, read in _READERS:
        look = looks.get(check)
        if look is None:
            continue
        for name, value in read(host, look.facts).items():
            if value is not None:
                found.setdefault(name, Observation(value, look.at))
    return found


def canonical(items: Sequence[str]) -> str:
    """A set of texts as one: each once, sorted, capped."""
    return SEPARATOR.join(sorted({_line(item) for item in items} - {""})[:MAX_ITEMS])


def members(text: str) -> tuple[str, ...]:
    """The members of a set from its canonical text."""
    return tuple(part for part in text.split(SEPARATOR) if part)


def _website(host: str, facts: Facts) -> dict[str, str | None]:
    return {**_software(host, facts), **_served(host, facts)}


def _software(host: str, facts: Facts) -> dict[str, str | None]:
    """Products and versions, by a page of the site's own; nothing when that was not shown."""
    hop = next(reversed([*_maps(facts.get("hops"))]), None)
    content = _map(facts.get("content"))
    if hop is None or not _is_own_page(host, hop, content):
        return {}
    found = {**_of_headers(hop), **_of_page(content)}
    versions = [f"{name} {version}" for name, version in found.items() if version]
    return {SOFTWARE: canonical([*found]), VERSIONS: canonical(versions)}


def _is_own_page(host: str, hop: Facts, content: Facts) -> bool:
    if hop.get("status") not in _OK or not content or content.get("challenge") or content.get("placeholder"):
        return False
    shown = host_of(_text(hop.get("url")))
    return shown == host or (registrable(shown) == registrable(host) != "")


def _of_page(content: Facts) -> dict[str, str]:
    pairs = (item for item in _list(content.get("software")) if isinstance(item, list) and len(item) == 2)  # noqa: PLR2004
    return {_text(name): _text(version) for name, version in pairs if _text(name)}


def _of_headers(hop: Facts) -> dict[str, str]:
    """The server's own product, and what else its header fields betray."""
    pairs = [tuple(map(_text, item)) for item in _list(hop.get("headers")) if isinstance(item, list) and len(item) == 2]  # noqa: PLR2004
    headers = [(name, value) for name, value in pairs]
    found = {item.name: item.version for item in software_of_headers(headers)}
    for name, value in headers:
        product = _SERVER.match(value.strip()) if name == "server" else None
        if product is not None:
            found.setdefault(product[1], product[2] or "")
    return found


def _served(host: str, facts: Facts) -> dict[str, str | None]:
    """The certificate of the site's own host, by the first hop that showed it."""
    known = _map(facts.get("certificates"))
    for hop in _maps(facts.get("hops")):
        chain = _list(_map(hop.get("tls")).get("chain"))
        if chain and host_of(_text(hop.get("url"))) == host:
            return _certificate({**_map(known.get(_text(chain[0]))), "sha256": chain[0]})
    return {}


def _tls(_host: str, facts: Facts) -> dict[str, str | None]:
    leaf = next(_maps(facts.get("chain")), None)
    return {} if leaf is None else _certificate(leaf)


def _certificate(facts: Facts) -> dict[str, str | None]:
    return {
        ISSUER: _line(_text(facts.get("issuer"))) or None,
        FINGERPRINT: _line(_text(facts.get("sha256"))) or None,
        CERTIFICATE_END: _instant(facts.get("not_after")),
    }


def _names(_host: str, facts: Facts) -> dict[str, str | None]:
    addresses = _published(facts)
    if addresses is None:
        return {}
    service = _line(_text(facts.get("service")))
    hosting = (service,) if service else operators(addresses)
    return {ADDRESSES: canonical(addresses), HOSTING: None if hosting is None else canonical(hosting)}


def _published(facts: Facts) -> tuple[str, ...] | None:
    """What the public gets for the name; None when nobody could say."""
    heard = [voice for voice in _maps(facts.get("voices")) if voice.get("word") in _ANSWERED]
    said = {_text(item) for voice in heard for item in _list(voice.get("addresses"))}
    resolved = _map(facts.get("resolved"))
    if said or (heard and not any(_list(voice.get("aliases")) for voice in heard)):
        return tuple(said)
    if not resolved or resolved.get("failure"):
        return None
    return tuple(map(_text, _list(resolved.get("addresses"))))


def _zone(_host: str, facts: Facts) -> dict[str, str | None]:
    if not facts.get("exists", True):
        return {NAME_SERVERS: ""}
    servers = _list(facts.get("listed")) or _list(facts.get("delegated"))
    return {NAME_SERVERS: canonical([_text(server).rstrip(".").lower() for server in servers])} if servers else {}


def _registration(_host: str, facts: Facts) -> dict[str, str | None]:
    """The end of the registration by registry or registrar; a date that people declared is not observed."""
    record = _map(facts.get("record"))
    ends = (_instant(record.get(name)) for name in ("expires", "registrar_expires"))
    return {DOMAIN_END: next((end for end in ends if end), None)}


def declared_end(facts: Facts) -> str | None:
    """The end of the registration as the settings declare it, in the evidence of the registration check."""
    return _instant(facts.get("declared"))


def _mail(_host: str, facts: Facts) -> dict[str, str | None]:
    exchangers = _map(facts.get("exchangers"))
    if "records" not in exchangers:
        return {}  # trouble in asking is no answer
    pairs = (item for item in _list(exchangers["records"]) if isinstance(item, list) and len(item) == 2)  # noqa: PLR2004
    return {MAIL_SERVERS: canonical([_text(host).rstrip(".").lower() for _preference, host in pairs])}


Reader = Callable[[str, Facts], dict[str, str | None]]
_READERS: tuple[tuple[str, Reader], ...] = (
    ("website", _website),
    ("tls", _tls),
    ("names", _names),
    ("zone", _zone),
    ("registration", _registration),
    ("mail", _mail),
)
"""In the order of who is believed first: of a certificate, the visit before the look at TLS."""


def _map(value: Any) -> Facts:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _maps(value: Any) -> Iterator[Facts]:
    return (item for item in _list(value) if isinstance(item, Mapping))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _line(text: str) -> str:
    """*text* on one line, capped, and without what would split a set in two."""
    return " ".join(text[: 4 * MAX_TEXT].replace(";", ",").split())[:MAX_TEXT]


def _instant(value: Any) -> str | None:
    """An instant of evidence in canonical text; None for what is none, as the end of an unreadable certificate."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None or found.timestamp() <= 0:
        return None
    return iso(found)
