"""`[login]`: who may use the board, and how they prove it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from monitor.access.roles import Role
from monitor.sections import Duration, Section

_HEADER = r"^[A-Za-z][A-Za-z0-9-]{0,59}$"


class LoginMode(StrEnum):
    """Whether the board asks who somebody is."""

    AUTO = "auto"
    """Nobody on loopback, unless the board has other names; everybody elsewhere."""
    REQUIRED = "required"
    PROXY = "proxy"
    """A reverse proxy has asked already and says so; everybody else must sign in."""
    NONE = "none"
    """Nobody, wherever the board listens."""


class Login(Section):
    """Who may use the board. Accounts and tokens are made by `monitor account` and `monitor token`."""

    mode: LoginMode = LoginMode.AUTO
    """`auto` (none on loopback without `[web] names`, required elsewhere), `required`, `proxy`, or `none`."""
    idle: Duration = timedelta(hours=12)
    """A session not used for so long ends. A page that renews itself is no use."""
    lifetime: Duration = timedelta(days=7)
    """A session ends after so long, used or not."""
    secure_cookie: bool | None = None
    """Whether browsers send the cookie over HTTPS only; unset: yes, but for a board on loopback without names."""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Addresses of reverse proxies: from where somebody asks is believed in every mode, who asks with `proxy` only."""
    user_header: Annotated[str, Field(pattern=_HEADER)] = "Remote-User"
    """The header in which a proxy names the person."""
    role_header: Annotated[str, Field(pattern=_HEADER)] = "Remote-Groups"
    """The header in which it names groups, with commas between."""
    roles: Mapping[str, Role] = {}
    """Group → role; the first group that is listed counts. Who has none needs an account of the same name."""
    local_token: Path | None = None
    """File by which commands on this machine act; unset: `local-token` beside the database, or in `var`."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mode is LoginMode.PROXY and not self.proxies:
            raise ValueError('mode "proxy" membutuhkan alamat perantara; isi [login] proxies = ["ALAMAT"]')
        if self.roles and self.mode is not LoginMode.PROXY:
            raise ValueError('roles hanya berlaku dengan mode = "proxy"; pakai mode itu, atau hapus roles')
        if any(network.prefixlen == 0 for network in self.proxies):
            raise ValueError("proxies memuat seluruh internet; sebutkan alamat perantaranya saja")
        if self.idle > self.lifetime:
            raise ValueError("idle lebih lama dari lifetime; samakan atau perpendek")
        return self
