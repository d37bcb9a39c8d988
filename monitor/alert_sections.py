"""The `[alerts]` table of the settings file: channels, routes, manners."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from monitor.model import Audience, Kind, Severity
from monitor.sections import Duration, Misplaced, Section, split_address

DIGESTS = ("noc", "owner")
"""The kinds of digest."""

_CHANNEL = re.compile(r"[a-z][a-z0-9-]{0,31}")
_SCHEME = re.compile(r"[a-z][a-z0-9+-]{1,31}://\S+", re.IGNORECASE)
_RULE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]*)?")
_TIME = re.compile(r"(\d\d):(\d\d)")
_DAY = 24 * 60
_WITHIN = re.compile(r"[\s().-]")
_NUMBER = re.compile(r"[1-9]\d{7,14}")  # ITU-T E.164: at most 15 digits
_GROUP = re.compile(r"\d{10,20}(-\d{8,12})?@g\.us|\d{10,15}-\d{8,12}|[1-9]\d{15,19}")


def parse_time(value: str) -> int:
    """`07:00` → minutes since midnight; `24:00` is the day's end. Raises `ValueError`."""
    match = _TIME.fullmatch(value)
    minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else _DAY + 1  # noqa: PLR2004
    if minutes > _DAY:
        raise ValueError(f"jam {value!r} tidak dikenal; tulis seperti 07:00")
    return minutes


def parse_hours(value: str) -> tuple[int, int]:
    """`07:00-17:00` → minutes since midnight of start and end; the start may be the later one. Raises `ValueError`."""
    start, dash, end = value.partition("-")
    if not dash:
        raise ValueError(f"rentang jam {value!r} tidak dikenal; tulis seperti 07:00-17:00 (WIB)")
    span = parse_time(start.strip()), parse_time(end.strip())
    if span[0] % _DAY == span[1] % _DAY and span != (0, _DAY):
        raise ValueError(
            f"rentang jam {value!r} berawal dan berakhir pada jam yang sama; kosongkan untuk sepanjang hari"
        )
    return span


class Channel(Section):
    """One way to people or machines."""

    type: Literal["apprise", "webhook", "fonnte", "wablas", "alertmanager"]
    url: SecretStr = SecretStr("")
    """Apprise URL (`mailtos://…`, `tgram://…`), or the receiver's http(s) address; fonnte: empty for its own."""
    secret: SecretStr = SecretStr("")
    """webhook: key of the HMAC; fonnte and wablas: the token."""
    to: tuple[str, ...] = ()
    """fonnte, wablas: telephone numbers or group ids."""
    timeout: Duration = timedelta(seconds=15)
    per_minute: int = Field(default=20, ge=1, le=600)
    """Messages a minute at most."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _check_url(self.type, self.url.get_secret_value())
        if self.type in _SECRET and not self.secret.get_secret_value().strip():
            raise Misplaced(f"saluran {self.type} memerlukan secret ({_SECRET[self.type]})", "secret")
        _check_receivers(self.type, self.to)
        return self

    @field_validator("to")
    @classmethod
    def _receivers(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        numbers = tuple(map(receiver, values))
        if twice := _twice(numbers):
            raise ValueError(f"{twice} tercantum dua kali dalam to")
        return numbers


_SECRET: Mapping[str, str] = {"webhook": "kunci HMAC", "fonnte": "token", "wablas": "token"}
_GATEWAYS = frozenset({"fonnte", "wablas"})


def receiver(value: str) -> str:
    """A telephone number as gateways take it (`0812-3456-7890` → `6281234567890`), or a group id; else `ValueError`."""
    text = value.strip()
    if _GROUP.fullmatch(text):
        return text
    bare = _WITHIN.sub("", text)
    number = bare[1:] if bare.startswith("+") else f"62{bare[1:]}" if bare.startswith("0") else bare
    if not _NUMBER.fullmatch(number) or not (bare.startswith("+") or number.startswith("62")):
        raise ValueError(f"{value!r} bukan nomor telepon; tulis 08…, 62…, atau +62…, atau ID grup WhatsApp")
    return number


def _check_url(kind: str, url: str) -> None:
    """Raises `Misplaced`; never with the URL in it, for it may hold a password."""
    if kind == "apprise":
        if not _SCHEME.fullmatch(url):
            raise Misplaced("saluran apprise memerlukan url seperti mailtos://… atau tgram://…", "url")
    elif (url or kind != "fonnte") and not _is_web(url):
        raise Misplaced(f"saluran {kind} memerlukan url yang berawalan https:// atau http://", "url")


def _check_receivers(kind: str, to: tuple[str, ...]) -> None:
    if kind in _GATEWAYS and not to:
        raise Misplaced(f"saluran {kind} memerlukan to: nomor telepon atau ID grup", "to")
    if kind not in _GATEWAYS and to:
        said = f"to hanya untuk saluran fonnte dan wablas, bukan {kind}; tujuan {kind} ada di dalam url"
        raise Misplaced(said, "to")


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _twice(values: Iterable[str]) -> str:
    """The first of *values* that occurs again; empty when none does."""
    return next((value for value, count in Counter(values).items() if count > 1), "")


class Route(Section):
    """Who is told of what; an empty condition takes everything, and every route that fits counts."""

    audience: tuple[Audience, ...] = ()
    severity: Severity = Severity.INFO
    """At least."""
    kinds: tuple[Kind, ...] = ()
    rules: tuple[str, ...] = ()
    """Prefixes of rule codes, `content.`, `site.down`."""
    hours: str = ""
    """`07:00-17:00`, WIB, may cross midnight; empty: always. Outside them it tells nobody, not even of the worst."""
    channels: tuple[str, ...] = ()

    @field_validator("hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if value.strip():
            parse_hours(value)
        return value.replace(" ", "")

    @field_validator("rules")
    @classmethod
    def _rules(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not _RULE.fullmatch(value):
                raise ValueError(f"{value!r} bukan awalan kode aturan; tulis seperti content. atau site.down")
        return values

    @field_validator("channels")
    @classmethod
    def _somebody(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if twice := _twice(values):
            raise ValueError(f"saluran {twice} disebut dua kali")
        return values

    @model_validator(mode="after")
    def _told(self) -> Self:
        if not self.channels:
            raise ValueError("rute memerlukan channels: sekurangnya satu saluran")
        return self


class Alerts(Section):
    """Who is told, when, and how often."""

    channels: Mapping[str, Channel] = {}
    """Name → channel."""
    routes: tuple[Route, ...] = ()
    """Empty: the shipped ones – the channels named `csirt` and `noc` get what is theirs, where they exist."""
    board_url: str = ""
    """Address of the board as people reach it; messages link there."""
    contact: str = "Dinkominfo Kabupaten Purbalingga"
    """Kontak pelapor in the four-field report."""
    tlp: Literal["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"] = "TLP:AMBER"
    wait: Duration = timedelta(seconds=5)
    """How long a new incident gathers sites of the same cause before people are told."""
    remind: Duration = timedelta(hours=4)
    """How often people are told again while nobody has acknowledged."""
    flap_window: Duration = timedelta(hours=1)
    flap_count: int = Field(default=3, ge=2, le=50)
    """Openings of the same cause within `flap_window` that make it flapping."""
    flap_hold: Duration = timedelta(minutes=15)
    """How long a flapping incident must be quiet before it counts as over."""
    give_up: Duration = timedelta(hours=24)
    """How long a message is tried."""
    digest: Mapping[str, str] = {}
    """Kind of digest (`noc`, `owner`) → channel; empty: the channel of that name where it exists."""
    digest_at: str = "07:00"
    """WIB; the owners' is on Mondays."""
    heartbeat_url: SecretStr = SecretStr("")
    """Asked while all is well; who does not hear from us for a while raises the alarm (a dead man's switch)."""
    heartbeat_every: Duration = timedelta(minutes=1)

    @property
    def carrying(self) -> tuple[str, ...]:
        """The channels that take messages; an Alertmanager takes states, and routes and silences them itself."""
        return tuple(name for name, channel in self.channels.items() if channel.type != "alertmanager")

    @field_validator("channels")
    @classmethod
    def _names(cls, values: Mapping[str, Channel]) -> Mapping[str, Channel]:
        for name in values:
            if not _CHANNEL.fullmatch(name):
                raise ValueError(
                    f"nama saluran {name!r}: huruf kecil, angka, dan tanda hubung, berawal huruf, paling panjang 32"
                )
        return values

    @field_validator("board_url")
    @classmethod
    def _board(cls, value: str) -> str:
        if value and not _is_board(value):
            raise ValueError("alamat papan pantau ditulis https://nama/ tanpa sandi, tanda tanya, atau pagar")
        return value.rstrip("/")

    @field_validator("contact")
    @classmethod
    def _contact(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise ValueError("kontak pelapor tidak boleh kosong dan hanya satu baris")
        return value.strip()

    @field_validator("digest_at")
    @classmethod
    def _clock(cls, value: str) -> str:
        if parse_time(value) == _DAY:
            raise ValueError("jam '24:00' tidak dikenal; tulis 00:00")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _heartbeat(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _is_web(value.get_secret_value()):
            raise ValueError("heartbeat_url harus berawalan https:// atau http://")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Every name that is mentioned exists."""
        for place, route in enumerate(self.routes):
            self._check_route(place, route)
        for kind, name in self.digest.items():
            if kind not in DIGESTS:
                raise Misplaced(f"ringkasan {kind!r} tidak dikenal; yang ada: {', '.join(DIGESTS)}", "digest", kind)
            if name not in self.channels:
                said = f"ringkasan {kind} menyebut saluran {name!r} yang tidak ada; yang ada: {self._known}"
                raise Misplaced(said, "digest", kind)
        return self

    @property
    def _known(self) -> str:
        return ", ".join(self.channels) or "tidak ada"

    def _check_route(self, place: int, route: Route) -> None:
        """Raises `Misplaced`; routes are counted from one for people."""
        at = "routes", place, "channels"
        for name in route.channels:
            if name not in self.channels:
                said = f"rute {place + 1} menyebut saluran {name!r} yang tidak ada; yang ada: {self._known}"
                raise Misplaced(said, *at)
            if name not in self.carrying:
                said = (
                    f"rute {place + 1} menyebut saluran {name!r}, sebuah Alertmanager: ia menerima semua temuan terbuka"
                    " tanpa rute; hapus dari rute, dan atur siapa yang diberi tahu di Alertmanager"
                )
                raise Misplaced(said, *at)
        if route in self.routes[:place]:
            said = f"rute {place + 1} sama dengan rute {self.routes.index(route) + 1}"
            raise Misplaced(said, "routes", place)


def _is_board(url: str) -> bool:
    parts = urlsplit(url) if _is_web(url) else None
    return parts is not None and url.isprintable() and not any((parts.query, parts.fragment, "@" in parts.netloc))


class Feed(Section):
    """Every change as one JSON line, for a SIEM."""

    to: Literal["", "journald", "file", "syslog-tcp", "syslog-tls"] = ""
    path: str = ""
    """file: appended to; reopened when it is moved away."""
    address: str = ""
    """syslog: `host:port`."""

    @model_validator(mode="after")
    def _whereto(self) -> Self:
        if self.to == "file" and not self.path:
            raise ValueError("umpan ke file memerlukan path")
        if self.to.startswith("syslog"):
            if not self.address:
                raise ValueError(f"umpan ke {self.to} memerlukan address: nama:port")
            split_address(self.address)
        return self
