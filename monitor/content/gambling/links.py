"""Where links lead: within the site, to somebody else, to a house."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote

from monitor.content.foreign import is_public_service
from monitor.content.gambling.lexicon import Entry, lexicon, reading
from monitor.content.gambling.names import names
from monitor.content.gambling.normal import words
from monitor.content.gambling.reading import BRAND, Found, find, plain_line
from monitor.domains import GOVERNMENT_SUFFIXES, host_of, registrable

_PATH = re.compile(r"[a-z][a-z0-9+.-]*:/*[^/?#]*", re.IGNORECASE)
_HOUSE = re.compile(
    r"(?<!^time)(?<![.-]time)slot|timeslot(?!s?(?:$|[.-]))|gacor|togel|maxwin|casino|kasino|sbobet|jackpot|mahjong(?:ways|wins|\d)|bandarq"
    r"|domino(?:qq|99)|poker"
    r"|judi(?!th|t(?![a-z])|cia[lr]|cious|stira|ka(?![a-z])|n(?![a-z]))|rungkad"
    # People are called Toto Suharto and Totok Prasetya: two consonants, or a name that ends as those of men do.
    r"|(?:^|[.-])toto(?![knl](?:[bcdfghjmpqstvwxz]|(?![a-z0-9]))|s[uia][a-z]{2,8}(?:[tnskm]o|yo|di|wan|tra)(?![a-z0-9]))[a-z0-9]"
    r"|toto(?:4d|88|macau|hk)|pragmatic(?:play|\d)|gacir|zeus\d"
    r"|\d+bet$|(?<!^alfa)(?<![.-]alfa)(?<!^alpha)(?<![.-]alpha)bet\d+"
    r"|\d4d|(?<![a-z])mpo\d"
)
"""Parts of hosts' names that tell of a house whatever stands beside them."""
_LIKELY = re.compile(
    r"(?<![^.-])[a-z]{3,16}(?:55|66|77|777|88|888|99|999|168|138|303|4d|5d|jp|toto|qq|hoki|cuan|macau|bet|play|spin|cash)(?![^.-])"
)
"""Pieces of names that end as those of houses do."""
_VOUCHED = tuple(f".{suffix}" for suffix in (*sorted(GOVERNMENT_SUFFIXES), "sch.id", "ac.id", "mil.id"))
"""Names that the registry gives to nobody who would keep a house under one."""
_SURE = 2
STRONG = 1.0
FAINT = 0.45
"""Of a name that ends mildly, in a menu that is folded away."""
STOWED = "tersembunyi"
"""The family of links to strangers that nobody sees."""
AWAY = "alih"
"""The family of foreign addresses that a page gives as its own."""


def is_foreign(url: str, own: str) -> bool:
    """Whether *url* leads to a host that is not under *own*'s registrable domain."""
    host = host_of(url)
    if not host or host == own or host.endswith("." + own):
        return False
    domain = registrable(own)
    return not domain or registrable(host) != domain


@lru_cache(maxsize=8_192)
def host_entry(host: str) -> Entry | None:
    """What the name of a foreign *host* weighs; None when it says nothing of gambling."""
    brands = lexicon().brands
    name = host.rpartition(".")[0].removeprefix("www.")[-100:]
    if host.endswith(_VOUCHED):
        return None
    likely = _likely(name)
    if not likely and any(map(names().warning.fullmatch, _PIECES.split(name))):
        return None
    found = [item for item in find(" ".join(name.split("."))) if item.entry.weight >= 1]
    if found:
        best = max(found, key=lambda item: item.entry.weight)
        sure = best.entry.weight >= _SURE or _HOUSE.search(name) is not None
        return Entry(best.entry.family, brands.host if sure else brands.weak_host)
    if _HOUSE.search(name):
        return Entry(BRAND, brands.host)
    if likely:
        return Entry(BRAND, brands.likely_host)
    # The words that are ordinary ones in a text are less so as somebody's name.
    return Entry(BRAND, brands.weak_host) if any(reading(word) for word in words(name)) else None


def _likely(name: str) -> list[str]:
    """Pieces of a *name* that are made as those of houses are, and of which nobody else makes his."""
    everyday = names().everyday
    return [piece for piece in _LIKELY.findall(name) if not everyday.fullmatch(piece)]


_PIECES = re.compile(r"[.-]")


def in_path(url: str) -> tuple[Found, ...]:
    """What the path and the query of *url* say."""
    rest = _PATH.sub("", url, count=1)
    return find(unquote(rest)) if len(rest) > 1 else ()


def away(url: str) -> Found:
    """That the page gives a foreign *url* as its own, or sends its visitors there."""
    return Found(Entry(AWAY, lexicon().brands.away), (host_of(url),), plain_line(url))


def carried(url: str) -> Found:
    """That the page carries its visitors to a foreign *url* behind their backs."""
    return Found(Entry(AWAY, lexicon().brands.carried), (host_of(url),), plain_line(url))


def framed(url: str) -> Found:
    """That the page is nothing but a frame around a foreign *url*."""
    return Found(Entry(AWAY, lexicon().brands.away), (host_of(url),), plain_line(url))


def stowed(hosts: Sequence[str], url: str) -> Found:
    """That the page hides links to so many strangers."""
    return Found(Entry(STOWED, lexicon().brands.stowed), tuple(hosts), plain_line(url))


def is_kin(url: str, own: str) -> bool:
    """
    Whether *url* leads to another address of whom *own* (an address) belongs to: both are registered by one name.

    What somebody calls a host under a domain of his own says nothing: `karangmaju.example` is kin of
    `karangmaju.desa.id`, `karangmaju.somebody.example` is not.
    """
    label, host = _first_label(own), host_of(url)
    return len(label) >= _NAME and (registrable(host) or host).partition(".")[0] == label


def is_namesake(url: str, own: str) -> bool:
    """Whether the host of *url* is called as that of *own* (an address) is: by who hosts it, or by who forges it."""
    label = _first_label(own)
    return len(label) >= _NAME and label in host_of(url).rpartition(".")[0].split(".")


def _first_label(url: str) -> str:
    return host_of(url).removeprefix("www.").partition(".")[0]


_NAME = 5
"""Letters of the shortest name that says whose an address is."""


def is_vouched(host: str) -> bool:
    """Whether *host* is a public service, or under a suffix that nobody would keep a house under."""
    return host.endswith(_VOUCHED) or is_public_service(host)


def house(text: str) -> Found | None:
    """The text of a link as something found when it is one word, and one as houses are named."""
    word = text.strip().lower()[:60]
    is_likely = word.isalnum() and word.isascii() and word in _likely(word)
    return Found(Entry(BRAND, lexicon().brands.likely_host), (word,), plain_line(text)) if is_likely else None


def mild_found(url: str, *, loaded: bool = False, weight: float = STRONG) -> Found | None:
    """
    The same of what a page that says nothing of gambling links to openly, or has *loaded*.

    A name that is merely made as those of houses are is but a hint there; one that ends as many do is one in a script.
    """
    found = host_found(url)
    if found is None or not STRONG <= found.entry.weight < lexicon().brands.host:
        return found
    likely = _likely(found.words[0].rpartition(".")[0].removeprefix("www."))
    if (loaded or weight < STRONG) and not all(map(names().mild.fullmatch, likely)):
        return found
    return Found(Entry(BRAND, weight), found.words, found.excerpt)


def host_found(url: str) -> Found | None:
    """The host of a foreign *url* as something found; None when its name says nothing."""
    host = host_of(url)
    entry = host_entry(host) if host else None
    return Found(entry, (host,), plain_line(url)) if entry else None
