"""What can be wrong with a site, as values; the lab's rooms act on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultName(StrEnum):
    """Every way to misbehave, grouped by the layer it happens in."""

    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    DNS_REFUSED = "dns-refused"
    DNS_SILENT = "dns-silent"
    DNS_TRUNCATED = "dns-truncated"
    """Truncated over UDP, whole over TCP: harmless to a resolver that asks again."""
    NO_ADDRESS = "no-address"
    IPV6_ONLY = "ipv6-only"
    LAME = "lame"
    """Of the site's whole zone: its second name server knows nothing of it."""
    SERIAL_MISMATCH = "serial-mismatch"
    """Of the site's whole zone: its second name server has an older version."""

    REFUSED = "refused"
    BLACK_HOLED = "black-holed"

    HANDSHAKE_RESET = "handshake-reset"
    TLS_1_0 = "tls-1.0"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_HOST = "wrong-host"
    SELF_SIGNED = "self-signed"
    UNKNOWN_CA = "unknown-ca"
    MISSING_INTERMEDIATE = "missing-intermediate"

    STATUS = "status"
    EMPTY = "empty"
    """The connection ends in an orderly way before the first byte."""
    SLOW_FIRST_BYTE = "slow-first-byte"
    SLOW_DRIP = "slow-drip"
    BODY_RESET = "body-reset"
    ENDLESS_BODY = "endless-body"
    ENDLESS_HEADERS = "endless-headers"
    BOMB = "bomb"
    """A small gzip body that decodes to `Fault.size` bytes."""
    MALFORMED = "malformed"
    WRONG_CHARSET = "wrong-charset"
    HTTP_1_0 = "http-1.0"
    PAGE = "page"
    """Another page, `Fault.page`, than the site's own."""
    REDIRECT = "redirect"
    """To `Fault.location`."""
    REDIRECT_LOOP = "redirect-loop"
    REDIRECT_CHAIN = "redirect-chain"
    """`Fault.hops` redirects, then the page."""
    REDIRECT_GROWING = "redirect-growing"
    DOWNGRADE = "downgrade"

    REGISTRY_DOWN = "registry-down"
    """The connection ends without an answer about the domain of this site."""
    REGISTRY_SLOW = "registry-slow"
    REGISTRY_NOT_FOUND = "registry-not-found"
    REGISTRY_EXPIRING = "registry-expiring"
    REGISTRY_ON_HOLD = "registry-on-hold"

    MX_REFUSED = "mx-refused"
    """Of a mail server, e.g. `mx1.purbalinggakab.go.id`, as all that begin with MX, GREET or STARTTLS."""
    MX_SILENT = "mx-silent"
    GREET_421 = "greet-421"
    GREET_SLOW = "greet-slow"
    STARTTLS_MISSING = "starttls-missing"
    STARTTLS_EXPIRED = "starttls-expired"
    STARTTLS_WRONG_HOST = "starttls-wrong-host"
    STARTTLS_SELF_SIGNED = "starttls-self-signed"
    SPF_MISSING = "no-spf"
    """Of a mail domain, as all that begin with SPF or DMARC."""
    SPF_PLUS_ALL = "spf-plus-all"
    SPF_SERVFAIL = "spf-servfail"
    DMARC_MISSING = "no-dmarc"
    DMARC_NONE = "dmarc-none"

    CUT = "cut"
    """Of the whole lab: nothing answers any more, the sentinels included."""


PLACED = frozenset({FaultName.REFUSED, FaultName.BLACK_HOLED, FaultName.HANDSHAKE_RESET, FaultName.TLS_1_0})
"""Faults of a whole machine: such a site gets an address of its own."""

ZONES = frozenset({FaultName.LAME, FaultName.SERIAL_MISMATCH})
"""Faults of the zone that a site is in."""

CERTIFICATES = frozenset(
    {
        FaultName.EXPIRED,
        FaultName.EXPIRING,
        FaultName.NOT_YET_VALID,
        FaultName.WRONG_HOST,
        FaultName.SELF_SIGNED,
        FaultName.UNKNOWN_CA,
        FaultName.MISSING_INTERMEDIATE,
    }
)
"""Faults that only change which certificate is served."""

REGISTRY = frozenset(
    {
        FaultName.REGISTRY_DOWN,
        FaultName.REGISTRY_SLOW,
        FaultName.REGISTRY_NOT_FOUND,
        FaultName.REGISTRY_EXPIRING,
        FaultName.REGISTRY_ON_HOLD,
    }
)
"""Faults of a site's registrable domain at the registry; the site itself behaves."""

MAIL = frozenset(
    {
        FaultName.MX_REFUSED,
        FaultName.MX_SILENT,
        FaultName.GREET_421,
        FaultName.GREET_SLOW,
        FaultName.STARTTLS_MISSING,
        FaultName.STARTTLS_EXPIRED,
        FaultName.STARTTLS_WRONG_HOST,
        FaultName.STARTTLS_SELF_SIGNED,
        FaultName.SPF_MISSING,
        FaultName.SPF_PLUS_ALL,
        FaultName.SPF_SERVFAIL,
        FaultName.DMARC_MISSING,
        FaultName.DMARC_NONE,
    }
)
"""Faults of a mail domain or of one of its servers, which are no sites."""


class PageName(StrEnum):
    """What stands in place of a site's page; the first ones are no fault, and nobody may call them one."""

    WARNING = "warning"
    """The site's own, with an article that warns of gambling."""
    DYNAMIC = "dynamic"
    """The site's own, with news, counters, banners and tokens that differ each time."""

    GAMBLING = "gambling"
    """The site's own, with gambling for everybody to see."""
    HIDDEN_LINKS = "hidden-links"
    """The site's own, with links to gambling that nobody sees."""
    CASINO = "casino"
    """A lander for gambling and nothing of the site's own."""
    DOORWAY = "doorway"
    """A lander for gambling at every address that does not exist; all else is as it should be."""
    POISONED_SITEMAP = "poisoned-sitemap"
    """The site's own; its sitemap and robots.txt are full of gambling."""
    DEFACED = "defaced"
    EMPTIED = "emptied"
    """The frame of a page and nothing in it."""
    THAI = "thai"
    PARKED = "parked"
    DEFAULT_PAGE = "default-page"
    """What a web server shows before anybody has put a page there."""
    ELSEWHERE = "elsewhere"
    """The page of a village in another regency."""
    OLD_OPENSID = "old-opensid"
    OLD_WORDPRESS = "old-wordpress"
    DEAD_WORDPRESS = "dead-wordpress"
    """One that gets no security fixes any more."""
    ABANDONED = "abandoned"
    """The site's own, whose newest article is from long ago."""
    FOREIGN_SCRIPT = "foreign-script"
    FOREIGN_FRAME = "foreign-frame"
    FOREIGN_FORM = "foreign-form"
    """A form that asks for a password and sends it to a stranger."""
    BLOCKED = "blocked"
    """Refused with 403."""


class Visitor(StrEnum):
    """To whom a fault is limited; a visitor can be more than one of them."""

    ANYBODY = ""
    GOOGLEBOT = "googlebot"
    REFERRED = "referred"
    """Comes from a search engine."""
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave; the parameters that its name does not use are ignored."""

    name: FaultName
    status: int = 503
    location: str = "/beranda"
    hops: int = 12
    delay: float = 7.0
    """Seconds before the first byte."""
    pause: float = 0.5
    """Seconds between the bytes of a drip."""
    days: float = 5.0
    """How long ago, or from now, a certificate's date is."""
    size: int = 64 * 1024 * 1024
    """Bytes that a bomb decodes to."""
    page: PageName = PageName.GAMBLING
    visitor: Visitor = Visitor.ANYBODY
    """Who meets it, of faults of an answer; everybody else gets the good answer."""
