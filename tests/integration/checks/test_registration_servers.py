"""Registries that answer well, badly, late or not at all, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.checks.registration import registration
from monitor.checks.registration.facts import Listing, Registration
from monitor.checks.registration.observe import server_of
from monitor.errors import NotApplicable, Unreachable
from monitor.net.facts import ExchangeFailed, FailureKind
from monitor.settings import Registration as Settings
from tests.integration.checks.asking import context
from tests.integration.net.misbehaving import (
    HOST,
    Authority,
    Handler,
    Site,
    answering,
    closed_port,
    endless,
    request_of,
    serving,
    stranger,
)
from tests.unit.checks.registration.answers import DOMAIN, domain_target, rdap

RDAP_404 = json.dumps({"rdapConformance": ["rdap_level_0"], "errorCode": 404}).encode()
HELP = json.dumps({"rdapConformance": ["rdap_level_0"], "notices": []}).encode()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def http(status: int, body: bytes = b"", *fields: str) -> bytes:
    head = [f"HTTP/1.1 {status} Said", "Content-Type: application/rdap+json", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join([*head, "", ""]).encode() + body


def routes(site_asked: list[str], **by_path: bytes) -> Handler:
    """Answers by the last part of the path; `help` and the domain as `domain`."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await request_of(reader)).decode()
        path = head.split(" ")[1]
        site_asked.append(head)
        writer.write(by_path["help" if path.endswith("/help") else "domain"])
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return handler


Made = Callable[..., Any]


def settings(url: str, **values: Any) -> Settings:
    return Settings(**{"servers": {"id": url}, "timeout": timedelta(seconds=5), **values})


def plain(site: Site | int) -> str:
    return f"http://{HOST}:{site if isinstance(site, int) else site.port}/rdap/"


def secure(site: Site, host: str = HOST) -> str:
    return f"https://{host}:{site.port}/rdap"


async def ask(authority: Authority, chosen: Settings) -> Registration:
    seen = await registration(chosen).observe(domain_target(), context(authority))
    assert isinstance(seen, Registration)
    return seen


async def refusal(authority: Authority, chosen: Settings) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        await ask(authority, chosen)
    return caught.value


async def test_a_listed_domain_is_asked_for_once_as_rdap_wants_it(authority: Authority) -> None:
    asked: list[str] = []
    async with serving(routes(asked, domain=http(200, rdap())), tls=authority.good()) as site:
        seen = await ask(authority, settings(secure(site)))

    assert (seen.listing, seen.server) == (Listing.FOUND, HOST)
    assert seen.end is not None
    assert len(asked) == 1
    assert asked[0].startswith(f"GET /rdap/domain/{DOMAIN} HTTP/1.1\r\n")
    assert "accept: application/rdap+json" in asked[0].lower()
    assert "user-agent: monitor/" in asked[0].lower()


async def test_a_404_in_rdap_is_the_registrys_word(authority: Authority) -> None:
    asked: list[str] = []
    async with serving(routes(asked, domain=http(404, RDAP_404)), tls=authority.good()) as site:
        seen = await ask(authority, settings(secure(site)))

    assert (seen.listing, len(asked)) == (Listing.ABSENT, 1)


async def test_a_bare_404_counts_where_the_server_is_a_registry(authority: Authority) -> None:
    asked: list[str] = []
    handler = routes(asked, domain=http(404), help=http(200, HELP))
    async with serving(handler, tls=authority.good()) as site:
        seen = await ask(authority, settings(secure(site)))

    assert seen.listing is Listing.ABSENT
    assert asked[1].startswith("GET /rdap/help ")


@pytest.mark.parametrize(
    "help_answer",
    [
        pytest.param(http(404), id="nothing there"),
        pytest.param(http(200, b"<html>"), id="a page"),
        pytest.param(http(503, HELP), id="down"),
    ],
)
async def test_a_bare_404_from_a_wrong_address_makes_no_domain_vanish(authority: Authority, help_answer: bytes) -> None:
    async with serving(routes([], domain=http(404, b"<html>"), help=help_answer), tls=authority.good()) as site:
        error = await refusal(authority, settings(secure(site)))

    assert "404" in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 410, 429, 500, 501, 502, 503, 504])
async def test_no_other_status_says_anything_of_the_domain(authority: Authority, status: int) -> None:
    async with serving(answering(http(status, RDAP_404)), tls=authority.good()) as site:
        error = await refusal(authority, settings(secure(site)))

    assert str(status) in str(error)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<!DOCTYPE html><title>Masuk</title>", id="a captive portal"),
        pytest.param(rdap(ldhName="lain.desa.id"), id="another domain"),
        pytest.param(b"[" * 100_000, id="a well"),
        pytest.param(b"", id="nothing"),
    ],
)
async def test_a_200_that_is_not_about_the_domain_says_nothing(authority: Authority, body: bytes) -> None:
    async with serving(answering(http(200, body)), tls=authority.good()) as site:
        await refusal(authority, settings(secure(site)))


async def test_an_answer_without_end_is_not_read_as_a_whole_one(authority: Authority) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n\r\n" + rdap()
    async with serving(endless(start, b" " * 65536), tls=authority.good()) as site:
        error = await refusal(authority, settings(secure(site)))

    assert "terlalu panjang" in str(error)


async def test_a_stranger_in_the_registrys_place_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    asked: list[str] = []
    for tls in (stranger(), authority.expired(), authority.good("lain.example.id")):
        async with serving(routes(asked, domain=http(404, RDAP_404)), tls=tls) as site:
            error = await refusal(authority, settings(secure(site)))
        assert "tidak terverifikasi" in str(error)


async def test_silence_refusal_and_a_cut_line_are_failures_to_look(authority: Authority) -> None:
    short = timedelta(milliseconds=300)
    async with serving(answering(then="silence"), tls=authority.good()) as silent:
        late = await refusal(authority, settings(secure(silent), timeout=short))
    refused = await refusal(authority, settings(plain(closed_port())))
    async with serving(answering(http(200, rdap())[:-5]), tls=authority.good()) as broken:
        cut = await refusal(authority, settings(secure(broken)))

    kinds = [error.failure.kind for error in (late, refused, cut) if isinstance(error, ExchangeFailed)]
    assert kinds == [FailureKind.TIMEOUT, FailureKind.REFUSED, FailureKind.CLOSED]


async def test_redirects_are_followed_three_times_and_no_further(authority: Authority) -> None:
    asked: list[str] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await request_of(reader)).decode()
        asked.append(head.split(" ")[1])
        writer.write(http(200, rdap()) if len(asked) == hops + 1 else http(302, b"", f"Location: /r{len(asked)}"))
        await writer.drain()
        writer.close()

    async with serving(handler, tls=authority.good()) as site:
        hops = 3
        seen = await ask(authority, settings(secure(site)))
        assert (seen.listing, len(asked)) == (Listing.FOUND, 4)
        hops = 4
        asked.clear()
        await refusal(authority, settings(secure(site)))
        assert len(asked) == 4


@pytest.mark.parametrize("location", ["http://situs.example.id/x", "ftp://situs.example.id/", "https://["])
async def test_a_redirect_off_https_is_not_followed(authority: Authority, location: str) -> None:
    async with serving(answering(http(302, b"", f"Location: {location}")), tls=authority.good()) as site:
        error = await refusal(authority, settings(secure(site)))
        assert site.connections == 1

    assert "https" in str(error)


async def test_a_redirect_into_the_machine_room_is_refused(authority: Authority) -> None:
    async with serving(answering(http(302, b"", "Location: https://10.0.0.1/")), tls=authority.good()) as site:
        error = await refusal(authority, settings(secure(site)))

    assert isinstance(error, ExchangeFailed)
    assert error.failure.kind is FailureKind.FORBIDDEN_ADDRESS


async def test_a_registry_that_says_later_is_not_asked_again_for_any_domain(authority: Authority) -> None:
    async with serving(answering(http(429, b"", "Retry-After: 3600")), tls=authority.good()) as site:
        check, ctx = registration(settings(secure(site))), context(authority)
        for name in (DOMAIN, "jetis.desa.id", DOMAIN):
            with pytest.raises(Unreachable):
                await check.observe(domain_target(name), ctx)
        assert site.connections == 1


async def test_a_registry_gets_one_question_at_a_time(authority: Authority) -> None:
    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = (await request_of(reader)).decode().split(" ")[1].rpartition("/")[2]
        await asyncio.sleep(0.02)
        writer.write(http(200, rdap(ldhName=name)))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with serving(slowly) as site:
        check, ctx = registration(settings(plain(site))), context(authority, seats=8)
        names = [f"desa{number}.desa.id" for number in range(5)]
        seen = await asyncio.gather(*(check.observe(domain_target(name), ctx) for name in names))
        assert {one.listing for one in seen} == {Listing.FOUND}
        assert (site.connections, site.most_open) == (5, 1)


async def test_a_declared_date_counts_where_the_registry_has_none(authority: Authority) -> None:
    day = {DOMAIN: date(2027, 3, 31)}
    async with serving(answering(http(200, rdap(events=[]))), tls=authority.good()) as site:
        seen = await ask(authority, settings(secure(site), declared_expiry=day))
    unasked = await ask(authority, Settings(servers={}, declared_expiry=day))

    assert seen.end == unasked.end
    assert seen.end is not None
    assert seen.end[0] == datetime.fromisoformat("2027-03-31T23:59:59+07:00")
    assert (seen.listing, unasked.listing) == (Listing.FOUND, Listing.UNASKED)


async def test_a_declared_date_does_not_hide_that_the_registry_is_silent(authority: Authority) -> None:
    await refusal(authority, settings(plain(closed_port()), declared_expiry={DOMAIN: date(2027, 3, 31)}))


async def test_a_domain_of_no_known_registry_is_no_question(authority: Authority) -> None:
    with pytest.raises(NotApplicable):
        await ask(authority, Settings(servers={"com": "https://rdap.example.com/"}))


@pytest.mark.parametrize(
    ("domain", "server"),
    [
        pytest.param("onje.desa.id", "desa", id="the longest suffix"),
        pytest.param("purbalinggakab.go.id", "id", id="a shorter one"),
        pytest.param("onjedesa.id", "id", id="by whole labels"),
        pytest.param("example.com", None, id="none"),
    ],
)
def test_a_server_is_chosen_by_suffix(domain: str, server: str | None) -> None:
    assert server_of(domain, {"id": "id", "desa.id": "desa"}) == server
