"""Debian's nginx with the shipped configuration, of which nothing is changed but ports and paths."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from tests.conftest import require

CONF = Path(__file__).parents[3] / "deploy" / "nginx" / "monitor.conf"
NAME = "pantau.purbalinggakab.go.id"


def adapted(folder: Path, board: int, plain: int, secure: int) -> str:
    """The shipped text with nothing changed but ports and paths."""
    text = CONF.read_text(encoding="utf-8")
    for old, new in (
        ("server 127.0.0.1:8620;", f"server 127.0.0.1:{board};"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("    listen [::]:80;\n", ""),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("/etc/ssl/monitor/fullchain.pem", str(folder / "chain.pem")),
        ("/etc/ssl/monitor/privkey.pem", str(folder / "key.pem")),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "monitor.conf").write_text(text, encoding="utf-8")
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
        "events { worker_connections 64; }"
        f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;"
        f"include {folder}/monitor.conf; }}",
        encoding="utf-8",
    )
    return str(main)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def certified(folder: Path) -> ssl.SSLContext:
    """Who trusts the certificate for `NAME` that is put, with its key, into *folder*."""
    authority = trustme.CA()
    certificate = authority.issue_cert(NAME)
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "chain.pem", append=True)
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@contextmanager
def fronted(folder: Path, board: int, plain: int, secure: int) -> Iterator[None]:
    """nginx before port *board*, on the ports *plain* and *secure*, with the certificate in *folder*."""
    config = adapted(folder, board, plain, secure)
    with running([str(require("nginx")), "-e", str(folder / "error.log"), "-c", config], secure):
        yield


@contextmanager
def running(words: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(words)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)
