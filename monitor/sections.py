"""The tables of the settings file: what can be set, its default, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    field_validator,
    model_validator,
)

from monitor.model import Kind

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


class Misplaced(ValueError):
    """A value that does not go with the others of its table, and where in the table it stands."""

    def __init__(self, message: str, *place: str | int) -> None:
        """Keep *place*, the path below the table that refuses it."""
        super().__init__(message)
        self.place = place


def parse_duration(value: object) -> object:
    """Seconds as a number, or `500ms`, `60s`, `5m`, `6h`, `1d`; anything else is left for the type to refuse."""
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError("durasi ditulis seperti 500ms, 60s, 5m, 6h, atau 1d")
        return timedelta(seconds=float(match[1]) * _UNITS[match[2]])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value)
    return value


def format_duration(value: timedelta) -> str:
    """The form `parse_duration` reads, in the largest unit that fits."""
    milliseconds = value // timedelta(milliseconds=1)
    unit = next(unit for unit in ("d", "h", "m", "s", "ms") if milliseconds % round(_UNITS[unit] * 1000) == 0)
    return f"{milliseconds // round(_UNITS[unit] * 1000)}{unit}"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    Field(gt=timedelta(0)),
]


Percent = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    Field(gt=0, le=100, allow_inf_nan=False),
]


def split_address(value: str, default_port: int | None = None) -> tuple[str, int]:
    """`host:port` or `[v6]:port` → (host, port); a bare IPv6 address is taken whole. Raises `ValueError`."""
    try:
        return ip_address(value).compressed, _port_or_fail(value, default_port)
    except ValueError:
        pass
    parts = split_url(f"//{value}")
    try:
        port = parts.port if parts.port is not None else default_port
    except ValueError as error:
        raise ValueError(f"{value!r} bukan alamat:port (port dari 0 sampai 65535)") from error
    if not parts.hostname or port is None:
        raise ValueError(f"{value!r} bukan alamat:port")
    return parts.hostname, port


def split_url(url: str) -> SplitResult:
    """The parts of *url*; all are empty when it cannot be one, as with brackets that do not match."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _port_or_fail(value: str, port: int | None) -> int:
    if port is None:
        raise ValueError(f"{value!r} tidak menyebut port")
    return port


class Section(BaseModel):
    """A table of the settings file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Database(Section):
    """Where the record is kept."""

    url: SecretStr = SecretStr("sqlite:///var/monitor.db")
    """SQLAlchemy URL: `sqlite:///path` or `postgresql://user:password@host/name`."""

    @field_validator("url")
    @classmethod
    def _known(cls, url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("hanya sqlite:///… dan postgresql://… yang dikenal")
        return url


class Inventory(Section):
    """Where the list of targets is."""

    directory: Path = Path("inventory")
    """Folder of `opd.csv`, `desa.csv`, `puskesmas.csv` and `layanan.csv`."""


class Web(Section):
    """The board, the API and `/metrics`."""

    listen: str = "127.0.0.1:8620"
    """`address:port`; an IPv6 address in brackets. Port 0 takes a free one."""

    names: tuple[str, ...] = ()
    """Other names under which it is reached, as the Host header has them without port, mis. `papan.example.go.id`."""

    @property
    def address(self) -> tuple[str, int]:
        """The listening address and port."""
        return split_address(self.listen)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        host, _port = self.address
        return host == "localhost" or ip_address(host).is_loopback

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        host, _port = split_address(value)
        try:
            if host != "localhost":
                ip_address(host)
        except ValueError as error:
            raise ValueError(f"{value!r} bukan alamat IP dengan port; tulis seperti 127.0.0.1:8620") from error
        return value

    @field_validator("names")
    @classmethod
    def _plain(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.:-]*[a-z0-9])?", name):
                raise ValueError(f"{name!r} bukan nama host; tulis huruf kecil tanpa skema dan port")
        return names


class StatusPage(Section):
    """The public page: availability of sites, and nothing of what was found on them."""

    enabled: bool = False
    """Whether `/status`, its feed and its badges are there."""
    title: str = Field(default="Status Layanan Kabupaten Purbalingga", min_length=1, max_length=100)
    contact: str = Field(default="", max_length=200)
    """Whom visitors may ask, as text; empty: nobody is named."""


class Dns(Section):
    """How names are looked up."""

    nameservers: tuple[str, ...] = ()
    """`address` or `address:port`; empty: those of `/etc/resolv.conf`."""
    timeout: Duration = timedelta(seconds=3)
    """For one look-up, over all name servers and retries."""
    trust_anchors: tuple[str, ...] = ()
    """DNSSEC: `zone key-tag algorithm digest-type digest` (RFC 4034 §5.3); empty: the root's, which are shipped."""

    @field_validator("nameservers")
    @classmethod
    def _addresses(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            try:
                ip_address(split_address(value, default_port=53)[0])
            except ValueError as error:
                raise ValueError(f"{value!r} bukan alamat IP server nama; tulis seperti 192.0.2.53") from error
        return values


class Net(Section):
    """How sites are visited."""

    contact_url: str = "https://dinkominfo.purbalinggakab.go.id"
    """Said in the User-Agent, so that an administrator knows whom to ask."""
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks the address policy lets through although they are private, loopback or reserved."""
    extra_ca: tuple[Path, ...] = ()
    """PEM files trusted beside the system's."""
    system_ca: bool = True
    """False trusts `extra_ca` alone."""
    connect_to: Mapping[str, str] = {}
    """`host:port` (`*` for any) → `address:port` (either part may be empty: unchanged), as curl's --connect-to."""
    seats: int = Field(default=2, ge=1, le=8)
    """Connections at one address at a time."""
    connect_timeout: Duration = timedelta(seconds=5)
    """For one address to accept a connection."""


class Vantage(Section):
    """Is it us? Asked when targets fail, and on a slow beat."""

    sentinels: tuple[str, ...] = (
        "https://1.1.1.1/",
        "https://8.8.8.8/",
        "https://9.9.9.9/",
        "dns://id",
        "dns://go.id",
    )
    """
    `https://…` (an answer under a certificate that verifies), `http://…`, `tcp://address:port`, or `dns://name`
    (our own name servers know its NS). Three public resolvers that hold certificates for their addresses are shipped:
    nothing that answers in their place is believed.
    """
    every: Duration = timedelta(seconds=30)
    timeout: Duration = timedelta(seconds=3)

    @field_validator("sentinels")
    @classmethod
    def _known(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            parts = split_url(value)
            if parts.scheme not in {"tcp", "http", "https", "dns"} or not parts.hostname:
                raise ValueError(f"{value!r} bukan tcp://alamat:port, http(s)://…, atau dns://nama")
            if _port(parts, value) is None and parts.scheme == "tcp":
                raise ValueError(f"{value!r} tidak menyebut port")
        return values


def _port(parts: SplitResult, value: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ValueError(f"{value!r} menyebut port yang tidak ada; port dari 0 sampai 65535") from error


class Runner(Section):
    """How many runs at a time."""

    width: int = Field(default=256, ge=1, le=4096)
    looks: tuple[Duration, ...] = (timedelta(seconds=5), timedelta(seconds=15))
    """When a first failure is looked at again, counted from the end of the first look."""


class Evidence(Section):
    """What is kept when something that the CSIRT must see opens, and the bundle of every month."""

    automatic: bool = True
    """Whether the daemon makes the bundle of a month that ended by itself, on the first at 01:00 WIB."""
    directory: Path | None = None
    """Where bundles are put; empty: `bukti` in the database's folder (PostgreSQL: `var/bukti`)."""
    keep: Duration = timedelta(days=1825)
    """How long pages and pictures are kept."""
    screenshots: Literal["auto", "off"] = "auto"
    """`auto`: when Chromium is installed."""
    browser: Path | None = None
    """The browser's program; empty: looked for."""
    scripts: bool = False
    """Whether a page may run its scripts while the picture is taken."""


class Seal(Section):
    """The days of the record, hashed, chained and signed."""

    key: Path | None = None
    """
    The private key's file, made on the first run; empty: `seal-key.pem` in the database's folder (PostgreSQL: `var`).
    A systemd credential `seal-key` counts before it.
    """
    tsa_url: str = ""
    """Where an authority stamps the chain's head (RFC 3161); empty: nowhere."""
    tsa_ca: Path | None = None
    """PEM file of the roots under which that authority's certificate must stand."""
    tsa_timeout: Duration = timedelta(seconds=30)

    @model_validator(mode="after")
    def _verifiable(self) -> Self:
        parts = split_url(self.tsa_url)
        if self.tsa_url and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("tsa_url bukan http(s)://…")
        if self.tsa_url and self.tsa_ca is None:
            raise ValueError("tsa_url tanpa tsa_ca: cap waktu tidak dapat diperiksa; sebutkan berkas PEM akarnya")
        return self


class AvailabilityTargets(Section):
    """Availability to be reached, in percent of the time known, by jenis."""

    opd: Percent = Decimal("99.5")
    kecamatan: Percent = Decimal("99.0")
    kelurahan: Percent = Decimal("99.0")
    desa: Percent = Decimal("98.0")
    puskesmas: Percent = Decimal("99.0")
    layanan: Percent = Decimal("99.5")

    def of(self, kind: Kind) -> Fraction | None:
        """The share from 0 to 1 for *kind*; None for domains, which have no target of their own."""
        percent: Decimal | None = getattr(self, kind.value, None)
        return None if percent is None else Fraction(percent) / 100

    @property
    def goals(self) -> Mapping[Kind, Fraction]:
        """Every jenis that has one → the share from 0 to 1."""
        found = {kind: self.of(kind) for kind in Kind}
        return {kind: goal for kind, goal in found.items() if goal is not None}


class RecordKept(Section):
    """How long the record is kept, and what availability is held against."""

    samples: Duration = Field(default=timedelta(days=92), ge=timedelta(days=35))
    """Of every single look; at least 35 days, so that a month is there in full when it is handed out."""
    keep: Duration = Field(default=timedelta(days=1826), ge=timedelta(days=366))
    """Of everything else: hourly and daily figures, findings, incidents, states, evidence in facts."""
    targets: AvailabilityTargets = AvailabilityTargets()


class Log(Section):
    """What the daemon says of itself, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json", "journal"] = "auto"
    """`auto`: for people on a terminal, fields for journald where it listens, JSON otherwise."""
