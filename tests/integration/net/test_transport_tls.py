"""Handshakes that verify, that do not, that are outdated, and that never come about."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.net.certificates import matches
from monitor.net.facts import FailureKind, Phase, TlsSession
from tests.integration.net import misbehaving
from tests.integration.net.conftest import MakeVisitor, Visitor, facts
from tests.integration.net.misbehaving import (
    HOST,
    OK,
    PAGE,
    Authority,
    Handler,
    answering,
    at_hello,
    reset,
    serving,
)

FATAL_PROTOCOL_VERSION = bytes.fromhex("15 03 01 00 02 02 46")
FATAL_HANDSHAKE_FAILURE = bytes.fromhex("15 03 03 00 02 02 28")
FATAL_INTERNAL_ERROR = bytes.fromhex("15 03 03 00 02 02 50")

# X509_V_ERR_… of OpenSSL's x509_vfy.h
NOT_YET_VALID, EXPIRED = 9, 10
SELF_SIGNED, NO_LOCAL_ISSUER, NO_FIRST_ISSUER = 18, 20, 21
WRONG_NAME, WRONG_ADDRESS = 62, 64


def session(response: object) -> TlsSession:
    tls = facts(response).tls  # type: ignore[arg-type]
    assert tls is not None
    return tls


async def test_a_good_certificate_verifies(visitor: Visitor, authority: Authority) -> None:
    async with serving(answering(OK), tls=authority.good()) as site:
        response = await visitor.page(site, scheme="https")

    tls = session(response)
    assert (response.content, tls.verify_code, tls.verify_message, tls.legacy) == (PAGE, 0, "", False)
    assert tls.version == "TLSv1.3"
    assert tls.cipher.startswith("TLS_")
    assert facts(response).phases.tls > 0
    assert [matches(each, HOST) for each in tls.chain] == [True, False]
    assert tls.chain[0].issuer == tls.chain[1].subject


@pytest.mark.parametrize(
    ("serve", "code"),
    [
        pytest.param(Authority.expired, EXPIRED, id="expired"),
        pytest.param(Authority.not_yet_valid, NOT_YET_VALID, id="not yet valid"),
        pytest.param(lambda authority: authority.good("lain.example.id"), WRONG_NAME, id="wrong host"),
        pytest.param(lambda authority: authority.good("*.a.example.id"), WRONG_NAME, id="wildcard of another parent"),
        pytest.param(lambda authority: misbehaving.self_signed(authority.pem.parent), SELF_SIGNED, id="self-signed"),
        pytest.param(lambda _: misbehaving.stranger(), NO_LOCAL_ISSUER, id="unknown authority"),
        pytest.param(Authority.incomplete, NO_LOCAL_ISSUER, id="missing intermediate"),
    ],
)
async def test_page_and_chain_are_seen_although_nothing_verifies(
    visitor: Visitor, authority: Authority, serve: Callable[[Authority], ssl.SSLContext], code: int
) -> None:
    async with serving(answering(OK), tls=serve(authority)) as site:
        response = await visitor.page(site, scheme="https")

    tls = session(response)
    assert response.content == PAGE
    assert tls.verify_code in {code, NO_FIRST_ISSUER if code == NO_LOCAL_ISSUER else code}
    assert tls.verify_message
    assert tls.chain[0].not_after.tzinfo is not None
    assert not tls.legacy


async def test_a_self_signed_certificate_is_seen_to_be_one(visitor: Visitor, folder: Path) -> None:
    async with serving(answering(OK), tls=misbehaving.self_signed(folder)) as site:
        tls = session(await visitor.page(site, scheme="https"))

    assert [each.self_issued for each in tls.chain] == [True]


async def test_an_old_protocol_with_a_good_certificate_is_legacy_and_verified(
    visitor: Visitor, authority: Authority
) -> None:
    async with serving(answering(OK), tls=authority.outdated()) as site:
        response = await visitor.page(site, scheme="https")

    tls = session(response)
    assert (response.content, tls.version, tls.legacy, tls.verify_code) == (PAGE, "TLSv1", True, 0)
    assert matches(tls.chain[0], HOST)


async def test_an_old_protocol_does_not_hide_a_bad_certificate(visitor: Visitor, authority: Authority) -> None:
    async with serving(answering(OK), tls=authority.outdated(authority.expired())) as site:
        response = await visitor.page(site, scheme="https")

    tls = session(response)
    assert (response.content, tls.legacy, tls.verify_code) == (PAGE, True, EXPIRED)


async def test_an_old_cipher_is_legacy(visitor: Visitor, authority: Authority) -> None:
    context = authority.good()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0")

    async with serving(answering(OK), tls=context) as site:
        tls = session(await visitor.page(site, scheme="https"))

    assert (tls.version, tls.legacy, tls.verify_code) == ("TLSv1.2", True, 0)


async def _reset_at_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1024)
    reset(writer)


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        pytest.param(at_hello(FATAL_PROTOCOL_VERSION), FailureKind.TLS_PROTOCOL, id="no version in common"),
        pytest.param(at_hello(FATAL_HANDSHAKE_FAILURE), FailureKind.TLS_PROTOCOL, id="no cipher in common"),
        pytest.param(at_hello(FATAL_INTERNAL_ERROR), FailureKind.TLS_ERROR, id="an error of theirs"),
        pytest.param(at_hello(b"HTTP/1.1 400 Bad Request\r\n\r\n"), FailureKind.TLS_ERROR, id="plain HTTP"),
        pytest.param(at_hello(bytes(range(1, 200))), FailureKind.TLS_ERROR, id="garbage"),
        pytest.param(at_hello(b""), FailureKind.CLOSED, id="closed"),
        pytest.param(_reset_at_hello, FailureKind.RESET, id="reset"),
        pytest.param(at_hello(b"", then="silence"), FailureKind.TIMEOUT, id="silent"),
    ],
)
async def test_a_handshake_that_fails_has_its_kind(visitor: Visitor, handler: Handler, kind: FailureKind) -> None:
    async with serving(handler) as site:
        failed = await visitor.failure(site, scheme="https", within=0.5 if kind is FailureKind.TIMEOUT else 10)

    assert (failed.failure.phase, failed.failure.kind) == (Phase.TLS, kind)
    assert failed.failure.detail
    assert "_ssl.c" not in failed.failure.detail
    assert failed.phases.tls > 0
    assert failed.tls is None


async def test_a_failure_after_the_handshake_keeps_the_handshake(visitor: Visitor, authority: Authority) -> None:
    async with serving(answering(), tls=authority.expired()) as site:
        failed = await visitor.failure(site, scheme="https")

    assert (failed.failure.phase, failed.failure.kind) == (Phase.TTFB, FailureKind.CLOSED)
    assert failed.tls is not None
    assert failed.tls.verify_code == EXPIRED
    assert failed.tls.chain


async def test_a_body_over_tls_that_ends_without_goodbye_is_whole(visitor: Visitor, authority: Authority) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(b"HTTP/1.1 200 OK\r\n\r\n" + PAGE * 4096, then="close")(reader, writer)

    async with serving(handler, tls=authority.good()) as site:
        response = await visitor.page(site, scheme="https")

    assert response.content == PAGE * 4096


@pytest.mark.parametrize("names", [pytest.param(("127.0.0.1",), id="iPAddress"), pytest.param((HOST,), id="a name")])
async def test_an_address_is_compared_and_not_sent_as_sni(
    visitor: Visitor, authority: Authority, names: tuple[str, ...]
) -> None:
    context, seen = authority.good(*names), []
    context.sni_callback = lambda _object, name, _context: seen.append(name)

    async with serving(answering(OK), tls=context) as site:
        tls = session(await visitor.page(site, scheme="https", host="127.0.0.1"))

    assert set(seen) == {None}
    assert tls.verify_code == (0 if names == ("127.0.0.1",) else WRONG_ADDRESS)


async def test_an_international_name_is_sent_in_a_labels(visitor: Visitor, authority: Authority) -> None:
    host = "xn--bcher-kva.example.id"
    visitor.names.answers[host] = ("127.0.0.1",)
    context, seen = authority.good(host), []
    context.sni_callback = lambda _object, name, _context: seen.append(name)

    async with serving(answering(OK), tls=context) as site:
        tls = session(await visitor.page(site, scheme="https", host="bücher.example.id"))

    assert (seen, tls.verify_code) == ([host], 0)
    assert visitor.names.asked == [(host, False)]


async def test_a_final_dot_is_not_part_of_the_name(visitor: Visitor, authority: Authority) -> None:
    visitor.names.answers[f"{HOST}."] = ("127.0.0.1",)

    async with serving(answering(OK), tls=authority.good()) as site:
        tls = session(await visitor.page(site, scheme="https", host=f"{HOST}."))

    assert tls.verify_code == 0


async def test_no_probe_builds_an_ssl_context(
    visitor: Visitor, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = [authority.good(), authority.expired(), authority.outdated(), authority.outdated(authority.expired())]
    built: list[object] = []
    original = ssl.SSLContext.__new__

    def counted(*args: object, **kwargs: object) -> object:
        built.append(args)
        return original(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(ssl.SSLContext, "__new__", counted)
    for context in servers:
        async with serving(answering(OK), tls=context) as site:
            await visitor.page(site, scheme="https")

    assert built == []
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert len(built) == 1


async def test_the_systems_authorities_count_unless_told_otherwise(
    make_visitor: MakeVisitor, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.pem))
    codes = []
    for system_ca in (True, False):
        visitor = make_visitor(system_ca=system_ca, extra_ca=())
        async with serving(answering(OK), tls=authority.good()) as site:
            codes.append(session(await visitor.page(site, scheme="https")).verify_code)

    assert codes[0] == 0
    assert codes[1] != 0
