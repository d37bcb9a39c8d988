"""What is asked of a site, and what is no request at all."""

from __future__ import annotations

import ssl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.facts import ExchangeFailed, FailureKind, Phase
from monitor.net.http import prebuilt, user_agent
from monitor.net.request import take_apart

HOST = "situs.example.id"
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def test_the_user_agent_says_who_and_whom_to_ask() -> None:
    agent = user_agent("https://dinkominfo.example.id")

    assert agent.startswith("monitor/")
    assert agent.endswith(" (+https://dinkominfo.example.id)")


def test_a_request_is_built_once() -> None:
    assert prebuilt(f"https://{HOST}/") is prebuilt(f"https://{HOST}/")


@pytest.mark.parametrize(
    ("url", "where"),
    [
        pytest.param(f"https://{HOST}/", (HOST, 443, True), id="https"),
        pytest.param(f"http://{HOST}/", (HOST, 80, False), id="http"),
        pytest.param(f"http://{HOST}:88/sidomas/", (HOST, 88, False), id="a port"),
        pytest.param("https://[2001:db8::1]:8443/", ("2001:db8::1", 8443, True), id="IPv6"),
        pytest.param("https://Bücher.example.id/", ("xn--bcher-kva.example.id", 443, True), id="international"),
        pytest.param("https://user:rahasia@situs.example.id/", (HOST, 443, True), id="credentials"),
    ],
)
def test_a_request_leads_where_its_url_says(url: str, where: tuple[str, int, bool]) -> None:
    errand = take_apart(prebuilt(url), "monitor/1")

    assert (errand.host, errand.port, errand.tls) == where
    assert b"rahasia" not in repr(list(errand.question.headers)).encode()


def test_who_we_are_is_always_said_after_whoever_else_is_named() -> None:
    bare = take_apart(httpx.Request("GET", f"http://{HOST}/"), "monitor/1")
    named = take_apart(httpx.Request("GET", f"http://{HOST}/", headers={"User-Agent": "Googlebot"}), "monitor/1")

    assert dict(bare.question.headers)[b"user-agent"] == b"monitor/1"
    assert dict(named.question.headers)[b"user-agent"] == b"Googlebot monitor/1"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("ftp://situs.example.id/", id="another scheme"),
        pytest.param("//situs.example.id/", id="no scheme"),
        pytest.param("http:///path", id="no host"),
        pytest.param("http://situs.example.id:0/", id="port 0"),
        pytest.param("http://situs.example.id:99999/", id="port too high"),
        pytest.param("http://situs..example.id/", id="an empty label"),
        pytest.param("http://.situs.example.id/", id="a leading dot"),
        pytest.param(f"http://{'a' * 64}.example.id/", id="a label too long"),
        pytest.param(f"http://{'a.' * 150}id/", id="a name too long"),
        pytest.param("http://situs.example.id/" + "a" * 9000, id="a path too long"),
        pytest.param("http://[::1/", id="half a bracket"),
        pytest.param("http://[2001:4860::1%25eth0]/", id="a zone"),
    ],
)
def test_an_unusable_url_is_told(url: str) -> None:
    with pytest.raises(ExchangeFailed) as caught:
        prebuilt(url)

    assert (caught.value.failure.phase, caught.value.failure.kind) == (Phase.DNS, FailureKind.BAD_URL)


@given(st.text(max_size=60) | st.from_regex(r"https?://[^/]{0,30}/.{0,20}", fullmatch=True))
def test_any_text_makes_a_request_with_a_usable_name_or_a_failure(text: str) -> None:
    try:
        request = prebuilt(text)
    except ExchangeFailed as failed:
        assert failed.failure.kind is FailureKind.BAD_URL  # noqa: PT017
    else:
        host = take_apart(request, "monitor/1").host
        CONTEXT.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=host.removesuffix("."))
