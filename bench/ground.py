"""The servers that are visited: nginx with a certificate per site, and a name server, all on a core of their own."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import regency
from bench.chains import certify
from bench.children import Trouble, last_words, python, running, wait_until
from bench.names import home
from monitor.model import Target
from tests import servers
from tests.lab.addresses import bound_together

NETWORK = "127.64.0"
"""Not the lab's: both may run at a time."""
COUNT = 96
"""Addresses, so that two connections at each are no limit."""
NAME_SERVER = "127.64.1.53"

_NGINX = """\
daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
{user}
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    default_type text/html;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    open_file_cache max=16;
    root {folder}/www;
    ssl_protocols TLSv1.2 TLSv1.3;
    server {{
{plain}
        location / {{ try_files /index.html =404; }}
    }}
{secure}
}}
"""
_SECURE = """\
    server {{
{listen}
        ssl_certificate {folder}/$ssl_server_name.pem;
        ssl_certificate_key {folder}/key.pem;
        location / {{ try_files /index.html =404; }}
    }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where the servers are."""

    targets: tuple[Target, ...]
    kind: str
    """Of the keys that certificates have, one of `chains.KINDS`."""
    roots: Mapping[str, Path]
    """kind → file of the root."""
    numbers: Mapping[str, int]
    """kind, or `http` → port, the same at every address."""
    dns_port: int
    core: int

    @property
    def ports(self) -> Mapping[str, int]:
        """scheme → port."""
        return {"http": self.numbers["http"], "https": self.numbers[self.kind]}

    def of(self, kind: str) -> Ground:
        """The same servers, visited where certificates have keys of this *kind*."""
        return replace(self, kind=kind)

    def address(self, host: str) -> str:
        """Where *host* lives."""
        return home(host, NETWORK, COUNT)

    def settings(self, *, names: bool = True) -> dict[str, Any]:
        """What points `monitor.settings.Settings` here; without *names* every host is found without a look-up."""
        detours = {f"*:{port}": f":{self.ports[scheme]}" for scheme, port in (("http", 80), ("https", 443))}
        if not names:
            detours = {
                f"{target.host}:{port}": f"{self.address(target.host)}:{self.ports[scheme]}"
                for target in self.targets
                for scheme, port in (("http", 80), ("https", 443))
            }
        return {
            "dns": {"nameservers": [f"{NAME_SERVER}:{self.dns_port}"]},
            "net": {
                "connect_to": detours,
                "extra_ca": [str(self.roots[self.kind])],
                "system_ca": False,
                "allowed_networks": ["127.64.0.0/16"],
            },
            "vantage": {"sentinels": [f"tcp://{NETWORK}.1:{self.ports['http']}", "dns://go.id"]},
        }


@contextmanager
def ground(targets: tuple[Target, ...], folder: Path, core: int, kinds: Sequence[str] = ("ecdsa",)) -> Iterator[Ground]:
    """Servers for *targets* with certificates of all *kinds*, up while the block runs. Raises `Trouble`."""
    nginx = servers.find("nginx")
    if nginx is None:
        raise Trouble(f"nginx is missing: {servers.how_to_get('nginx')}")
    folder.mkdir()
    (folder / "www").mkdir()
    (folder / "www" / "index.html").write_bytes(regency.page())
    roots = {kind: certify([target.host for target in targets], folder / kind, kind) for kind in kinds}
    numbers = _ports(("http", *kinds))
    config = folder / "nginx.conf"
    config.write_text(_config(folder, numbers), encoding="ascii")
    log, names_log = folder / "nginx.log", folder / "names.log"
    command: list[str | Path] = [nginx, "-e", "stderr", "-p", folder, "-c", config]
    with (
        running(command, core, log) as web,
        running(python("bench.names", NAME_SERVER, NETWORK, str(COUNT)), core, names_log) as names,
    ):
        assert names.stdout is not None
        line = names.stdout.readline()
        if not line:
            raise Trouble(f"names did not start: {last_words(names_log)}")
        wait_until(lambda: _accepts(f"{NETWORK}.1", numbers["http"]), web, log)
        yield Ground(
            targets=targets,
            kind=kinds[0],
            roots=roots,
            numbers=numbers,
            dns_port=json.loads(line)["port"],
            core=core,
        )


def _addresses() -> list[str]:
    return [f"{NETWORK}.{number}" for number in range(1, COUNT + 1)]


def _ports(names: Sequence[str]) -> dict[str, int]:
    """A port per name that is free on every address; nobody else listens in this network."""
    socks = {name: bound_together(_addresses())["http"] for name in names}
    numbers = {name: next(iter(of.values())).getsockname()[1] for name, of in socks.items()}
    for of in socks.values():
        for sock in of.values():
            sock.close()
    return numbers


def _config(folder: Path, numbers: Mapping[str, int]) -> str:
    def listen(port: int, more: str) -> str:
        return "\n".join(f"        listen {address}:{port}{more} backlog=1024;" for address in _addresses())

    user = "user root;" if os.geteuid() == 0 else ""  # the worker reads our private folder
    secure = (
        _SECURE.format(folder=folder / kind, listen=listen(port, " ssl"))
        for kind, port in numbers.items()
        if kind != "http"
    )
    return _NGINX.format(folder=folder, user=user, plain=listen(numbers["http"], ""), secure="".join(secure))


def _accepts(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True
