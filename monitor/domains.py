"""Whose domain is it? By registrable domain, never by how a name ends (DOMAIN: government domain rules)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from itertools import pairwise
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from monitor.model import Kind, Target, Verification

# Agencies, ministries, the province and the neighbours as their sites were named in November 2026 or earlier;
# renamed ministries stay, because their old names are still linked to. Adding one is always safe.
_AGENCIES = """
    anri atrbpn bappenas basarnas bawaslu beacukai bgn big bin bkkbn bkn bkpm bmkg bnn bnp2tki bnpb bnpp bnpt bp2mi
    bpjph bpk bpkp bpn bpom bps brin bsn bssn bumn dephub depkop dpd dpr esdm imigrasi indonesia jdihn kejaksaan
    kemdikbud kemdiktisaintek kemenag kemendag kemendagri kemendes kemendesa kemendikdasmen kemenhan kemenhub kemenhut
    kemenkeu kemenko kemenkop kemenkopmk kemenkopukm kemenkumham kemenlh kemenlu kemenpar kemenparekraf kemenpera
    kemenperin kemenpora kemenpppa kemensos kemkes kemkomdigi kemlu kemnaker kemnakertrans kemsos kkp kominfo komdigi
    kpai kpk kpu ksp lan lapor layanan lkpp lpsk mahkamahagung menlhk menpan mkri ojk ombudsman oss pajak pertanian pkp
    polri ppatk prakerja pu satudata sdgs setkab setneg sipd tni transmigrasi ukmindonesia wapresri
    bantenprov jabarprov jakarta jatengprov jatimprov jogjaprov
    banjarnegarakab bantulkab banyumaskab batangkab brebeskab cilacapkab kebumenkab pekalongankab pemalangkab
    semarangkota tegalkab wonosobokab
"""
AGENCIES = frozenset(f"{name}.go.id" for name in _AGENCIES.split())
"""Registrable domains of known agencies. One that is missing is `pemerintah-lain`, never an accusation."""

GOVERNMENT_SUFFIXES = frozenset({"go.id", "desa.id"})
"""Public suffixes that the registry gives to agencies and to villages only (Permenkominfo 5/2015)."""

_LEVELS = ("kab", "kota", "prov")
"""How regencies, cities and provinces end their second-level names; none is a name by itself."""
_GENERIC = frozenset({*_LEVELS, "desa", "kec", "kel", "pemda", "pemkab", "pemkot"})

_LONG = 6
"""From this length on any one edit is a slip of the pen; shorter names are each other's neighbours (bkn, bpn)."""
_SHORT = 4
"""From this length on, one letter too many or two letters swapped is."""
_MAX_NAME = 253

REMEMBERED = 32_768
"""Hosts whose answers are kept: a visit asks many times, and the answers never change."""
_USUAL_URL = 256
"""Characters; a longer URL is a stranger's, not worth remembering."""

_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)
_DOTS = str.maketrans("。．｡", "...")


class Standing(StrEnum):
    """What a host's name says about who answers for it."""

    GOVERNMENT = "pemerintah"
    """Under the county's own domain, a listed village's, or a known agency's."""
    OTHER_GOVERNMENT = "pemerintah-lain"
    """Under `go.id` or `desa.id`, and nobody we know."""
    NON_GOVERNMENT = "non-pemerintah"
    ADDRESS = "alamat-ip"
    """No name at all."""
    MISSPELT = "salah-tulis"
    """Imitates a known name: one edit away from it, or carrying it under the wrong parent."""

    @property
    def is_government(self) -> bool:
        """Whether the registry vouches for a government behind the name; a near miss is none."""
        return self in _GOVERNMENTAL


_GOVERNMENTAL = frozenset({Standing.GOVERNMENT, Standing.OTHER_GOVERNMENT})


@dataclass(frozen=True, slots=True)
class Domains:
    """The registrable domains that are known to be a government's; everything is judged against them."""

    own: frozenset[str] = frozenset()
    """The county's, e.g. `purbalinggakab.go.id`."""
    villages: frozenset[str] = frozenset()
    """The listed villages' under `desa.id`."""
    agencies: frozenset[str] = AGENCIES

    @classmethod
    def of(cls, targets: Iterable[Target]) -> Domains:
        """
        What *targets* teach: only entries whose address is known to be right count, and services never do.

        A typing error among many right rows does not become the county's second domain: what resembles a
        more frequent one is left out.
        """
        trusted = [item for item in targets if item.verification is Verification.OK and item.kind is not Kind.LAYANAN]
        names = Counter(registrable(target.host) for target in trusted)
        own: frozenset[str] = frozenset()
        for name, _count in names.most_common():
            if name.endswith(".go.id") and cls(own).resembled(name) is None:
                own |= {name}
        return cls(own, frozenset(name for name in names if name.endswith(".desa.id")))

    @property
    def known(self) -> frozenset[str]:
        """All of them."""
        return _known(self)

    def standing(self, host: str) -> Standing:
        """What *host* is; never raises, whatever the text."""
        return _standing(self, host)

    def resembled(self, host: str) -> str | None:
        """The known domain that *host* imitates without being under it; None when there is none."""
        return _resembled(self, host)


@lru_cache(maxsize=8)
def _known(domains: Domains) -> frozenset[str]:
    return domains.own | domains.villages | domains.agencies


def host_of(url: str) -> str:
    """The host of *url*, lower case, without brackets or port; empty when there is none. Never raises."""
    return _remembered_host(url) if len(url) <= _USUAL_URL else _host(url)


@lru_cache(maxsize=REMEMBERED)
def _remembered_host(url: str) -> str:
    return _host(url)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=REMEMBERED)
def registrable(host: str) -> str:
    """The domain that somebody registered to have *host*; empty for addresses, public suffixes and what is no name."""
    name = _normal(host)
    if not name or _is_address(name):
        return ""
    return _suffixes().privatesuffix(name) or ""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # The private section names hosting platforms as if they were registries; here who registered counts.
    return PublicSuffixList(only_icann=True)


def _normal(host: str) -> str:
    """*host* in lower case without its root dot or brackets; empty when it is neither a name nor an address."""
    if len(host) > _MAX_NAME + 1:
        return ""
    name = host.lower().translate(_DOTS).removesuffix(".")
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    return bare if _NAME.fullmatch(bare) or _is_address(bare) else ""


def _is_address(name: str) -> bool:
    """Whether *name* is an IP address, or ends in a number, which no name does (WHATWG URL, host parsing)."""
    try:
        ip_address(name)
    except ValueError:
        return _NUMBER.fullmatch(name.rpartition(".")[2]) is not None
    return True


@lru_cache(maxsize=REMEMBERED)
def _standing(domains: Domains, host: str) -> Standing:
    name = _normal(host)
    if not name:
        return Standing.NON_GOVERNMENT
    if _is_address(name):
        return Standing.ADDRESS
    registered = registrable(name)
    if registered in domains.known:
        return Standing.GOVERNMENT
    if _resembled(domains, name) is not None:
        return Standing.MISSPELT
    return Standing.OTHER_GOVERNMENT if _parent(registered) in GOVERNMENT_SUFFIXES else Standing.NON_GOVERNMENT


def _resembled(domains: Domains, host: str) -> str | None:
    name = _normal(host)
    registered = registrable(name)
    if not registered or registered in domains.known:
        return None
    imitations = (_carried(domains, name), _split(domains, name, registered), _mistyped(domains, registered))
    return next((known for imitation in imitations for known in imitation), None)


def _carried(domains: Domains, name: str) -> Iterator[str]:
    """Known domains written in front of a stranger's: `purbalinggakab.go.id.example.com`."""
    labels = name.split(".")
    triples = {".".join(labels[start : start + 3]) for start in range(len(labels) - 2)}
    yield from sorted(triples & domains.known)


def _split(domains: Domains, name: str, registered: str) -> Iterator[str]:
    """The county's own name in pieces, cut short, or as a label of a domain that no government has."""
    labels = [_shown(label) for label in name.split(".")]
    pairs = {first + second for first, second in pairwise(labels)}
    governmental = _parent(registered) in GOVERNMENT_SUFFIXES
    for known in sorted(domains.own):
        label = _label(known)
        if label in pairs or (not governmental and label in labels) or _cut(registered, known):
            yield known


def _cut(registered: str, known: str) -> bool:
    """Whether *registered* is *known* without its `kab`, or nothing but a `kab`."""
    label = _label(registered)
    if _parent(registered) != _parent(known):
        return False
    return label in _GENERIC or any(label + level == _label(known) for level in _LEVELS)


def _mistyped(domains: Domains, registered: str) -> Iterator[str]:
    """
    Known domains one edit away, and those that have the same name under another parent.

    The county's name is its own everywhere; an agency's or a village's is often a common word, so that only the wrong
    one of the government suffixes is surely a mistake.
    """
    label, parent = _shown(_label(registered)), _parent(registered)
    for known in (*sorted(domains.own), *sorted(domains.agencies), *sorted(domains.villages)):
        if parent == _parent(known):
            if _is_slip(label, _label(known)):
                yield known
        elif label == _label(known) and (known in domains.own or parent in GOVERNMENT_SUFFIXES):
            yield known


def _label(registered: str) -> str:
    return registered.partition(".")[0]


def _parent(registered: str) -> str:
    return registered.partition(".")[2]


def _shown(label: str) -> str:
    """*label* as a reader sees it: an A-label decoded (RFC 5890 §2.3.2.1), so that a look-alike letter is one edit."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (ValueError, OverflowError):
        return label


def _is_slip(label: str, known: str) -> bool:
    """Whether a person who meant *known* may have written *label*."""
    if len(known) < _LONG and not (len(label) == len(known) + 1 or sorted(label) == sorted(known)):
        return False
    return len(known) >= _SHORT and is_one_edit(label, known)


def is_one_edit(one: str, other: str) -> bool:
    """Whether one letter added, lost or changed, or two neighbours swapped (Damerau), makes *one* into *other*."""
    shorter, longer = sorted((one, other), key=len)
    if one == other or len(longer) - len(shorter) > 1:
        return False
    at = next((index for index, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    swapped = longer[at + 1 : at + 2] + longer[at : at + 1] + longer[at + 2 :]
    return shorter[at + 1 :] == longer[at + 1 :] or shorter[at:] == swapped
