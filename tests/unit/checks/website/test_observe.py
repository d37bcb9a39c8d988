"""The walk from hop to hop, over a scripted transport."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from monitor.checks.base import Context
from monitor.checks.location import MAX_URL
from monitor.checks.website.observe import HEADERS, MAX_HEADERS, MAX_VALUE, observe, selected
from monitor.checks.website.visit import MAX_HOPS, Visit
from monitor.content.baseline import begun, remembered
from monitor.content.shape import Shape
from monitor.net.facts import Exchange, ExchangeFailed, Failure, FailureKind, Phase, Phases
from tests.unit.checks.seeing import session, target

HOME = "https://a.go.id/"
TOOK = Phases(dns=1, connect=2, tls=3, ttfb=4, transfer=5)
QUEUED = 7.0

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes] | ExchangeFailed
Answering = Callable[[httpx.Request], Answer]


@dataclass
class Script:
    """A transport that answers as it is told and keeps what it was asked."""

    answer: Answering
    asked: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((str(request.url), dict(request.extensions), request.headers.get("cookie")))
        answer = self.answer(request)
        if isinstance(answer, ExchangeFailed):
            raise answer
        status, headers, body = answer
        facts = Exchange(address="203.0.113.9", http_version="1.1", phases=TOOK, tls=session())
        extensions = {"exchange": facts, "deadline": request.extensions["deadline"] + QUEUED}
        raw = [(name.encode(), value.encode()) for name, value in headers]
        return httpx.Response(status, headers=raw, content=body, extensions=extensions)


def pages(answers: Mapping[str, Answer]) -> Answering:
    return lambda request: answers[str(request.url)]


def to(location: str, status: int = 302, *headers: tuple[str, str]) -> Answer:
    return status, [("Location", location), *headers], b"moved"


PAGE: Answer = (200, [("Content-Type", "text/html")], b"<title>Dinkominfo</title>")


async def visited(
    script: Script, url: str = HOME, *, fresh: bool = False, memory: Mapping[str, Any] | None = None
) -> Visit:
    net: Any = SimpleNamespace(http=script)
    return await observe(target(url), Context(net, fresh=fresh, memory=memory), within=timedelta(seconds=10))


async def test_a_page_is_one_hop() -> None:
    visit = await visited(Script(pages({HOME: PAGE})))

    assert visit.failure is None
    assert not visit.loop
    assert visit.title == "Dinkominfo"
    assert visit.body == b"<title>Dinkominfo</title>"
    (hop,) = visit.hops
    assert (hop.url, hop.status, hop.address, hop.http_version) == (HOME, 200, "203.0.113.9", "1.1")
    assert hop.phases == TOOK
    assert hop.tls == session()
    assert hop.headers == (("content-type", "text/html"), ("content-length", "25"))
    assert hop.location is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(status: int) -> None:
    visit = await visited(Script(pages({HOME: to("/b#part", status), f"{HOME}b": PAGE})))

    assert [(hop.url, hop.status, hop.location) for hop in visit.hops] == [
        (HOME, status, f"{HOME}b"),
        (f"{HOME}b", 200, None),
    ]
    assert visit.total == 2 * TOOK.total


@pytest.mark.parametrize("status", [200, 201, 300, 304, 404, 503])
async def test_a_location_without_a_redirect_is_not_followed(status: int) -> None:
    assert (await visited(Script(pages({HOME: to("/b", status)})))).last.status == status


@pytest.mark.parametrize(("status", "has_facts"), [(200, True), (206, True), (304, False), (404, False), (503, False)])
async def test_only_a_page_has_facts(status: int, has_facts: bool) -> None:  # noqa: FBT001
    answer: Answer = (status, [("Content-Type", "text/html")], b"<form action=/masuk></form>")
    visit = await visited(Script(pages({HOME: answer})))

    assert (visit.page is not None) is has_facts
    assert visit.page is None or visit.page.forms[0].url == f"{HOME}masuk"


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        pytest.param(200, "text/html", False, id="a page"),
        pytest.param(404, "text/html", True, id="the page of an error"),
        pytest.param(503, "text/html", True, id="the page of a failure"),
        pytest.param(304, "text/html", None, id="no page"),
        pytest.param(200, "application/json", None, id="data"),
    ],
)
async def test_what_a_page_says_is_read_also_of_errors(status: int, kind: str, *, expected: bool | None) -> None:
    answer: Answer = (status, [("Content-Type", kind)], b"<title>Hacked by Mr.X</title>")
    content = (await visited(Script(pages({HOME: answer})))).content

    assert (content and content.error) is expected
    assert content is None or content.defacement.is_certain


async def test_the_last_answers_head_is_there_as_it_was_received() -> None:
    script = Script(pages({HOME: to("/b", 302, ("X-A", "1")), f"{HOME}b": (200, [("X-B", "2"), ("x-b", "3")], b"")}))
    visit = await visited(script)

    assert visit.head[:2] == ((b"X-B", b"2"), (b"x-b", b"3"))
    assert b"X-A" not in dict(visit.head)


@pytest.mark.parametrize("known", [None, {}, {"version": 99}, {"version": 1, "samples": "x"}])
async def test_a_memory_that_says_nothing_is_no_baseline(known: Mapping[str, Any] | None) -> None:
    assert (await visited(Script(pages({HOME: PAGE})), memory=known)).baseline is None


async def test_what_was_learned_of_the_page_comes_with_the_visit() -> None:
    memory = remembered(begun(Shape(title=frozenset({"dinkominfo"}), words=9), datetime(2026, 11, 1, tzinfo=UTC)))
    visit = await visited(Script(pages({HOME: PAGE})), memory=memory)

    assert visit.baseline is not None
    assert remembered(visit.baseline) == memory


async def test_a_redirect_without_a_location_is_the_page() -> None:
    visit = await visited(Script(pages({HOME: (302, [], b"")})))

    assert (visit.last.status, visit.failure, visit.loop) == (302, None, False)


async def test_a_meta_refresh_is_content_and_no_redirect() -> None:
    page = (200, [("Content-Type", "text/html")], b"<meta http-equiv=refresh content='0;url=/b'>")

    assert len((await visited(Script(pages({HOME: page})))).hops) == 1


async def test_a_redirect_back_is_a_loop() -> None:
    script = Script(pages({HOME: to("/b"), f"{HOME}b": to("/")}))

    visit = await visited(script)

    assert visit.loop
    assert [hop.url for hop in visit.hops] == [HOME, f"{HOME}b"]
    assert visit.last.location == HOME
    assert len(script.asked) == 2


async def test_a_redirect_that_grows_ends_at_the_hop_cap() -> None:
    script = Script(lambda request: to(f"{request.url}x"))

    visit = await visited(script)

    assert visit.loop
    assert len(visit.hops) == len(script.asked) == MAX_HOPS


async def test_a_redirect_that_grows_beyond_reason_is_a_loop_too() -> None:
    script = Script(lambda request: to(f"/?{str(request.url) * 3}"))

    visit = await visited(script)

    assert visit.loop
    assert visit.failure is None
    assert 1 < len(visit.hops) < MAX_HOPS
    assert visit.last.location is None


async def test_a_first_location_beyond_reason_is_one_that_nobody_can_use() -> None:
    visit = await visited(Script(pages({HOME: to(f"/?{'x' * MAX_URL}")})))

    assert not visit.loop
    assert visit.failure is not None
    assert visit.failure.kind is FailureKind.BAD_URL


async def test_the_last_hop_allowed_may_be_a_page() -> None:
    def answer(request: httpx.Request) -> Answer:
        count = int(request.url.params.get("n", "1"))
        return PAGE if count == MAX_HOPS else to(f"/?n={count + 1}")

    visit = await visited(Script(answer))

    assert not visit.loop
    assert len(visit.hops) == MAX_HOPS
    assert visit.title == "Dinkominfo"


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "https://[::1", "", f"https://{'x' * 64}.go.id/", "https://b..go.id/"]
)
async def test_a_redirect_to_nowhere_fails_on_the_hop_that_sent_it(location: str) -> None:
    script = Script(pages({HOME: to(location)}))

    visit = await visited(script)

    assert visit.failure is not None
    assert visit.failure.kind is FailureKind.BAD_URL
    assert [(hop.url, hop.status, hop.location) for hop in visit.hops] == [(HOME, 302, None)]
    assert len(script.asked) == 1


async def test_a_listed_url_that_nobody_can_use_is_a_failure_and_no_exception() -> None:
    visit = await visited(Script(pages({})), "https://x..go.id/")

    assert visit.failure is not None
    assert visit.failure.kind is FailureKind.BAD_URL
    assert [hop.url for hop in visit.hops] == ["https://x..go.id/"]


async def test_a_failure_keeps_what_was_learnt_on_the_way() -> None:
    failure = Failure(Phase.TTFB, FailureKind.RESET, "reset", "203.0.113.5")

    visit = await visited(Script(pages({HOME: to("/b"), f"{HOME}b": ExchangeFailed(failure, TOOK, session())})))

    assert visit.failure == failure
    assert [hop.url for hop in visit.hops] == [HOME, f"{HOME}b"]
    assert (visit.last.status, visit.last.address, visit.last.phases) == (None, "203.0.113.5", TOOK)
    assert visit.last.tls == session()


@pytest.mark.parametrize("fresh", [False, True])
async def test_there_is_one_deadline_later_only_by_what_was_queued(fresh: bool) -> None:  # noqa: FBT001
    script = Script(pages({HOME: to("/b"), f"{HOME}b": PAGE}))
    began = asyncio.get_running_loop().time()

    await visited(script, fresh=fresh)

    (_, first, _), (_, second, _) = script.asked
    assert began + 10 <= first["deadline"] <= asyncio.get_running_loop().time() + 10
    assert second["deadline"] == first["deadline"] + QUEUED
    assert first["fresh"] is second["fresh"] is fresh


async def test_cancellation_goes_through() -> None:
    def answer(request: httpx.Request) -> Answer:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await visited(Script(answer))


async def test_a_bug_of_ours_is_not_the_targets() -> None:
    def answer(request: httpx.Request) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await visited(Script(answer))


async def test_a_site_that_tests_for_cookies_is_passed_as_by_a_browser() -> None:
    def answer(request: httpx.Request) -> Answer:
        return PAGE if request.headers.get("cookie") == "test=1" else to("/", 307, ("Set-Cookie", "test=1; Path=/"))

    visit = await visited(Script(answer))

    assert not visit.loop
    assert [hop.status for hop in visit.hops] == [307, 200]


async def test_a_cookie_is_sent_to_nobody_else() -> None:
    elsewhere = "https://b.go.id/"
    script = Script(pages({HOME: to(elsewhere, 302, ("Set-Cookie", "id=secret")), elsewhere: PAGE}))

    await visited(script)

    assert [cookie for _, _, cookie in script.asked] == [None, None]


async def test_nothing_is_remembered_from_one_visit_to_the_next() -> None:
    script = Script(pages({HOME: to("/b", 302, ("Set-Cookie", "id=1")), f"{HOME}b": PAGE}))

    await visited(script)
    await visited(script)

    assert [cookie for _, _, cookie in script.asked] == [None, "id=1", None, "id=1"]


async def test_a_new_cookie_each_time_still_ends_at_the_hop_cap() -> None:
    script = Script(lambda request: to("/", 302, ("Set-Cookie", f"n={len(request.headers.get('cookie', ''))}x")))

    visit = await visited(script)

    assert visit.loop
    assert len(visit.hops) <= MAX_HOPS


@pytest.mark.parametrize("cookie", ["a=\x7f", "a=b c", "=x", "é=1", "a", "a=" + "x" * 9999])
async def test_a_cookie_that_cannot_be_sent_is_left_out(cookie: str) -> None:
    script = Script(pages({HOME: to("/b", 302, ("Set-Cookie", cookie)), f"{HOME}b": PAGE}))

    visit = await visited(script)

    assert visit.title == "Dinkominfo"
    assert script.asked[1][2] is None


def test_of_the_headers_those_that_matter_are_kept_in_order() -> None:
    raw = [(b"X-Powered-By", b"PHP/7.4"), (b"X-Unknown", b"1"), (b"SERVER", b"nginx"), (b"Server", b"again")]

    assert selected(raw) == [("x-powered-by", "PHP/7.4"), ("server", "nginx"), ("server", "again")]


def test_headers_are_capped() -> None:
    raw = [(b"Server", b"x" * 9999)] * 99

    chosen = selected(raw)

    assert len(chosen) == MAX_HEADERS
    assert {len(value) for _, value in chosen} == {MAX_VALUE}


@pytest.mark.parametrize(
    ("served", "kept"),
    [
        ("sid=secret; Path=/; Secure; HttpOnly; SameSite=Lax", "sid; Path=/; Secure; HttpOnly; SameSite=Lax"),
        ("sid=secret; Expires=Wed, 25 Nov 2026 00:00:00 GMT; Max-Age=3600", "sid"),
        ("sid=secret; X-Token=secret", "sid"),
        ("sid", "sid"),
        ("=secret", ""),
    ],
)
def test_a_cookies_value_is_not_kept(served: str, kept: str) -> None:
    assert selected([(b"Set-Cookie", served.encode())]) == [("set-cookie", kept)]


@pytest.mark.parametrize("value", [b"\xff\xfe", "é".encode(), "é".encode("latin-1")])
def test_a_header_in_any_bytes_is_text(value: bytes) -> None:
    ((_, text),) = selected([(b"Server", value)])

    assert text


def test_every_selected_header_is_written_lower_case() -> None:
    assert all(name == name.lower() for name in HEADERS)
