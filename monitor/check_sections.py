"""The `[checks]` table of the settings file: how often each question is asked, and by which thresholds it is judged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network

from pydantic import Field, field_validator

from monitor.sections import Duration, Section, split_url


class Content(Section):
    """What is made of the pages that visits bring home."""

    trusted_hosts: tuple[str, ...] = ()
    """Hosts that pages may load from and send to, with all names under them, beside the public services shipped."""
    learn_every: Duration = timedelta(hours=6)
    """Between two looks from which it is learned how a page usually looks."""
    learn_samples: int = Field(default=8, ge=2, le=1000)
    """Such looks before a page is measured against what is usual."""
    learn_for: Duration = timedelta(days=2)
    """From the first to the last of them, at least."""
    accept_after: Duration = timedelta(days=7)
    """How long a page that looks altogether different must stay clean to be the usual one."""

    @field_validator("trusted_hosts")
    @classmethod
    def _hosts(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", value):
                raise ValueError(f"{value!r} bukan nama host; tulis seperti cdn.example.id")
        return tuple(value.lower() for value in values)


class Website(Section):
    """The visit to each site."""

    every: Duration = timedelta(seconds=60)
    timeout: Duration = timedelta(seconds=10)
    """Over everything: look-ups, every address, every hop, the body."""
    slow: Duration = timedelta(seconds=5)
    expiring: tuple[int, ...] = (30, 14, 7)
    """Days before a certificate ends at which the finding opens and gets worse."""
    content: Content = Content()


class Transport(Section):
    """One look at port 80 of each site."""

    every: Duration = timedelta(hours=1)
    timeout: Duration = timedelta(seconds=10)


class Tls(Section):
    """What a site's TLS offers beyond the one handshake of a visit."""

    every: Duration = timedelta(hours=6)
    timeout: Duration = timedelta(seconds=90)
    """For all handshakes of one site together; they go one after the other."""
    crl_max_age: Duration = timedelta(hours=24)
    """How long a revocation list is used when it does not say."""


class Names(Section):
    """What the authoritative servers say of each site's name."""

    every: Duration = timedelta(minutes=5)
    timeout: Duration = timedelta(seconds=20)
    home_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Where addresses are expected (networks in Indonesia, say); empty: not judged."""


class Zone(Section):
    """The delegation of each registrable domain: name servers, serials, DNSSEC."""

    every: Duration = timedelta(minutes=5)
    timeout: Duration = timedelta(seconds=30)


class Registration(Section):
    """RDAP for each registrable domain."""

    every: Duration = timedelta(hours=24)
    timeout: Duration = timedelta(seconds=30)
    servers: Mapping[str, str] = {"id": "https://rdap.pandi.id/rdap/"}
    """Suffix → RDAP base URL (RFC 9224); the longest suffix that matches counts."""
    expiring: tuple[int, ...] = (60, 30, 14, 7, 0)
    """Days before the end at which the finding opens and gets worse."""
    declared_expiry: Mapping[str, date] = {}
    """Domain → last day of its registration, by the county's own papers; counts where the registry gives no date."""

    @field_validator("servers")
    @classmethod
    def _urls(cls, values: Mapping[str, str]) -> Mapping[str, str]:
        for suffix, url in values.items():
            parts = split_url(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"server RDAP untuk {suffix!r} bukan http(s)://…")
        return {suffix.lower().strip("."): url for suffix, url in values.items()}

    @field_validator("declared_expiry")
    @classmethod
    def _lower(cls, values: Mapping[str, date]) -> Mapping[str, date]:
        return {domain.lower().rstrip("."): day for domain, day in values.items()}


class Mail(Section):
    """The mail of each mail domain of the inventory."""

    every: Duration = timedelta(hours=1)
    timeout: Duration = timedelta(seconds=120)
    dkim_selectors: Mapping[str, tuple[str, ...]] = {}
    """Mail domain → selectors in use (RFC 6376 §3.1); selectors cannot be discovered."""
    helo: str = "localhost"
    """The name we greet with."""
    port: int = Field(default=25, ge=1, le=65535)
    """Of MX hosts."""


class SecurityTxt(Section):
    """`/.well-known/security.txt` of each site (RFC 9116)."""

    every: Duration = timedelta(hours=24)
    timeout: Duration = timedelta(seconds=15)
    contacts: tuple[str, ...] = ()
    """One of these is expected among the contacts (the CSIRT's address, say); empty: any will do."""


class Cloaking(Section):
    """Whether a site shows search engines, their visitors or phones something else than it shows everybody."""

    every: Duration = timedelta(minutes=30)
    timeout: Duration = timedelta(seconds=60)
    """For all views and probes of one site together; they go one after the other."""
    bot: str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    """Said before our own User-Agent, which is always said too, by the view of a search engine."""
    phone: str = (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
        " Mobile Safari/537.36"
    )
    """Said before our own User-Agent by the view of a phone."""
    referrer: str = "https://www.google.com/"
    """Where visitors of the views by referral come from."""

    @field_validator("bot", "phone", "referrer")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not (value.isascii() and value.isprintable() and value.strip()):
            raise ValueError("hanya satu baris huruf ASCII")
        return value


class Freshness(Section):
    """Whether anybody still keeps a site."""

    every: Duration = timedelta(hours=24)
    timeout: Duration = timedelta(seconds=30)
    abandoned: Duration = timedelta(days=365)
    """Age of the newest content from which a site counts as abandoned."""


class Checks(Section):
    """Cadence and thresholds per check."""

    website: Website = Website()
    transport: Transport = Transport()
    tls: Tls = Tls()
    names: Names = Names()
    zone: Zone = Zone()
    registration: Registration = Registration()
    mail: Mail = Mail()
    security_txt: SecurityTxt = SecurityTxt()
    cloaking: Cloaking = Cloaking()
    freshness: Freshness = Freshness()
