"""Settings that point an unmodified daemon at a lab, as values and as TOML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.model import Target
from tests.lab.addresses import NAME_SERVER, NETWORKS, WATCHTOWER
from tests.lab.town import SENTINEL

_PORTS = {"http": 80, "https": 443}


def settings(
    targets: Iterable[Target], homes: Mapping[str, str], ports: Mapping[str, int], dns_port: int, ca_file: Path
) -> dict[str, Any]:
    """What `monitor.settings.Settings` needs to watch the lab and nothing outside it."""
    connect_to = {
        **_detours(targets, homes, ports),
        "*:443": f":{ports['https']}",
        "*:80": f":{ports['http']}",
        "*:53": f":{dns_port}",
    }
    return {
        "dns": {"nameservers": [f"{NAME_SERVER}:{dns_port}"]},
        "net": {
            "connect_to": connect_to,
            "extra_ca": [str(ca_file.resolve())],
            "system_ca": False,
            "allowed_networks": list(NETWORKS),
        },
        "vantage": {"sentinels": [f"tcp://{WATCHTOWER}:{ports['http']}", "dns://go.id", f"http://{SENTINEL}/"]},
    }


def _detours(targets: Iterable[Target], homes: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    """Sites listed by a bare address or an unusual port: the wildcards would lead outside, or nowhere."""
    detours = {}
    for target in targets:
        parts = urlsplit(target.url)
        port = parts.port or _PORTS[parts.scheme]
        if _is_address(target.host) or port != _PORTS[parts.scheme]:
            detours[f"{target.host}:{port}"] = f"{homes[target.host]}:{ports[parts.scheme]}"
    return detours


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def toml(values: Mapping[str, Any]) -> str:
    """*values* as a settings file: tables of scalars, lists, and tables."""
    return "\n".join(_table((), values)).lstrip("\n") + "\n"


def _table(path: tuple[str, ...], values: Mapping[str, Any]) -> Iterable[str]:
    if path:
        yield f"\n[{'.'.join(path)}]"
    for key, value in values.items():
        if not isinstance(value, Mapping):
            # JSON's scalars and arrays of them are TOML's (TOML 1.0.0); every text here is printable.
            yield f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _table((*path, key), value)
