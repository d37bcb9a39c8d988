"""Sites that have the file, have it not, or answer something else, over real sockets."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from monitor.checks.security_txt.facts import Found, Place
from monitor.checks.security_txt.observe import MAX_SIZE, observe
from monitor.errors import Unreachable
from monitor.model import Kind, Target
from monitor.net.facts import ExchangeFailed, FailureKind
from tests.integration.checks.asking import context
from tests.integration.net.misbehaving import Authority, Handler, Site, answering, request_of, serving

HOST, SISTER = "dinkominfo.purbalinggakab.go.id", "csirt.purbalinggakab.go.id"
WELL_KNOWN, TOP_LEVEL = "/.well-known/security.txt", "/security.txt"
FILE = b"Contact: mailto:csirt@purbalinggakab.go.id\nExpires: 2027-06-30T00:00:00Z\n"
PAGE = b"<!DOCTYPE html><title>Tidak ditemukan</title>"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def http(status: int, body: bytes = b"", kind: str = "text/plain; charset=utf-8", **fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def moved(location: str, status: int = 302) -> bytes:
    return http(status, location=location)


MISSING = http(404, PAGE, "text/html")


def routes(paths: dict[str, bytes], asked: list[str]) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await request_of(reader)).decode().split(" ")[1]
        asked.append(path)
        writer.write(paths.get(path, MISSING))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return handler


async def look(authority: Authority, site: Site, within: timedelta = timedelta(seconds=5)) -> Found:
    of = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=f"https://{HOST}:{site.port}/beranda")
    return await observe(of, context(authority), within=within)


async def found(authority: Authority, paths: dict[str, bytes], asked: list[str] | None = None) -> Found:
    handler = routes(paths, asked if asked is not None else [])
    async with serving(handler, tls=authority.good(HOST, SISTER)) as site:
        return await look(authority, site)


async def test_the_file_is_read_where_it_belongs_with_one_request(authority: Authority) -> None:
    asked: list[str] = []
    seen = await found(authority, {WELL_KNOWN: http(200, FILE), TOP_LEVEL: http(200, b"other")}, asked)

    assert (seen.place, seen.text, seen.status) == (Place.WELL_KNOWN, FILE.decode(), 200)
    assert asked == [WELL_KNOWN]


@pytest.mark.parametrize("answer", [http(200, FILE), MISSING, moved("https://slot88.example/")])
async def test_what_comes_under_a_certificate_that_does_not_verify_is_not_believed(
    authority: Authority, answer: bytes
) -> None:
    async with serving(routes({WELL_KNOWN: answer}, []), tls=authority.good(SISTER)) as site:
        with pytest.raises(Unreachable, match="tidak terverifikasi"):
            await look(authority, site)


async def test_the_old_place_is_asked_when_there_is_none(authority: Authority) -> None:
    asked: list[str] = []
    seen = await found(authority, {TOP_LEVEL: http(200, FILE)}, asked)

    assert (seen.place, seen.text) == (Place.TOP_LEVEL, FILE.decode())
    assert asked == [WELL_KNOWN, TOP_LEVEL]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(MISSING, id="404"),
        pytest.param(http(410), id="410"),
        pytest.param(http(200, PAGE, "text/html; charset=utf-8"), id="a page"),
        pytest.param(http(200, PAGE), id="a page called text"),
        pytest.param(http(200, b"\xef\xbb\xbf\n <html>", "text/plain"), id="a page after a byte order mark"),
        pytest.param(http(200, b'{"galat": true}', "application/json"), id="an interface"),
        pytest.param(http(200, b"  \n"), id="nothing"),
    ],
)
async def test_what_says_that_there_is_none(authority: Authority, answer: bytes) -> None:
    seen = await found(authority, {WELL_KNOWN: answer, TOP_LEVEL: answer})

    assert (seen.place, seen.text) == (Place.ABSENT, "")


async def test_a_file_called_html_is_a_file(authority: Authority) -> None:
    seen = await found(authority, {WELL_KNOWN: http(200, FILE, "text/html")})

    assert (seen.place, seen.kind) == (Place.WELL_KNOWN, "text/html")


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 502, 503])
@pytest.mark.parametrize("path", [WELL_KNOWN, TOP_LEVEL])
async def test_a_server_that_will_not_say_says_nothing(authority: Authority, path: str, status: int) -> None:
    with pytest.raises(Unreachable, match=str(status)):
        await found(authority, {path: http(status, PAGE, "text/html")})


async def test_silence_is_no_answer(authority: Authority) -> None:
    async with serving(answering(then="silence"), tls=authority.good(HOST)) as site:
        with pytest.raises(ExchangeFailed) as caught:
            await look(authority, site, timedelta(milliseconds=300))

    assert caught.value.failure.kind is FailureKind.TIMEOUT


async def test_a_redirect_within_the_county_is_followed(authority: Authority) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await request_of(reader)).decode()
        sister = f"https://{SISTER}:{site.port}{WELL_KNOWN}"
        writer.write(http(200, FILE) if f"Host: {SISTER}" in head else moved(f"{sister}#bagian"))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with serving(handler, tls=authority.good(HOST, SISTER)) as site:
        seen = await look(authority, site)

    assert seen.place is Place.WELL_KNOWN
    assert [url.split("/")[2].partition(":")[0] for url in seen.urls] == [HOST, SISTER]
    assert "#" not in seen.url


@pytest.mark.parametrize(
    ("location", "place"),
    [
        pytest.param("https://slot88.example/security.txt", Place.FOREIGN, id="a stranger"),
        pytest.param("https://purbalinggakab.go.id.example.com/", Place.FOREIGN, id="an imitation"),
        pytest.param("https://203.0.113.9/", Place.FOREIGN, id="an address"),
        pytest.param("//slot88.example/", Place.FOREIGN, id="a stranger by the same scheme"),
        pytest.param(f"http://{HOST}/security.txt", Place.PLAIN, id="http"),
        pytest.param("http://slot88.example/", Place.FOREIGN, id="a stranger over http"),
    ],
)
async def test_a_redirect_that_must_not_be_followed_is_a_fact(
    authority: Authority, location: str, place: Place
) -> None:
    asked: list[str] = []
    seen = await found(authority, {WELL_KNOWN: moved(location)}, asked)

    assert (seen.place, asked) == (place, [WELL_KNOWN])
    assert seen.text == ""


async def test_redirects_end(authority: Authority) -> None:
    asked: list[str] = []
    with pytest.raises(Unreachable, match="3 kali"):
        await found(authority, {WELL_KNOWN: moved(WELL_KNOWN)}, asked)

    assert len(asked) == 4


@pytest.mark.parametrize("location", ["https://[", "https://x.go.id/" + "a" * 600, "mailto:a@b"])
async def test_a_redirect_to_nowhere_is_no_answer(authority: Authority, location: str) -> None:
    with pytest.raises(Unreachable):
        await found(authority, {WELL_KNOWN: moved(location)})


async def test_a_front_page_for_everything_is_no_file(authority: Authority) -> None:
    front = {WELL_KNOWN: moved("/"), TOP_LEVEL: moved("/"), "/": http(200, PAGE, "text/html")}

    assert (await found(authority, front)).place is Place.ABSENT


@pytest.mark.parametrize(
    ("size", "oversized"), [pytest.param(MAX_SIZE, "", id="the cap"), pytest.param(MAX_SIZE + 1, "yes", id="one more")]
)
async def test_no_more_is_read_than_the_cap(authority: Authority, size: int, oversized: str) -> None:
    body = FILE + b"#" * (size - len(FILE))
    seen = await found(authority, {WELL_KNOWN: http(200, body)})

    assert (len(seen.text), seen.oversized) == (MAX_SIZE, bool(oversized))


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        pytest.param(FILE + b"# \xff\n", "yes", id="latin 1"),
        pytest.param(FILE + "# é\n".encode(), "", id="UTF-8"),
        pytest.param(FILE + b"#" * (MAX_SIZE - len(FILE) - 1) + "é".encode(), "", id="cut in a letter by the cap"),
        pytest.param(FILE + b"# \xc3", "yes", id="ends in a letter"),
    ],
)
async def test_what_is_no_utf8_is_known(authority: Authority, body: bytes, broken: str) -> None:
    seen = await found(authority, {WELL_KNOWN: http(200, body)})

    assert seen.not_utf8 is bool(broken)


async def test_a_listed_password_goes_nowhere(authority: Authority) -> None:
    asked: list[str] = []
    async with serving(routes({WELL_KNOWN: http(200, FILE)}, asked), tls=authority.good(HOST)) as site:
        url = f"https://orang:rahasia@{HOST}:{site.port}/"
        of = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=url)
        seen = await partial(observe, within=timedelta(seconds=5))(of, context(authority))

    assert "rahasia" not in seen.url
