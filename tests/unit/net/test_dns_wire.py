"""Packets from a hostile network: matched, refused or passed over, and nothing else."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net import dns_wire
from monitor.net.dns_answer import Answer, question
from monitor.net.dns_servers import Server
from monitor.net.dns_wire import NoAnswer, Query
from monitor.net.facts import FailureKind

QUESTION = question("www.example", "A")
QUERY = Query.of(QUESTION)
ASKED = dns.message.from_wire(QUERY.wire)
SERVER = Server.parse("192.0.2.53")


def good() -> bytes:
    message = dns.message.make_response(ASKED)
    message.answer.append(dns.rrset.from_text("www.example.", 60, "IN", "CNAME", "b.example."))
    message.answer.append(dns.rrset.from_text("b.example.", 60, "IN", "A", "192.0.2.1"))
    message.authority.append(dns.rrset.from_text("example.", 60, "IN", "SOA", "a. b. 1 2 3 4 5"))
    return message.to_wire()


def understand(packet: bytes) -> Answer | NoAnswer | None:
    """What the resolver makes of *packet*, None for nothing; any other exception is a fault."""
    if not QUERY.asked_by(packet) or dns_wire.truncated(packet):
        return None
    try:
        return dns_wire.understand(packet, QUESTION, SERVER)
    except NoAnswer as no:
        return no


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A good answer with some octets changed, cut or added behind the id."""
    packet = bytearray(good())
    for _ in range(draw(st.integers(1, 6))):
        packet[draw(st.integers(2, len(packet) - 1))] = draw(st.integers(0, 255))
    return bytes(packet[: draw(st.integers(2, len(packet)))]) + draw(st.binary(max_size=20))


def test_a_query_is_what_dnspython_would_send() -> None:
    made = dns.message.make_query("www.example.", "A", use_edns=0, payload=dns_wire.PAYLOAD, id=QUERY.id)
    assert made.to_wire() == QUERY.wire


@given(st.binary(max_size=600))
def test_noise_is_never_more_than_no_answer(packet: bytes) -> None:
    assert not isinstance(understand(packet), Answer)


@given(st.binary(max_size=600), st.integers(0, 65535))
def test_noise_with_our_id_is_never_more_than_no_answer(packet: bytes, flags: int) -> None:
    assert not isinstance(understand(QUERY.id.to_bytes(2) + flags.to_bytes(2) + packet), Answer)


@given(mangled())
def test_a_mangled_answer_is_an_answer_to_our_question_or_none(packet: bytes) -> None:
    seen = understand(packet)
    if isinstance(seen, Answer):
        assert seen.name == "www.example"
        assert all(record.rdtype == QUESTION.rdtype for record in seen.records)


@pytest.mark.parametrize(
    ("rcode", "kind", "words"),
    [
        (dns.rcode.SERVFAIL, FailureKind.SERVFAIL, "SERVFAIL"),
        (dns.rcode.REFUSED, FailureKind.DNS_REFUSED, "REFUSED"),
        (dns.rcode.FORMERR, FailureKind.DNS_REFUSED, "FORMERR"),
        (dns.rcode.BADVERS, FailureKind.DNS_REFUSED, "BADVERS"),
    ],
)
def test_an_error_code_is_no_answer(rcode: dns.rcode.Rcode, kind: FailureKind, words: str) -> None:
    message = dns.message.make_response(ASKED)
    message.set_rcode(rcode)
    seen = understand(message.to_wire())
    assert isinstance(seen, NoAnswer)
    assert (seen.kind, seen.words) == (kind, words)


def test_an_extended_error_is_told_by_its_code_and_never_by_its_text() -> None:
    message = dns.message.make_response(ASKED)
    message.set_rcode(dns.rcode.SERVFAIL)
    text = "<script>"
    message.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, text)])
    seen = understand(message.to_wire())
    assert isinstance(seen, NoAnswer)
    assert seen.words == "SERVFAIL (DNSSEC_BOGUS)"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("192.0.2.53", "192.0.2.53:53", id="IPv4"),
        pytest.param("192.0.2.53:5353", "192.0.2.53:5353", id="IPv4 and port"),
        pytest.param("2001:db8::53", "[2001:db8::53]:53", id="IPv6"),
        pytest.param("[2001:db8::53]:5353", "[2001:db8::53]:5353", id="IPv6 and port"),
    ],
)
def test_a_name_server_is_named_as_address_and_port(written: str, name: str) -> None:
    assert Server.parse(written).name == name


@pytest.mark.parametrize("written", ["ns.example", "", "192.0.2.53:99999", "192.0.2.256"])
def test_what_is_no_address_is_no_name_server(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Server.parse(written)
