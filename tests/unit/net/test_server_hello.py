"""What a server's bytes are understood to say; whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.server_hello import MAX_FLIGHT, Kind, Reader, Reply
from monitor.net.suites import name_of
from tests.unit.net.hellos import (
    DONE,
    RETRY,
    alert,
    certificates,
    elliptic,
    finite,
    hello,
    hello_1_3,
    message,
    record,
    scts,
    status,
)

ECDHE, DHE, RSA, ADH = 0xC02F, 0x0033, 0x002F, 0x0034


def read(*pieces: bytes, whole: bool = False) -> tuple[Reply, bool]:
    """What *pieces* say, and whether nothing more was wanted."""
    reader = Reader(name_of, whole=whole)
    over = any(reader.feed(piece) for piece in pieces)
    return reader.reply, over


@pytest.mark.parametrize(
    ("data", "kind", "version", "suite"),
    [
        pytest.param(record(22, hello(RSA)), Kind.HELLO, 0x0303, RSA, id="TLS 1.2"),
        pytest.param(record(22, hello(RSA, 0x0301), 0x0301), Kind.HELLO, 0x0301, RSA, id="TLS 1.0"),
        pytest.param(record(22, hello(RSA, 0x0300, None), 0x0300), Kind.HELLO, 0x0300, RSA, id="SSL 3.0"),
        pytest.param(record(22, hello_1_3()), Kind.HELLO, 0x0304, 0x1301, id="TLS 1.3"),
        pytest.param(alert(70), Kind.ALERT, 0, 0, id="alert"),
        pytest.param(alert(0, level=1), Kind.ALERT, 0, 0, id="goodbye"),
        pytest.param(alert(112, level=1) + record(22, hello(RSA)), Kind.HELLO, 0x0303, RSA, id="warning first"),
        pytest.param(alert(112, level=1), Kind.NOTHING, 0, 0, id="a warning alone"),
        pytest.param(b"", Kind.NOTHING, 0, 0, id="nothing"),
        pytest.param(record(22, hello(RSA))[:-1], Kind.NOTHING, 0, 0, id="cut short"),
        pytest.param(record(22, hello(RSA)[:20]), Kind.NOTHING, 0, 0, id="half a message"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", Kind.ODD, 0, 0, id="HTTP"),
        pytest.param(b"H", Kind.ODD, 0, 0, id="not TLS from the first byte"),
        pytest.param(b"220 mail ESMTP\r\n", Kind.ODD, 0, 0, id="SMTP"),
        pytest.param(b"\x80\x0b\x04\0\1\0\2\0\0\0\0", Kind.ODD, 0, 0, id="SSL 2.0"),
        pytest.param(record(23, b"secret"), Kind.ODD, 0, 0, id="data before a hello"),
        pytest.param(record(22, certificates(b"x")), Kind.ODD, 0, 0, id="certificate before a hello"),
        pytest.param(record(22, message(2, bytes(10))), Kind.ODD, 0, 0, id="a hello that ends too soon"),
        pytest.param(b"\x16\x03\x03\xff\xff", Kind.ODD, 0, 0, id="a record too long"),
        pytest.param(record(22, b"\2\xff\xff\xff"), Kind.ODD, 0, 0, id="a message too long"),
    ],
)
def test_what_a_server_answered(data: bytes, kind: Kind, version: int, suite: int) -> None:
    reply, _over = read(data)

    assert (reply.kind, reply.version, reply.suite) == (kind, version, suite)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_bytes_may_come_in_any_pieces(size: int) -> None:
    data = alert(112, level=1) + record(22, hello(RSA) + certificates(b"leaf", b"above") + DONE)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]

    assert read(*pieces, whole=True) == read(data, whole=True)


def test_a_message_may_be_spread_over_records() -> None:
    written = hello(ECDHE) + certificates(b"leaf" * 9) + elliptic(23) + DONE
    records = b"".join(record(22, written[at : at + 11]) for at in range(0, len(written), 11))
    reply, over = read(records, whole=True)

    assert over
    assert (reply.chain, reply.group, reply.done) == ((b"leaf" * 9,), "secp256r1", True)


@pytest.mark.parametrize(
    ("suite", "exchange", "group", "bits"),
    [
        pytest.param(ECDHE, elliptic(23), "secp256r1", 0, id="P-256"),
        pytest.param(ECDHE, elliptic(29), "x25519", 0, id="x25519"),
        pytest.param(ECDHE, elliptic(4660), "grup 4660", 0, id="unknown curve"),
        pytest.param(DHE, finite(1024), "DH 1024", 1024, id="DH 1024"),
        pytest.param(DHE, finite(2047), "DH 2047", 2047, id="DH 2047"),
        pytest.param(ADH, finite(512), "DH 512", 512, id="anonymous"),
        pytest.param(RSA, b"", "", 0, id="none"),
    ],
)
def test_the_group_of_the_key_exchange(suite: int, exchange: bytes, group: str, bits: int) -> None:
    reply, _over = read(record(22, hello(suite) + exchange + DONE), whole=True)

    assert (reply.group, reply.group_bits, reply.done) == (group, bits, True)


def test_a_stapled_response_and_scts_are_taken_out() -> None:
    extensions = [(5, b""), (18, scts(b"first", b"second"))]
    written = hello(ECDHE, extensions=extensions) + certificates(b"leaf") + status(b"response") + elliptic(29) + DONE
    reply, _over = read(record(22, written), whole=True)

    assert (reply.staple, reply.scts, reply.done) == (b"response", 2, True)


def test_only_the_hello_is_read_unless_more_is_wanted() -> None:
    reply, over = read(record(22, hello(RSA) + certificates(b"leaf") + DONE))

    assert over
    assert reply.chain == ()


def test_behind_a_hello_of_1_3_everything_is_encrypted() -> None:
    reply, over = read(record(22, hello_1_3()) + record(20, b"\1") + record(23, b"secret"), whole=True)

    assert over
    assert (reply.kind, reply.done) == (Kind.HELLO, False)


@pytest.mark.parametrize(("random", "retry"), [(RETRY, True), (bytes(32), False)])
def test_a_retry_accepts_the_version(random: bytes, *, retry: bool) -> None:
    reply, _over = read(record(22, hello_1_3(random=random)))

    assert (reply.version, reply.retry) == (0x0304, retry)


def test_an_alert_behind_the_hello_takes_nothing_back() -> None:
    reply, over = read(record(22, hello(RSA)) + alert(80), whole=True)

    assert over
    assert (reply.kind, reply.done) == (Kind.HELLO, False)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(message(11, b"\xff\xff\xff"), id="certificates"),
        pytest.param(message(22, b"\1\xff\xff\xff"), id="stapled response"),
        pytest.param(message(12, b""), id="key exchange"),
    ],
)
def test_what_is_broken_behind_the_hello_leaves_the_hello(broken: bytes) -> None:
    reply, over = read(record(22, hello(ECDHE) + broken + DONE), whole=True)

    assert over
    assert (reply.kind, reply.suite, reply.done) == (Kind.HELLO, ECDHE, False)


def test_a_flight_has_an_end() -> None:
    reader = Reader(name_of, whole=True)
    reader.feed(record(22, hello(RSA)))
    endless = record(22, b"\x0b" + (MAX_FLIGHT).to_bytes(3) + bytes(16_000))
    fed = 0
    while not reader.feed(endless if not fed else record(22, bytes(16_000))):
        fed += 16_000
        assert fed < 2 * MAX_FLIGHT

    assert reader.reply.chain == ()


def test_an_alert_has_a_name_or_a_number() -> None:
    assert read(alert(70))[0].alert_name == "protocol_version"
    assert read(alert(99))[0].alert_name == "alert 99"


@given(st.lists(st.binary(max_size=300), max_size=8), st.booleans())
def test_any_bytes_are_understood(pieces: list[bytes], whole: bool) -> None:  # noqa: FBT001
    reply, _over = read(*pieces, whole=whole)

    assert reply.kind in Kind


@given(st.data(), st.booleans())
def test_any_damage_to_a_flight_is_understood(data: st.DataObject, whole: bool) -> None:  # noqa: FBT001
    written = hello(ECDHE, extensions=[(18, scts(b"one"))]) + certificates(b"leaf") + status(b"r") + elliptic(29) + DONE
    good = bytearray(record(22, written))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    reply, _over = read(bytes(good), whole=whole)

    assert reply.kind in Kind


@given(st.lists(st.tuples(st.sampled_from([2, 11, 12, 14, 22]), st.binary(max_size=60)), max_size=6))
def test_any_messages_are_understood(messages: list[tuple[int, bytes]]) -> None:
    written = hello(DHE) + b"".join(message(kind, body) for kind, body in messages)
    reply, _over = read(record(22, written), whole=True)

    assert reply.kind in Kind
