"""An nginx set up well and badly, visited for real: headers, cookies, the page, and both ports."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import trustme

from monitor.checks.base import Check, Context, Policy, judge
from monitor.checks.transport import transport
from monitor.checks.website import website
from monitor.domains import Domains
from monitor.model import Kind, Target
from monitor.settings import Transport, Website
from tests.integration.checks.asking import context
from tests.integration.checks.tls_servers import nginx
from tests.integration.net.misbehaving import Authority

HOST, WWW = "dinkominfo.purbalinggakab.go.id", "www.dinkominfo.purbalinggakab.go.id"
POLICY = Policy(domains=Domains(own=frozenset({"purbalinggakab.go.id"})))
WITHIN = timedelta(seconds=5)

GOOD = (
    'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always',
    "add_header Content-Security-Policy \"default-src 'self'; frame-ancestors 'self'\" always",
    "add_header X-Content-Type-Options nosniff always",
    "add_header Referrer-Policy strict-origin-when-cross-origin always",
    "server_tokens off",
)
PAGE = "default_type text/html"
UPGRADE = "if ($scheme = http) { return 301 https://$host$request_uri; } set $done 1"

pytestmark = pytest.mark.servers("nginx")


def answering(markup: str) -> str:
    return f"return 200 '{markup}'"


@dataclass(frozen=True)
class Ground:
    """Certificates for an nginx, and who trusts them."""

    folder: Path
    pem: Path

    @contextmanager
    def serve(self, *directives: str) -> Iterator[Context]:
        """Both ports of an nginx with *directives*; a context in which every name leads there."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            plain = int(free.getsockname()[1])
        chain, key = self.folder / "chain.pem", self.folder / "key.pem"
        with nginx(self.folder, chain, key, f"listen 127.0.0.1:{plain}", PAGE, *directives) as port:
            routes = {"*:443": f"127.0.0.1:{port}", "*:80": f"127.0.0.1:{plain}"}
            yield context(cast("Authority", self), connect_to=routes)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST, WWW)
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(tmp_path / "chain.pem", append=True)
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return Ground(tmp_path, tmp_path / "ca.pem")


@asynccontextmanager
async def looking(check: Check[Any], ctx: Context, url: str) -> AsyncIterator[tuple[Any, set[str]]]:
    of = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=url)
    facts = await check.observe(of, ctx)
    findings, _judged = judge(check, of, facts, POLICY, datetime.now(UTC))
    yield facts, {finding.code.removeprefix("transport.") for finding in findings if "transport." in finding.code}


WEBSITE, TRANSPORT = website(Website(timeout=WITHIN)), transport(Transport(timeout=WITHIN))


@pytest.mark.parametrize(
    ("directives", "expected"),
    [
        pytest.param((*GOOD, answering("<title>x</title>")), set(), id="well kept"),
        pytest.param(
            (answering("<title>x</title>"),),
            {
                "hsts_missing",
                "csp_missing",
                "nosniff_missing",
                "frame_unprotected",
                "referrer_policy_missing",
                "version_disclosed",
            },
            id="as it comes",
        ),
        pytest.param(
            (
                "add_header Strict-Transport-Security max-age=3600",
                "add_header Content-Security-Policy \"script-src * 'unsafe-inline'\"",
                "add_header X-Content-Type-Options sniff",
                "add_header X-Frame-Options SAMEORIGIN",
                "add_header Referrer-Policy unsafe-url",
                "server_tokens off",
                answering("<title>x</title>"),
            ),
            {"hsts_short", "csp_unsafe", "nosniff_missing", "referrer_policy_unsafe"},
            id="badly",
        ),
        pytest.param(
            (
                *GOOD,
                'add_header Set-Cookie "PHPSESSID=secret; path=/" always',
                answering(
                    f"<script src=http://{HOST}/a.js></script><img src=http://{HOST}/a.png>"
                    f"<form method=post action=http://{HOST}/masuk><input type=password></form>"
                    "<form method=post action=https://evil.example/x></form>"
                ),
            ),
            {"cookie_insecure", "mixed_active", "mixed_passive", "form_insecure", "form_foreign"},
            id="a bad page",
        ),
        pytest.param((*GOOD, "return 404 '<form method=post action=http://evil.example/>'"), set(), id="no page"),
    ],
)
async def test_a_visit(ground: Ground, directives: tuple[str, ...], expected: set[str]) -> None:
    with ground.serve(*directives) as ctx:
        async with looking(WEBSITE, ctx, f"https://{HOST}/") as (visit, found):
            assert found == expected
            assert "secret" not in repr(visit.hops)


@pytest.mark.parametrize(
    ("url", "directives", "expected"),
    [
        pytest.param(f"https://{HOST}/", (UPGRADE, answering("x")), set(), id="upgraded"),
        pytest.param(f"https://{HOST}/", (answering("x"),), {"no_upgrade"}, id="not upgraded"),
        pytest.param(
            f"https://{HOST}/",
            (UPGRADE.replace("$host", WWW), answering("x")),
            {"upgrade_elsewhere_first"},
            id="elsewhere first",
        ),
        pytest.param(f"https://{HOST}/", ("return 403",), set(), id="nothing over http"),
        pytest.param(f"https://{HOST}/", ("return 444",), set(), id="hangs up"),
        pytest.param(f"http://{HOST}/", (answering("x"),), {"https_unlisted"}, id="listed with http"),
        pytest.param(
            f"http://{HOST}/",
            (UPGRADE.replace("= http", "= https").replace("https://", "http://"), answering("x")),
            {"no_https"},
            id="sent back to http",
        ),
        pytest.param("http://onje.desa.id/", (answering("x"),), {"no_https"}, id="a certificate for another name"),
    ],
)
async def test_both_ports(ground: Ground, url: str, directives: tuple[str, ...], expected: set[str]) -> None:
    with ground.serve(*directives) as ctx:
        async with looking(TRANSPORT, ctx, url) as (_ways, found):
            assert found == expected


async def test_a_port_that_refuses_is_fine(ground: Ground) -> None:
    with ground.serve(answering("x")) as ctx, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refusing = context(cast("Authority", ground), connect_to={"*:80": f"127.0.0.1:{closed.getsockname()[1]}"})
        async with looking(TRANSPORT, refusing, f"https://{HOST}/") as (ways, found):
            assert found == set()
            assert ways.plain.failure.kind == "refused"
        assert ctx is not refusing
