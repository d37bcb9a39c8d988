"""What may be trusted, and what is too much work to be worth an answer."""

from __future__ import annotations

import time

import dns.dnssec
import dns.dnssectypes
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from monitor.errors import ConfigError
from monitor.net.dns_said import Said, Word
from monitor.net.dnssec import LIFE, ROOT_ANCHORS, Security, Validator, parse_anchors
from monitor.net.signatures import (
    MOST_KEYS,
    MOST_SIGNATURES,
    Keys,
    Unproven,
    Untrue,
    is_delegation,
    trusted_keys,
    verify,
)
from monitor.settings import Dns

ZONE = "desa.id"
NAME = dns.name.from_text(ZONE)
PRIVATE = ec.generate_private_key(ec.SECP256R1())
KEY = dns.dnssec.make_dnskey(PRIVATE.public_key(), dns.dnssectypes.Algorithm.ECDSAP256SHA256, flags=257)
DS = dns.dnssec.make_ds(NAME, KEY, "SHA256")
NOW = time.time()


def signed(rrset: dns.rrset.RRset, *, end: float = 60, key: DNSKEY = KEY) -> dns.rrset.RRset:
    signature = dns.dnssec.sign(rrset, PRIVATE, NAME, key, inception=int(NOW) - 60, expiration=int(NOW + end))
    return dns.rrset.from_rdata(rrset.name, 60, signature)


def keys(*more: dns.rdata.Rdata, key: DNSKEY = KEY) -> dns.message.Message:
    answer = dns.message.make_response(dns.message.make_query(ZONE, "DNSKEY"))
    rrset = dns.rrset.from_rdata_list(NAME, 60, [key, *more])
    answer.answer = [rrset, signed(rrset, key=key)]
    return answer


TRUSTED = trusted_keys(ZONE, [DS], keys(), NOW)


def test_the_roots_anchors_are_shipped_and_others_take_their_place() -> None:
    assert set(parse_anchors(ROOT_ANCHORS)) == {""}
    assert [record.key_tag for record in parse_anchors(ROOT_ANCHORS)[""]] == [20326, 38696]  # type: ignore[attr-defined]
    assert set(parse_anchors([f"{ZONE}. {DS.to_text()}", f"ID {DS.to_text()}"])) == {"desa.id", "id"}


@pytest.mark.parametrize("text", ["", "desa.id", "desa.id 1 2", "desa.id x 13 2 00", ". 1 8 2 ZZ", "a..b 1 8 2 00"])
def test_what_is_no_anchor_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ConfigError, match=r"dns\.trust_anchors"):
        Validator(Dns(nameservers=("127.0.0.1",), trust_anchors=(text,)))


def test_a_key_that_its_ds_vouches_for_is_trusted_until_its_signature_ends() -> None:
    assert set(TRUSTED.records) == {KEY}
    assert TRUSTED.until == int(NOW + 60)


OTHER = dns.dnssec.make_dnskey(
    ec.generate_private_key(ec.SECP256R1()).public_key(), dns.dnssectypes.Algorithm.ECDSAP256SHA256, flags=257
)
NO_KEY = dns.dnssec.make_dnskey(PRIVATE.public_key(), dns.dnssectypes.Algorithm.ECDSAP256SHA256, flags=1)
UNKNOWN_DIGEST = dns.rdata.from_text("IN", "DS", f"{DS.key_tag} 13 99 00")
UNKNOWN_ALGORITHM = dns.rdata.from_text("IN", "DS", f"{DS.key_tag} 200 2 {DS.digest.hex()}")
WRONG_DIGEST = dns.rdata.from_text("IN", "DS", f"{DS.key_tag} 13 2 {'00' * 32}")


@pytest.mark.parametrize(
    ("ds", "message", "error"),
    [
        pytest.param(WRONG_DIGEST, keys(), Untrue, id="another digest"),
        pytest.param(dns.dnssec.make_ds(NAME, OTHER, "SHA256"), keys(), Untrue, id="another key"),
        pytest.param(dns.dnssec.make_ds(NAME, NO_KEY, "SHA256"), keys(key=NO_KEY), Untrue, id="a key of no zone"),
        pytest.param(UNKNOWN_DIGEST, keys(), Unproven, id="a digest nobody knows"),
        pytest.param(UNKNOWN_ALGORITHM, keys(), Unproven, id="an algorithm nobody knows"),
        pytest.param(DS, keys(*[OTHER.replace(flags=flags) for flags in range(MOST_KEYS)]), Unproven, id="many keys"),
    ],
)
def test_a_key_is_not_trusted(ds: dns.rdata.Rdata, message: dns.message.Message, error: type[Exception]) -> None:
    with pytest.raises(error):
        trusted_keys(ZONE, [ds], message, NOW)


SOA = dns.rrset.from_text(NAME, 60, "IN", "SOA", "a. b. 1 2 3 4 5")


def test_work_without_end_is_not_begun() -> None:
    signatures = dns.rrset.RRset(NAME, dns.rdataclass.IN, dns.rdatatype.RRSIG, dns.rdatatype.SOA)
    for end in range(MOST_SIGNATURES + 1):
        signatures.add(signed(SOA, end=60 + end)[0])
    with pytest.raises(Unproven):
        verify(SOA, signatures, TRUSTED, NOW)


@pytest.mark.parametrize(
    ("rrset", "signatures", "now", "words"),
    [
        pytest.param(SOA, None, NOW, "tidak bertanda tangan", id="none"),
        pytest.param(SOA, signed(SOA), NOW + 61, "kedaluwarsa", id="too late"),
        pytest.param(SOA, signed(SOA), NOW - 61, "belum berlaku", id="too early"),
        pytest.param(
            dns.rrset.from_text(NAME, 60, "IN", "SOA", "a. b. 9 2 3 4 5"), signed(SOA), NOW, "tidak cocok", id="changed"
        ),
    ],
)
def test_a_signature_that_does_not_hold_says_why(
    rrset: dns.rrset.RRset, signatures: dns.rrset.RRset | None, now: float, words: str
) -> None:
    with pytest.raises(Untrue, match=words):
        verify(rrset, signatures, TRUSTED, now)


def denial(*lines: str, keys: Keys = TRUSTED) -> dns.message.Message:
    """A signed answer without a DS, with these NSEC or NSEC3 records."""
    answer = dns.message.make_response(dns.message.make_query(f"onje.{ZONE}", "DS"))
    for line in lines:
        owner, kind, data = line.split(maxsplit=2)
        rrset = dns.rrset.from_text(owner, 60, "IN", kind, data)
        answer.authority += [rrset, signed(rrset)]
    return answer


HASH = dns.dnssec.nsec3_hash(f"onje.{ZONE}", b"", 0, 1)
FIRST, LAST = "0" * 32, "V" * 32


@pytest.mark.parametrize(
    ("line", "delegation"),
    [
        pytest.param(f"onje.{ZONE}. NSEC z.{ZONE}. NS RRSIG NSEC", True, id="NSEC with NS"),
        pytest.param(f"onje.{ZONE}. NSEC z.{ZONE}. A RRSIG NSEC", False, id="NSEC without NS"),
        pytest.param(f"a.{ZONE}. NSEC x.onje.{ZONE}. A RRSIG NSEC", False, id="NSEC across an empty name"),
        pytest.param(f"{HASH}.{ZONE}. NSEC3 1 0 0 - {LAST} NS RRSIG", True, id="NSEC3 with NS"),
        pytest.param(f"{HASH}.{ZONE}. NSEC3 1 0 0 - {LAST} A RRSIG", False, id="NSEC3 without NS"),
        pytest.param(f"{FIRST}.{ZONE}. NSEC3 1 1 0 - {LAST} A RRSIG", True, id="opt-out covers it"),
        pytest.param(f"{FIRST}.{ZONE}. NSEC3 1 0 0 - {LAST} A RRSIG", None, id="covered without opt-out"),
        pytest.param(f"{FIRST}.{ZONE}. NSEC3 1 1 0 - {FIRST[:-1]}1 A RRSIG", None, id="opt-out covers another"),
        pytest.param(f"onje.{ZONE}. NSEC z.{ZONE}. NS DS RRSIG NSEC", None, id="it says there is a DS"),
        pytest.param(f"lain.{ZONE}. NSEC z.{ZONE}. NS RRSIG NSEC", None, id="of another name"),
    ],
)
def test_an_absence_is_proven_or_not(line: str, delegation: object) -> None:
    if delegation is None:
        with pytest.raises(Untrue):
            is_delegation(f"onje.{ZONE}", denial(line), TRUSTED, NOW)
    else:
        assert is_delegation(f"onje.{ZONE}", denial(line), TRUSTED, NOW) is delegation


def test_an_absence_that_nobody_signed_is_not_proven() -> None:
    message = denial(f"onje.{ZONE}. NSEC z.{ZONE}. NS RRSIG NSEC")
    message.authority = message.authority[:1]
    with pytest.raises(Untrue):
        is_delegation(f"onje.{ZONE}", message, TRUSTED, NOW)


def test_a_hash_that_costs_too_much_is_not_computed() -> None:
    with pytest.raises(Unproven):
        is_delegation(f"onje.{ZONE}", denial(f"{HASH}.{ZONE}. NSEC3 1 0 500 - {LAST} NS"), TRUSTED, NOW)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Server:
    """Gives an SOA under its signature, and the keys; notes how often these were fetched."""

    def __init__(self) -> None:
        self.fetched = 0

    def soa(self, serial: int = 1, *, end: float = 7200) -> Said:
        rrset = dns.rrset.from_text(NAME, 60, "IN", "SOA", f"a. b. {serial} 2 3 4 5")
        message = dns.message.make_response(dns.message.make_query(ZONE, "SOA"))
        message.answer = [rrset, signed(rrset, end=end)]
        return Said(server="ns", address="192.0.2.1", word=Word.RECORDS, message=message)

    async def keys(self) -> Said:
        self.fetched += 1
        message = dns.message.make_response(dns.message.make_query(ZONE, "DNSKEY"))
        rrset = dns.rrset.from_rdata_list(NAME, 60, [KEY])
        message.answer = [rrset, signed(rrset, end=7200)]
        return Said(server="ns", address="192.0.2.1", word=Word.RECORDS, message=message)


async def judged(validator: Validator, server: Server, soa: Said) -> Security:
    return (await validator.judge(ZONE, [soa], server.keys, deadline=0.0)).security


@pytest.mark.parametrize(
    ("later", "serial", "fetched"),
    [
        pytest.param(0, 1, 1, id="nothing changed"),
        pytest.param(LIFE - 1, 1, 1, id="nothing changed for a while"),
        pytest.param(LIFE + 1, 1, 2, id="nothing changed for long"),
        pytest.param(0, 2, 2, id="a new version"),
    ],
)
async def test_signatures_are_worked_out_again_only_when_something_changed(
    later: float, serial: int, fetched: int
) -> None:
    clock, server = Clock(), Server()
    validator = Validator(Dns(nameservers=("127.0.0.1",), trust_anchors=(f"{ZONE} {DS.to_text()}",)), clock)
    soa = server.soa()
    first = await judged(validator, server, soa)
    clock.now += later
    again = await judged(validator, server, soa if serial == 1 else server.soa(serial))

    assert (first, again) == (Security.SECURE, Security.SECURE)
    assert server.fetched == fetched


async def test_a_verdict_ends_with_its_signatures() -> None:
    clock, server = Clock(), Server()
    validator = Validator(Dns(nameservers=("127.0.0.1",), trust_anchors=(f"{ZONE} {DS.to_text()}",)), clock)
    soa = server.soa(end=30)
    first = await judged(validator, server, soa)
    clock.now += 31

    assert (first, await judged(validator, server, soa)) == (Security.SECURE, Security.BOGUS)


async def test_without_keys_or_answers_nothing_is_said() -> None:
    validator = Validator(Dns(nameservers=("127.0.0.1",), trust_anchors=(f"{ZONE} {DS.to_text()}",)))

    async def nobody() -> None:
        return None

    verdict = await validator.judge(ZONE, [Server().soa()], nobody, deadline=0.0)
    assert verdict.security is Security.UNKNOWN
    assert (await validator.judge(ZONE, [], Server().keys, deadline=0.0)).security is Security.UNKNOWN
