"""A real mail server, looked at: encryption good, expired, self-signed and missing, and one that declines us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from monitor.net.smtp import SmtpSession
from tests.conftest import require
from tests.integration.checks import postfix
from tests.integration.net.mailing import Caller

HOST = "situs.example.id"
DAY = timedelta(days=1)


def certificates(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name → a file with key and chain; the first is the authority's."""
    authority, now = trustme.CA(), datetime.now(UTC)
    leaves = {
        "good": authority.issue_cert(HOST),
        "expired": authority.issue_cert(HOST, not_before=now - 9 * DAY, not_after=now - DAY),
        "stranger": trustme.CA().issue_cert(HOST),
    }
    for name, leaf in leaves.items():
        leaf.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{name}.pem"))
        yield name, folder / f"{name}.pem"
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[postfix.Postfix, Caller]]:
    master = require("postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix's master needs root")
    folder = tmp_path_factory.mktemp("postfix")
    encrypted = {
        name: {"smtpd_tls_security_level": "may", "smtpd_tls_chain_files": str(path)}
        for name, path in certificates(folder)
    }
    listeners = {
        **encrypted,
        "none": {"smtpd_tls_security_level": "none"},
        "declining": {"smtpd_delay_reject": "no", "smtpd_client_restrictions": "reject"},
        "old": {**encrypted["good"], "smtpd_tls_protocols": "TLSv1.2"},
    }
    with postfix.running(master, HOST, listeners) as running:
        yield running, Caller.trusting(folder / "ca.pem")


async def look(server: tuple[postfix.Postfix, Caller], name: str) -> SmtpSession:
    running, caller = server
    return await caller.call(running.ports[name], within=20)


@pytest.mark.parametrize(("name", "code"), [("good", 0), ("expired", 10), ("stranger", 20)])
async def test_the_certificate_is_seen_whatever_it_is_worth(
    server: tuple[postfix.Postfix, Caller], name: str, code: int
) -> None:
    session = await look(server, name)

    assert (session.failure, session.refusal) == (None, None)
    assert session.greeting is not None
    assert session.greeting.code == 220
    assert "STARTTLS" in session.extensions
    assert session.tls is not None
    assert (session.tls.verify_code, session.tls.version) == (code, "TLSv1.3")
    assert session.tls.chain[0].names == (HOST,)


async def test_a_version_is_told_as_agreed(server: tuple[postfix.Postfix, Caller]) -> None:
    session = await look(server, "old")

    assert session.tls is not None
    assert (session.tls.version, session.tls.verify_code) == ("TLSv1.2", 0)


async def test_no_encryption_is_no_failure(server: tuple[postfix.Postfix, Caller]) -> None:
    session = await look(server, "none")

    assert (session.tls, session.starttls, session.failure, session.refusal) == (None, None, None, None)
    assert "PIPELINING" in session.extensions


async def test_a_server_that_does_not_want_us_is_no_failure(server: tuple[postfix.Postfix, Caller]) -> None:
    session = await look(server, "declining")

    assert session.refusal is not None
    assert 400 <= session.refusal.code < 600
    assert (session.tls, session.failure) == (None, None)
