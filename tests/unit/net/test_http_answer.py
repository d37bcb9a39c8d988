"""Any bytes at all: an answer, or a mishap of a known kind."""

from __future__ import annotations

import gzip
import tracemalloc

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.body import MAX_BODY, Body
from monitor.net.errors import Mishap
from monitor.net.exchange import MAX_PIECES, MAX_WIRE, Answer
from monitor.net.facts import FailureKind

GET = h11.Request(method="GET", target="/", headers=[("Host", "situs.example.id")])
TOLD = {FailureKind.MALFORMED, FailureKind.CLOSED, FailureKind.HEADERS_TOO_LARGE}

token = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 404\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 7\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Content-Encoding: deflate, gzip\r\n",
        b"Connection: close\r\n",
        b"\r\n",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"hello",
        gzip.compress(b"hello"),
        b"x" * 4096,
    ]
)
pieces = st.lists(token | st.binary(max_size=20), max_size=12)


def read(chunks: list[bytes]) -> Answer:
    answer = Answer()
    answer.ask(GET)
    for chunk in [*filter(None, chunks), b""]:
        if answer.feed(chunk):
            break
    return answer


@given(pieces)
def test_any_bytes_make_an_answer_or_a_mishap(chunks: list[bytes]) -> None:
    try:
        answer = read(chunks)
    except Mishap as mishap:
        assert mishap.kind in TOLD  # noqa: PT017
    else:
        assert 200 <= answer.status <= 999
        assert len(answer.content) <= MAX_BODY


@given(st.binary(max_size=200), st.integers(1, 50))
def test_it_does_not_matter_where_the_answer_is_cut(body: bytes, size: int) -> None:
    packed = gzip.compress(body)
    whole = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(packed), packed)

    answer = read([whole[start : start + size] for start in range(0, len(whole), size)])

    assert (answer.status, answer.content, answer.wire, answer.capped) == (200, body, len(whole), False)


def test_a_body_in_too_many_pieces_is_capped() -> None:
    start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    answer = read([start, b"1\r\nx\r\n" * (MAX_PIECES + 100)])

    assert answer.capped
    assert answer.content == b"x" * (MAX_PIECES + 1)


def test_the_wire_is_capped_even_when_nothing_is_unfolded() -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello")

    answer = read([start, *[bytes(32 * 1024)] * 64])

    assert answer.capped
    assert answer.wire <= MAX_WIRE + 32 * 1024
    assert answer.content == b"hello"


@given(st.lists(st.binary(max_size=64), max_size=8), st.sampled_from([b"gzip", b"deflate", b"gzip, deflate", b"br"]))
def test_a_body_never_raises_whatever_its_coding(chunks: list[bytes], coding: bytes) -> None:
    body = Body([(b"content-encoding", coding)])

    for chunk in chunks:
        body.feed(chunk)

    assert isinstance(body.content(), bytes)


BOMB = gzip.compress(bytes(64 * 1024 * 1024), compresslevel=9)


@pytest.mark.parametrize(
    ("coding", "data", "content"),
    [
        pytest.param(b"gzip", BOMB, bytes(MAX_BODY), id="one layer"),
        pytest.param(b"gzip, gzip", gzip.compress(BOMB, compresslevel=9), bytes(MAX_BODY), id="two layers"),
        pytest.param(b"gzip, gzip", BOMB, BOMB[:MAX_BODY], id="an inner layer that unfolds to no second one"),
    ],
)
def test_a_bomb_costs_no_more_than_its_cap(coding: bytes, data: bytes, content: bytes) -> None:
    body = Body([(b"content-encoding", coding)])

    tracemalloc.start()
    try:
        body.feed(data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert body.full
    assert body.content() == content
    assert peak < 12 * MAX_BODY
