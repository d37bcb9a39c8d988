"""The `[alerts]` table of the settings file: channels, routes, manners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr

from monitor.model import Audience, Kind, Severity
from monitor.sections import Duration, Section


class Channel(Section):
    """One way to people or machines."""

    type: Literal["apprise", "webhook", "fonnte", "wablas", "alertmanager"]
    url: SecretStr = SecretStr("")
    """Apprise URL (`mailtos://…`, `tgram://…`), or the receiver's http(s) address."""
    secret: SecretStr = SecretStr("")
    """webhook: key of the HMAC; fonnte and wablas: the token."""
    to: tuple[str, ...] = ()
    """fonnte, wablas: telephone numbers or group ids."""
    timeout: Duration = timedelta(seconds=15)
    per_minute: int = Field(default=20, ge=1, le=600)
    """Messages a minute at most."""


class Route(Section):
    """Who is told of what; an empty condition takes everything, and every route that fits counts."""

    audience: tuple[Audience, ...] = ()
    severity: Severity = Severity.INFO
    """At least."""
    kinds: tuple[Kind, ...] = ()
    rules: tuple[str, ...] = ()
    """Prefixes of rule codes, `content.`, `site.down`."""
    hours: str = ""
    """`07:00-17:00`, WIB, may cross midnight; empty: always."""
    channels: tuple[str, ...] = ()


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


class Feed(Section):
    """Every change as one JSON line, for a SIEM."""

    to: Literal["", "journald", "file", "syslog-tcp", "syslog-tls"] = ""
    path: str = ""
    """file: appended to; reopened when it is moved away."""
    address: str = ""
    """syslog: `host:port`."""
