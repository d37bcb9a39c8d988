"""Where plain http and https lead, over a scripted transport, and what is said of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from monitor import catalogue
from monitor.checks.base import Context, judge
from monitor.checks.evidence import evidence
from monitor.checks.transport import Ways, transport
from monitor.checks.transport.walk import MAX_HOPS, MAX_URL, observe
from monitor.model import Finding, Kind, Severity
from monitor.net.facts import Exchange, ExchangeFailed, Failure, FailureKind, Phase, Phases
from monitor.settings import Transport
from tests.unit.checks.seeing import HOST, NOW, POLICY, session, target

CHECK = transport(Transport())
PLAIN, SECURE = f"http://{HOST}/", f"https://{HOST}/"
Answer = int | str | FailureKind | tuple[Phase, FailureKind] | Any


class Script:
    """Answers each URL with a status, a redirect to the string, or a failure."""

    def __init__(self, answers: Mapping[str, Answer], *, verify_code: int = 0) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self._code = verify_code

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append(url)
        answer = self.answers[url]
        if isinstance(answer, FailureKind):
            answer = (Phase.CONNECT, answer)
        if isinstance(answer, tuple):
            phase, kind = answer
            raise ExchangeFailed(Failure(phase, kind, "after 4.987 s", "203.0.113.9"))
        tls = session(code=self._code) if url.startswith("https:") else None
        exchange = Exchange(address="203.0.113.9", http_version="1.1", phases=Phases(), tls=tls)
        extensions = {"exchange": exchange, "deadline": request.extensions["deadline"]}
        if isinstance(answer, str):
            return httpx.Response(301, headers={"location": answer}, extensions=extensions)
        return httpx.Response(answer, extensions=extensions)


async def looked(url: str, answers: Mapping[str, Answer], **more: Any) -> Ways:
    net: Any = SimpleNamespace(http=Script(answers, **more))
    return await observe(target(url), Context(net), within=timedelta(seconds=9))


def judged(ways: Ways, url: str = SECURE) -> tuple[dict[str, Finding], frozenset[str]]:
    findings, codes = judge(CHECK, target(url), ways, POLICY, NOW)
    return {finding.code.removeprefix("transport."): finding for finding in findings}, frozenset(
        code.removeprefix("transport.") for code in codes
    )


WWW = f"https://www.{HOST}/"


@pytest.mark.parametrize(
    ("answers", "expected", "answered"),
    [
        pytest.param({PLAIN: SECURE, SECURE: 200}, set(), True, id="upgraded"),
        pytest.param({PLAIN: SECURE, SECURE: WWW, WWW: 200}, set(), True, id="upgraded, then elsewhere"),
        pytest.param({PLAIN: f"{PLAIN}id", f"{PLAIN}id": SECURE, SECURE: 200}, set(), True, id="upgraded in two steps"),
        pytest.param({PLAIN: 200}, {"no_upgrade"}, True, id="a page over http"),
        pytest.param({PLAIN: f"{PLAIN}id", f"{PLAIN}id": 204}, {"no_upgrade"}, True, id="a page after a step"),
        pytest.param({PLAIN: WWW, WWW: 200}, {"upgrade_elsewhere_first"}, True, id="elsewhere first"),
        pytest.param(
            {PLAIN: f"http://www.{HOST}/", f"http://www.{HOST}/": WWW, WWW: 200},
            {"upgrade_elsewhere_first"},
            True,
            id="elsewhere over http first",
        ),
        pytest.param(
            {PLAIN: f"http://www.{HOST}/", f"http://www.{HOST}/": 200},
            {"no_upgrade"},
            True,
            id="elsewhere and not upgraded",
        ),
        pytest.param(
            {PLAIN: WWW, WWW: FailureKind.TIMEOUT}, {"upgrade_elsewhere_first"}, True, id="elsewhere, then silence"
        ),
        pytest.param({PLAIN: SECURE, SECURE: FailureKind.TIMEOUT}, set(), False, id="towards https, then silence"),
        pytest.param({PLAIN: FailureKind.REFUSED}, set(), True, id="port 80 refuses"),
        pytest.param({PLAIN: FailureKind.TIMEOUT}, set(), False, id="port 80 is silent"),
        pytest.param({PLAIN: (Phase.TTFB, FailureKind.TIMEOUT)}, set(), False, id="port 80 says nothing"),
        pytest.param({PLAIN: FailureKind.RESET}, set(), False, id="port 80 resets"),
        pytest.param({PLAIN: 403}, set(), True, id="port 80 has no page"),
        pytest.param({PLAIN: 503}, set(), False, id="port 80 has an error"),
        pytest.param({PLAIN: "ftp://x/"}, set(), True, id="a redirect that no browser follows"),
        pytest.param(
            {PLAIN: "http://a..b.example/"},
            {"upgrade_elsewhere_first", "plain_off_government"},
            True,
            id="towards a URL that nobody can use",
        ),
        pytest.param({PLAIN: PLAIN}, set(), False, id="a loop"),
        pytest.param(
            {PLAIN: "https://slot88.example/", "https://slot88.example/": 200},
            {"upgrade_elsewhere_first", "plain_off_government"},
            True,
            id="away",
        ),
    ],
)
async def test_a_site_listed_with_https(answers: Mapping[str, Answer], expected: set[str], answered: bool) -> None:  # noqa: FBT001
    found, codes = judged(await looked(SECURE, answers))

    assert set(found) == expected
    assert ({"no_upgrade", "upgrade_elsewhere_first"} <= codes) is answered
    assert not codes & {"no_https", "https_unlisted"}


@pytest.mark.parametrize(
    ("secure", "code", "expected"),
    [
        pytest.param(200, 0, ("https_unlisted", ""), id="there"),
        pytest.param(200, 18, ("no_https", "untrusted"), id="under a certificate that does not verify"),
        pytest.param(FailureKind.REFUSED, 0, ("no_https", ""), id="refused"),
        pytest.param((Phase.TLS, FailureKind.TLS_ERROR), 0, ("no_https", ""), id="no handshake"),
        pytest.param((Phase.TLS, FailureKind.RESET), 0, ("no_https", ""), id="reset"),
        pytest.param(FailureKind.TIMEOUT, 0, ("no_https", "silent"), id="silent"),
        pytest.param((Phase.TTFB, FailureKind.TIMEOUT), 0, None, id="late"),
        pytest.param(FailureKind.UNREACHABLE, 0, None, id="no way there"),
        pytest.param(PLAIN, 0, ("no_https", "returns"), id="sends back"),
        pytest.param(404, 0, None, id="no page"),
        pytest.param(502, 0, None, id="an error"),
    ],
)
async def test_a_site_listed_with_http(secure: Answer, code: int, expected: tuple[str, str] | None) -> None:
    ways = await looked(PLAIN, {PLAIN: 200, SECURE: secure}, verify_code=code)
    found, codes = judged(ways, PLAIN)

    assert [(name, finding.detail.get("case", "")) for name, finding in found.items()] == (
        [expected] if expected else []
    )
    assert ("no_https" in codes) is (expected is not None)
    assert not codes & {"no_upgrade", "upgrade_elsewhere_first"}


@pytest.mark.parametrize("plain", [FailureKind.TIMEOUT, FailureKind.REFUSED])
async def test_that_a_site_has_only_http_is_said_only_when_it_answers_by_http(plain: FailureKind) -> None:
    _found, codes = judged(await looked(PLAIN, {PLAIN: plain, SECURE: FailureKind.REFUSED}), PLAIN)

    assert not codes & {"no_https", "https_unlisted"}


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param((Phase.DNS, FailureKind.NAME_NOT_FOUND), id="no such name"),
        pytest.param((Phase.DNS, FailureKind.TIMEOUT), id="no answer about the name"),
        pytest.param((Phase.CONNECT, FailureKind.FORBIDDEN_ADDRESS), id="an address nobody may visit"),
    ],
)
async def test_without_an_address_nothing_was_looked_at(failure: tuple[Phase, FailureKind]) -> None:
    with pytest.raises(ExchangeFailed):
        await looked(SECURE, {PLAIN: failure})


async def test_a_name_that_is_lost_on_the_way_is_a_fact() -> None:
    ways = await looked(SECURE, {PLAIN: WWW, WWW: (Phase.DNS, FailureKind.NAME_NOT_FOUND)})

    assert ways.plain.failure is not None
    assert ways.plain.last is None


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        pytest.param(f"https://{HOST}:8443/first?x=1#top", [PLAIN], id="another port, a path"),
        pytest.param(f"http://{HOST}:88/sidomas/", [f"http://{HOST}:88/sidomas/", SECURE], id="http on another port"),
        pytest.param("HTTPS://[2001:DB8::1]/", ["http://[2001:db8::1]/"], id="IPv6"),
    ],
)
async def test_where_is_looked(url: str, asked: list[str]) -> None:
    script = Script(dict.fromkeys(asked, 200))
    net: Any = SimpleNamespace(http=script)
    await observe(target(url), Context(net), within=timedelta(seconds=9))

    assert script.asked == asked


async def test_a_walk_ends_after_a_few_steps() -> None:
    answers = {f"{PLAIN}{step}": f"{PLAIN}{step + 1}" for step in range(20)} | {PLAIN: f"{PLAIN}0"}
    ways = await looked(SECURE, answers)
    found, codes = judged(ways)

    assert len(ways.plain.steps) == MAX_HOPS
    assert not found
    assert "no_upgrade" not in codes


async def test_facts_are_the_same_from_look_to_look_and_json() -> None:
    answers = {PLAIN: f"{SECURE}a?token=1{'x' * 400}", f"{SECURE}a?token=1{'x' * 400}": FailureKind.TIMEOUT}
    ways = await looked(SECURE, answers)
    kept = evidence(ways)

    assert json.loads(json.dumps(kept)) == kept
    assert kept["plain"]["steps"][0]["location"] == f"{SECURE}a"
    assert kept["plain"]["failure"]["detail"] == ""
    assert len(max((step.url for step in ways.plain.steps), key=len)) <= MAX_URL


async def test_our_own_faults_and_doubts_are_told_to_the_runner() -> None:
    busy = await looked(SECURE, {PLAIN: FailureKind.BUSY})
    refused = await looked(SECURE, {PLAIN: FailureKind.REFUSED})
    fine = await looked(SECURE, {PLAIN: SECURE, SECURE: 200})

    assert [bool(CHECK.ours(ways)) for ways in (busy, refused, fine)] == [True, False, False]
    assert [CHECK.failed(ways) for ways in (refused, fine)] == [Phase.CONNECT, None]


def test_domains_are_no_sites() -> None:
    assert CHECK.applies(target("HTTP://onje.desa.id/"))
    assert not CHECK.applies(target("dns://onje.desa.id", kind=Kind.DOMAIN))
    assert not CHECK.applies(target("https://onje.desa.id/", kind=Kind.DOMAIN))


SHOWN: list[tuple[str, dict[str, Answer], int]] = [
    (SECURE, {PLAIN: 200}, 0),
    (SECURE, {PLAIN: WWW, WWW: 200}, 0),
    (SECURE, {PLAIN: "https://slot88.example/", "https://slot88.example/": 200}, 0),
    (PLAIN, {PLAIN: 200, SECURE: 200}, 0),
    (PLAIN, {PLAIN: 200, SECURE: 200}, 18),
    (PLAIN, {PLAIN: 200, SECURE: PLAIN}, 0),
    (PLAIN, {PLAIN: 200, SECURE: FailureKind.REFUSED}, 0),
    (PLAIN, {PLAIN: 200, SECURE: FailureKind.TIMEOUT}, 0),
]


async def test_every_rule_and_case_has_a_sentence_without_gaps() -> None:
    shown = set()
    for url, answers, code in SHOWN:
        found, _codes = judged(await looked(url, answers, verify_code=code), url)
        for finding in found.values():
            shown.add((finding.code, finding.detail.get("case", "")))
            sentence = catalogue.describe(finding)
            assert not re.search(r"[{}]|None|–|\s\s|\n|\.\.$", sentence), sentence
            assert sentence.endswith(".")

    assert shown == {(rule.code, case) for rule in CHECK.rules for case in ("", *catalogue.text(rule.code).cases)}


async def test_strangers_that_take_turns_are_one_finding() -> None:
    keys = set()
    for turn in range(3):
        onward = [f"http://r{turn + step}.example/" for step in range(2)]
        found, _codes = judged(await looked(SECURE, {PLAIN: onward[0], onward[0]: onward[1], onward[1]: 200}))
        finding = found["plain_off_government"]
        keys.add(finding.key)
        assert finding.detail["destination"] == f"r{turn}.example"

    assert keys == {("transport.plain_off_government", HOST)}


def test_only_the_hijack_is_the_csirts() -> None:
    grave = {rule.code: rule.severity for rule in CHECK.rules if rule.audience == "csirt"}

    assert grave == {"transport.plain_off_government": Severity.HIGH}
