"""The faults a web server commits after the handshake, one small coroutine each."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Coroutine, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from tests.lab import hijacked, pages
from tests.lab.faults import Fault, FaultName
from tests.lab.messages import PROTECTED, Request, answer

if TYPE_CHECKING:
    from tests.lab.site import Site

_CHUNK = 64 * 1024
_ADVERTISED = 10 * 1024 * 1024
"""A length that a broken transfer promises and never reaches."""
_TAKEN = 0.05
"""Seconds for the client to take what was sent before the connection is reset."""

Mischief = Callable[["Site", Request, Fault], Coroutine[None, None, None]]


async def status(site: Site, request: Request, fault: Fault) -> None:
    """One status for every page; a redirection leads to `/beranda`, which answers 200."""
    if fault.status in {301, 302} and request.path != fault.location:
        await redirect(site, request, fault)
    elif fault.status in {200, 301, 302}:
        site.good(request)
    else:
        site.send(request, answer(fault.status, f"<!DOCTYPE html><title>{fault.status}</title>".encode()))


async def empty(site: Site, request: Request, fault: Fault) -> None:
    """Nothing, then the end."""
    site.end()


async def slow_first_byte(site: Site, request: Request, fault: Fault) -> None:
    """The good answer, late."""
    await asyncio.sleep(fault.delay)
    site.good(request)


async def slow_drip(site: Site, request: Request, fault: Fault) -> None:
    """The good page, byte by byte."""
    _begin(site)
    for byte in _whole_page(site, request):
        site.write(bytes((byte,)))
        await asyncio.sleep(fault.pause)
        if not await site.drained():
            break
    site.end()


async def body_reset(site: Site, request: Request, fault: Fault) -> None:
    """The beginning of the page, then a reset."""
    _begin(site)
    site.write(_whole_page(site, request)[:2000])
    await asyncio.sleep(_TAKEN)
    site.reset()


async def endless_body(site: Site, request: Request, fault: Fault) -> None:
    """The page over and over, in chunks that never end (RFC 9112 §7.1)."""
    site.write(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    page = _whole_page(site, request)
    block = page * (_CHUNK // len(page) + 1)
    chunk = b"%x\r\n%b\r\n" % (len(block), block)
    while await site.drained():
        site.write(chunk)
        await asyncio.sleep(0)
    site.end()


async def endless_headers(site: Site, request: Request, fault: Fault) -> None:
    """Field after field, and never the empty line."""
    site.write(_HEAD)
    number = 0
    while await site.drained():
        fields = (b"X-Pengisi-%d: %b\r\n" % (number + step, b"a" * 200) for step in range(100))
        site.write(b"".join(fields))
        number += 100
        await asyncio.sleep(0)
    site.end()


async def bomb(site: Site, request: Request, fault: Fault) -> None:
    """A body of zeros, a thousand times smaller on the wire."""
    body = _zeros(fault.size)
    site.send(request, answer(200, body, "Content-Encoding: gzip"))


async def malformed(site: Site, request: Request, fault: Fault) -> None:
    """Something that is not HTTP."""
    site.write(b"220 mail.contoh.example ESMTP siap melayani\r\n\r\n")
    site.end()


async def wrong_charset(site: Site, request: Request, fault: Fault) -> None:
    """A page that claims a charset which does not exist, in bytes that are no UTF-8."""
    text = _whole_page(site, request).decode().replace("–", "-") + "<!-- café 27 °C -->"
    body = text.encode("cp1252", errors="replace")
    site.send(request, answer(200, body, kind="text/html; charset=utf-99"))


async def http_1_0(site: Site, request: Request, fault: Fault) -> None:
    """The page as HTTP/1.0 had it: no length, ended by the end of the connection (RFC 1945 §7.2.2)."""
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n" + _PROTECTED
    site.write(head + b"\r\n" + _whole_page(site, request))
    site.end()


async def page(site: Site, request: Request, fault: Fault) -> None:
    """Another page than the site's own."""
    resident = site.town.residents[request.host]
    # Port 80 of a site with https only leads to https, whoever has broken into it.
    whole = None if resident.secure and not request.secure else hijacked.served(fault.page, resident, request)
    if whole is None:
        site.good(request)
    else:
        site.send(request, whole)


async def redirect(site: Site, request: Request, fault: Fault) -> None:
    """To the fault's location."""
    code = fault.status if fault.status in {301, 302} else 302
    site.send(request, answer(code, b"", f"Location: {fault.location}"))


async def redirect_loop(site: Site, request: Request, fault: Fault) -> None:
    """From `/` to `/masuk` and back."""
    site.send(request, answer(302, b"", f"Location: {'/' if request.path == '/masuk' else '/masuk'}"))


async def redirect_chain(site: Site, request: Request, fault: Fault) -> None:
    """One step further each time; the page comes after the last."""
    step = int(_digits(request.path.partition("?langkah=")[2]))
    if step >= fault.hops:
        site.good(request)
    else:
        site.send(request, answer(302, b"", f"Location: /?langkah={step + 1}"))


async def redirect_growing(site: Site, request: Request, fault: Fault) -> None:
    """To itself, with a query twice as long each time."""
    query = request.path.partition("?")[2] or "q=tumbuh"
    site.send(request, answer(302, b"", f"Location: /?{query}&{query}"[:16_000]))


async def downgrade(site: Site, request: Request, fault: Fault) -> None:
    """From https to http, where the page is."""
    if request.secure:
        site.send(request, answer(301, b"", f"Location: http://{request.host}/"))
    else:
        site.send(request, answer(200, _whole_page(site, request)))


MISCHIEF: Mapping[FaultName, Mischief] = {
    FaultName.STATUS: status,
    FaultName.EMPTY: empty,
    FaultName.SLOW_FIRST_BYTE: slow_first_byte,
    FaultName.SLOW_DRIP: slow_drip,
    FaultName.BODY_RESET: body_reset,
    FaultName.ENDLESS_BODY: endless_body,
    FaultName.ENDLESS_HEADERS: endless_headers,
    FaultName.BOMB: bomb,
    FaultName.MALFORMED: malformed,
    FaultName.WRONG_CHARSET: wrong_charset,
    FaultName.HTTP_1_0: http_1_0,
    FaultName.PAGE: page,
    FaultName.REDIRECT: redirect,
    FaultName.REDIRECT_LOOP: redirect_loop,
    FaultName.REDIRECT_CHAIN: redirect_chain,
    FaultName.REDIRECT_GROWING: redirect_growing,
    FaultName.DOWNGRADE: downgrade,
}

_PROTECTED = "".join(f"{field}\r\n" for field in PROTECTED).encode()
_HEAD = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\n" + _PROTECTED


def _begin(site: Site) -> None:
    site.write(_HEAD + b"Content-Length: %d\r\n\r\n" % _ADVERTISED)


def _whole_page(site: Site, request: Request) -> bytes:
    return b"".join(pages.page(site.town.residents[request.host]))


def _digits(text: str) -> str:
    return text if text.isdecimal() else "0"


@lru_cache(maxsize=4)
def _zeros(size: int) -> bytes:
    """*size* zeros as one gzip member, made from one compressed block said again and again (RFC 1951 §3.2.3)."""
    block = bytes(1024 * 1024)
    times, rest = divmod(size, len(block))
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    once = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(bytes(rest)) + packer.flush(zlib.Z_FINISH)
    crc = 0
    for _time in range(times):
        crc = zlib.crc32(block, crc)
    crc = zlib.crc32(bytes(rest), crc)
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return header + once * times + last + crc.to_bytes(4, "little") + (size % (1 << 32)).to_bytes(4, "little")
