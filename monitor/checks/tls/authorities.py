"""By which domain in CAA records each public authority means itself, as its practice statement says (RFC 8659 §4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECTIGO = ("sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com")
_DIGICERT = (
    "digicert.com", "www.digicert.com", "digicert.ne.jp", "cybertrust.ne.jp", "thawte.com", "geotrust.com",
    "rapidssl.com", "symantec.com", "volusion.digitalcertvalidation.com", "stratossl.digitalcertvalidation.com",
    "intermediatecertificate.digitalcertvalidation.com", "1and1.digitalcertvalidation.com", "quovadisglobal.com",
)  # fmt: skip
_AMAZON = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com", "aws.amazon.com")

DOMAINS: Mapping[str, tuple[str, ...]] = {
    "let's encrypt": ("letsencrypt.org",),
    "google trust services": ("pki.goog", "google.com"),
    "sectigo": _SECTIGO,
    "comodo": _SECTIGO,
    "the usertrust network": _SECTIGO,
    "zerossl": _SECTIGO,
    "cpanel": ("cpanel.com", *_SECTIGO),
    "digicert": _DIGICERT,
    "thawte": _DIGICERT,
    "geotrust": _DIGICERT,
    "rapidssl": _DIGICERT,
    "globalsign": ("globalsign.com",),
    "amazon": _AMAZON,
    "godaddy": ("godaddy.com", "starfieldtech.com"),
    "starfield": ("starfieldtech.com", "godaddy.com"),
    "entrust": ("entrust.net", "affirmtrust.com", *_SECTIGO),
    "ssl corp": ("ssl.com",),
    "ssl.com": ("ssl.com",),
    "buypass": ("buypass.com", "buypass.no"),
    "unizeto": ("certum.pl", "certum.eu"),
    "asseco": ("certum.pl", "certum.eu"),
    "actalis": ("actalis.it",),
    "microsoft": ("microsoft.com",),
}
"""How the organisation in an issuer's name begins, lower case → the domains it answers to."""

_ORGANISATION = re.compile(r"(?:^|[,+])O=((?:\\.|[^,+\\])*)")


def domains_of(issuer: str) -> tuple[str, ...]:
    """The CAA domains of the authority with the name *issuer* (RFC 4514); empty when it is not known here."""
    match = _ORGANISATION.search(issuer)
    organisation = re.sub(r"\\(.)", r"\1", match[1]).lower() if match else ""
    return next((domains for begin, domains in DOMAINS.items() if organisation.startswith(begin)), ())
