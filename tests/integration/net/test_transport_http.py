"""One exchange with servers that answer well, badly, too much, too slowly, or not at all."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from monitor.net.facts import FailureKind, Phase
from monitor.net.http import prebuilt
from monitor.net.progress import MAX_DETAIL
from tests.integration.net.conftest import Visitor, facts
from tests.integration.net.misbehaving import HOST, OK, PAGE, Handler, answering, endless, request_of, reset, serving

HEAD = b"HTTP/1.1 200 OK\r\n"
LONG = HEAD + b"Content-Length: 100\r\n\r\nhalf"
MIB = 1024 * 1024


def encoded(coding: bytes, body: bytes) -> bytes:
    return HEAD + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n%b" % (coding, len(body), body)


def deflated(data: bytes, *, raw: bool = False) -> bytes:
    packer = zlib.compressobj(wbits=-15 if raw else 15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((OK,), id="content length"),
        pytest.param((OK[:9], OK[9:40], OK[40:]), id="in pieces"),
        pytest.param((b"HTTP/1.0 200 OK\r\n\r\n" + PAGE,), id="HTTP/1.0, until closed"),
        pytest.param((HEAD + b"Transfer-Encoding: chunked\r\n\r\n13\r\n" + PAGE + b"\r\n0\r\n\r\n",), id="chunked"),
        pytest.param((b"HTTP/1.1 200\r\n\r\n" + PAGE,), id="no reason phrase"),
        pytest.param((b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3, OK), id="interim responses"),
        pytest.param((encoded(b"gzip", gzip.compress(PAGE)),), id="gzip"),
        pytest.param((encoded(b"x-gzip", gzip.compress(PAGE)),), id="x-gzip"),
        pytest.param((encoded(b"deflate", deflated(PAGE)),), id="deflate"),
        pytest.param((encoded(b"deflate", deflated(PAGE, raw=True)),), id="deflate without wrapper"),
        pytest.param((encoded(b"deflate, gzip", gzip.compress(deflated(PAGE))),), id="two codings"),
        pytest.param((encoded(b"identity", PAGE),), id="identity"),
        pytest.param((encoded(b"gzip", PAGE),), id="said to be gzip, is not"),
        pytest.param((encoded(b"br", PAGE),), id="a coding nobody asked for"),
    ],
)
async def test_the_page_is_read_however_it_is_sent(visitor: Visitor, answer: tuple[bytes, ...]) -> None:
    async with serving(answering(*answer)) as site:
        response = await visitor.page(site)

    assert response.content == PAGE
    assert (await response.aread(), response.status_code) == (PAGE, 200)
    assert not facts(response).capped


async def test_a_truncated_gzip_keeps_what_came(visitor: Visitor) -> None:
    page = bytes(range(256)) * 64

    async with serving(answering(encoded(b"gzip", gzip.compress(page)[:-12]))) as site:
        response = await visitor.page(site)

    assert response.content
    assert page.startswith(response.content)


async def test_the_request_is_a_visitors(visitor: Visitor) -> None:
    seen: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await request_of(reader))
        writer.write(OK)

    async with serving(handler) as site:
        request = prebuilt(f"http://{HOST}:{site.port}/a?b=c#d")
        await visitor.transport.handle_async_request(request)

    lines = seen[0].decode().split("\r\n")
    assert lines[0] == "GET /a?b=c HTTP/1.1"
    assert lines[1] == f"Host: {HOST}:{site.port}"
    assert "Connection: close" in lines
    assert "Accept-Encoding: gzip, deflate" in lines
    assert "Accept-Language: id" in lines
    assert any(line.startswith("User-Agent: monitor/") and "(+https://" in line for line in lines)


async def test_an_exchange_tells_where_when_and_how_much(visitor: Visitor) -> None:
    async with serving(answering(OK)) as site:
        exchange = facts(await visitor.page(site, fresh=True))

    assert (exchange.address, exchange.http_version, exchange.tls) == ("127.0.0.1", "1.1", None)
    assert exchange.wire == len(OK)
    assert exchange.phases.connect > 0
    assert exchange.phases.ttfb > 0
    assert exchange.phases.tls == 0
    assert visitor.names.asked == [(HOST, True)]


async def test_a_head_request_ends_with_the_headers(visitor: Visitor) -> None:
    async with serving(answering(HEAD + b"Content-Length: 99\r\n\r\n", then="silence")) as site:
        response = await visitor.page(site, method="HEAD")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    ("handler", "phase", "kind"),
    [
        pytest.param(answering(), Phase.TTFB, FailureKind.CLOSED, id="empty answer"),
        pytest.param(answering(then="reset"), Phase.TTFB, FailureKind.RESET, id="reset before the answer"),
        pytest.param(answering(then="silence"), Phase.TTFB, FailureKind.TIMEOUT, id="slow first byte"),
        pytest.param(answering(HEAD), Phase.TRANSFER, FailureKind.CLOSED, id="closed in the headers"),
        pytest.param(answering(LONG), Phase.TRANSFER, FailureKind.CLOSED, id="closed before the promised length"),
        pytest.param(answering(LONG, then="silence"), Phase.TRANSFER, FailureKind.TIMEOUT, id="silent in the body"),
        pytest.param(
            answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
            Phase.TRANSFER,
            FailureKind.CLOSED,
            id="closed within a chunk",
        ),
        pytest.param(
            answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\nhello\r\n"),
            Phase.TRANSFER,
            FailureKind.MALFORMED,
            id="no chunk size",
        ),
        pytest.param(
            answering(b"SSH-2.0-OpenSSH_9.2\r\n", then="silence"), Phase.TRANSFER, FailureKind.MALFORMED, id="ssh"
        ),
        pytest.param(answering(b"<html>"), Phase.TRANSFER, FailureKind.MALFORMED, id="HTTP/0.9"),
        pytest.param(
            answering(HEAD + b"x" * 9000 + b"\r\n\r\n"), Phase.TRANSFER, FailureKind.MALFORMED, id="no colon, at length"
        ),
        pytest.param(answering(b"HTTP/1.1 OK\r\n\r\n"), Phase.TRANSFER, FailureKind.MALFORMED, id="no status"),
        pytest.param(
            answering(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
            Phase.TRANSFER,
            FailureKind.MALFORMED,
            id="an upgrade nobody asked for",
        ),
        pytest.param(
            endless(HEAD, b"X-More: and more\r\n" * 64),
            Phase.TRANSFER,
            FailureKind.HEADERS_TOO_LARGE,
            id="endless headers",
        ),
        pytest.param(
            endless(HEAD + b"X-Long: ", b"x" * 1024),
            Phase.TRANSFER,
            FailureKind.HEADERS_TOO_LARGE,
            id="a header without an end",
        ),
        pytest.param(
            endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 64),
            Phase.TRANSFER,
            FailureKind.HEADERS_TOO_LARGE,
            id="endless interim responses",
        ),
    ],
)
async def test_a_bad_answer_has_its_phase_and_kind(
    visitor: Visitor, handler: Handler, phase: Phase, kind: FailureKind
) -> None:
    async with serving(handler) as site:
        failed = await visitor.failure(site, within=0.5 if kind is FailureKind.TIMEOUT else 20)

    assert (failed.failure.phase, failed.failure.kind) == (phase, kind)
    assert failed.failure.address == "127.0.0.1"
    assert 0 < len(failed.failure.detail) <= MAX_DETAIL
    assert failed.phases.connect > 0


async def test_a_reset_in_the_body_is_a_reset(visitor: Visitor) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
        for _ in range(4):
            writer.write(b"x" * 64 * 1024)
            await writer.drain()  # so much cannot all stay in our own buffer
        reset(writer)

    async with serving(handler) as site:
        failed = await visitor.failure(site)

    assert (failed.failure.phase, failed.failure.kind) == (Phase.TRANSFER, FailureKind.RESET)


async def test_a_slow_drip_ends_at_the_deadline(visitor: Visitor) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(handler) as site:
        failed = await visitor.failure(site, within=0.3)

    assert (failed.failure.phase, failed.failure.kind) == (Phase.TRANSFER, FailureKind.TIMEOUT)


BOMB = gzip.compress(bytes(64 * MIB), compresslevel=9)


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(endless(HEAD + b"\r\n", b"x" * 4096), id="endless body"),
        pytest.param(
            endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 512), id="endless tiny chunks"
        ),
        pytest.param(answering(encoded(b"gzip", BOMB), then="silence"), id="compressed bomb"),
        pytest.param(answering(encoded(b"gzip, gzip", gzip.compress(BOMB)), then="silence"), id="bomb within a bomb"),
        pytest.param(endless(HEAD + b"Content-Encoding: gzip, gzip, gzip\r\n\r\n", b"x" * 4096), id="too many codings"),
    ],
)
async def test_a_body_without_an_end_is_capped(visitor: Visitor, handler: Handler) -> None:
    async with serving(handler) as site:
        response = await visitor.page(site, within=30)

    exchange = facts(response)
    assert exchange.capped
    assert len(response.content) <= MIB // 2
    assert exchange.wire <= MIB + 64 * 1024


@pytest.mark.parametrize(("size", "capped"), [(MIB // 2, False), (MIB // 2 + 1, True)])
async def test_the_cap_is_half_a_mebibyte(visitor: Visitor, size: int, capped: bool) -> None:  # noqa: FBT001
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % size + b"x" * size

    async with serving(answering(answer)) as site:
        response = await visitor.page(site)

    assert (len(response.content), facts(response).capped) == (MIB // 2, capped)


async def test_a_redirect_is_told_and_not_followed(visitor: Visitor) -> None:
    async with serving(answering(b"HTTP/1.1 302 Found\r\nLocation: /baru\r\nContent-Length: 0\r\n\r\n")) as site:
        response = await visitor.page(site)

    assert (response.status_code, response.headers["location"], site.connections) == (302, "/baru", 1)


async def test_the_headers_stay_as_served(visitor: Visitor) -> None:
    async with serving(answering(encoded(b"gzip", gzip.compress(PAGE)))) as site:
        response = await visitor.page(site)

    assert response.headers["content-encoding"] == "gzip"


async def test_nothing_but_a_get_or_head_leaves(visitor: Visitor) -> None:
    with pytest.raises(ValueError, match="POST"):
        await visitor.get("http://situs.example.id/", method="POST")
