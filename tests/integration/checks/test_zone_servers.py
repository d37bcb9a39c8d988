"""Zones on real name servers that misbehave: lame, dead, out of step, expired, tampered with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import dns.dnssec
import dns.message
import dns.name
import dns.query
import pytest

from monitor.checks.base import Policy, judge
from monitor.checks.zone import Delegated, zone
from monitor.domains import Domains
from monitor.model import Kind, Target
from monitor.net.dns_said import Word
from monitor.net.dnssec import Security
from monitor.net.facts import ExchangeFailed
from monitor.settings import Zone
from tests.integration.checks.knots import (
    DAY,
    FIRST,
    NS1,
    NS2,
    PARENT,
    REGISTRY,
    SECOND,
    ZONE,
    Anchor,
    Knot,
    Signer,
    World,
    records,
    registry,
    world,
)
from tests.unit.checks.zone.speaking import NOW

pytestmark = pytest.mark.servers("knot")

TARGET = Target(kode=ZONE, kind=Kind.DOMAIN, name=ZONE, url=f"dns://{ZONE}")
HERE = "127.31.9.9"
PLAIN = records(f"{ZONE}. 60 IN A {HERE}")
ABOVE, BELOW = Signer(PARENT), Signer(ZONE)
SIGNED = BELOW.sign(PLAIN)
SECURE_REGISTRY = ABOVE.sign(registry(BELOW.ds_record))
OPT_OUT = "policy:\n  - id: here\n    nsec3: on\n    nsec3-opt-out: on\n    single-type-signing: on\n"

Look = Callable[..., Awaitable[tuple[Delegated, set[str]]]]


@pytest.fixture
async def look(tmp_path: Path) -> AsyncIterator[Look]:
    """Facts and codes of one look at the zone in a world."""
    async with AsyncExitStack() as stack:

        async def look(servers: World, anchor: Anchor = "") -> tuple[Delegated, set[str]]:
            context = await stack.enter_async_context(world(servers, tmp_path, anchor=anchor))
            check = zone(Zone(timeout=timedelta(seconds=8)))
            facts = await check.observe(TARGET, context)
            found, _judged = judge(check, TARGET, facts, Policy(domains=Domains()), NOW)
            return facts, {finding.code for finding in found}

        yield look


def served(first: str | None, second: str | None, above: str | None = None) -> World:
    return World(
        Knot(REGISTRY, {PARENT: above or registry()}), Knot(FIRST, {ZONE: first}), Knot(SECOND, {ZONE: second})
    )


async def test_a_good_zone_has_nothing_wrong_and_both_servers_were_heard(look: Look) -> None:
    facts, codes = await look(served(PLAIN, PLAIN))

    assert codes == set()
    assert facts.delegated == facts.listed == (NS1, NS2)
    assert {(voice.server, voice.address, voice.word) for voice in facts.voices} == {
        (NS1, FIRST, Word.RECORDS),
        (NS2, SECOND, Word.RECORDS),
    }
    assert facts.wildcard == ()


async def test_a_server_that_does_not_have_the_zone_is_lame(look: Look) -> None:
    servers = served(PLAIN, PLAIN)
    servers.second = Knot(SECOND, {"other.example": None})

    facts, codes = await look(servers)

    assert codes == {"zone.lame"}
    assert [voice.words for voice in facts.of(NS2)] == ["REFUSED"]


async def test_a_server_that_lost_its_copy_fails(look: Look) -> None:
    facts, codes = await look(served(PLAIN, None))

    assert codes == {"zone.lame"}
    assert [voice.word for voice in facts.of(NS2)] == [Word.SERVFAIL]


async def test_a_server_that_is_not_there_is_unreachable(look: Look) -> None:
    servers = served(PLAIN, PLAIN)
    servers.second = None

    facts, codes = await look(servers)

    assert codes == {"zone.ns_unreachable"}
    assert [voice.word for voice in facts.of(NS2)] == [Word.SILENT]


async def test_a_server_that_denies_the_zone_is_lame(look: Look) -> None:
    servers = served(PLAIN, PLAIN)
    servers.second = Knot(SECOND, {PARENT: registry(servers=())})

    facts, codes = await look(servers)

    assert codes == {"zone.lame"}
    assert [voice.words for voice in facts.of(NS2)] == ["tidak memuat zona ini"]


async def test_servers_out_of_step_have_different_serials(look: Look) -> None:
    facts, codes = await look(served(PLAIN, records(serial=2)))

    assert codes == {"zone.serial_mismatch"}
    assert {voice.serial for voice in facts.voices} == {1, 2}


async def test_when_no_server_has_the_zone_it_is_dead(look: Look) -> None:
    _facts, codes = await look(served(None, None))

    assert codes == {"zone.all_unreachable"}


async def test_a_domain_that_is_not_registered_is_not_found(look: Look) -> None:
    facts, codes = await look(served(PLAIN, PLAIN, registry(servers=())))

    assert codes == {"zone.not_found"}
    assert "NXDOMAIN" in facts.words


async def test_one_server_is_too_few_and_the_lists_may_differ(look: Look) -> None:
    facts, codes = await look(served(PLAIN, PLAIN, registry(servers=(NS1,))))

    assert codes == {"zone.single_ns", "zone.parent_child_mismatch"}
    assert {voice.server for voice in facts.voices} == {NS1, NS2}, "both are asked: the world uses both"


async def test_a_wildcard_is_noticed(look: Look) -> None:
    facts, codes = await look(served(records(f"*.{ZONE}. 60 IN A {HERE}"), PLAIN))

    assert codes == {"zone.wildcard"}
    assert facts.wildcard == (HERE,)


async def test_when_the_registry_cannot_be_asked_nothing_is_said(look: Look) -> None:
    servers = served(PLAIN, PLAIN)
    servers.registry = Knot(REGISTRY, {PARENT: None})

    with pytest.raises(ExchangeFailed):
        await look(servers)


async def test_a_signed_zone_is_secure_from_the_anchor_down(look: Look) -> None:
    facts, codes = await look(served(SIGNED, SIGNED, SECURE_REGISTRY), ABOVE.anchor)

    assert (facts.security, facts.security_words) == (Security.SECURE, "")
    assert codes == set()


async def test_a_zone_without_ds_is_unsigned_by_proof(look: Look) -> None:
    facts, codes = await look(served(PLAIN, PLAIN, ABOVE.sign(registry())), ABOVE.anchor)

    assert facts.security is Security.INSECURE
    assert codes == {"zone.unsigned"}


STRANGER = Signer(ZONE)
TAMPERED = SIGNED.replace(" 1 3600 600 ", " 5 3600 600 ")


@pytest.mark.parametrize(
    ("first", "second", "words", "wrong"),
    [
        pytest.param(
            *(BELOW.sign(PLAIN, start=-9 * DAY, end=-DAY),) * 2, "kedaluwarsa", {NS1}, id="signatures expired"
        ),
        pytest.param(*(BELOW.sign(PLAIN, start=DAY, end=9 * DAY),) * 2, "belum berlaku", {NS1}, id="not yet valid"),
        pytest.param(TAMPERED, TAMPERED, "tidak cocok", {NS1, NS2}, id="SOA changed after signing"),
        pytest.param(SIGNED, TAMPERED, "tidak cocok", {NS2}, id="on one server only"),
        pytest.param(PLAIN, PLAIN, "tidak ada DNSKEY", {NS1}, id="signatures gone, DS still there"),
        pytest.param(*(STRANGER.sign(PLAIN),) * 2, "tidak ada DNSKEY yang cocok", {NS1}, id="another key than the DS"),
    ],
)
async def test_signatures_that_do_not_hold_make_the_zone_bogus(
    look: Look, first: str, second: str, words: str, wrong: set[str]
) -> None:
    facts, codes = await look(served(first, second, SECURE_REGISTRY), ABOVE.anchor)

    assert facts.security is Security.BOGUS
    assert words in facts.security_words
    assert set(facts.bogus) == wrong
    assert "zone.dnssec_bogus" in codes


async def test_a_ds_that_the_registry_did_not_sign_is_not_believed(look: Look) -> None:
    forged = SECURE_REGISTRY.replace(f"DS {BELOW.ds}", f"DS {STRANGER.ds}")
    theirs = STRANGER.sign(PLAIN)

    facts, codes = await look(served(theirs, theirs, forged), ABOVE.anchor)

    assert forged != SECURE_REGISTRY
    assert (facts.security, codes) == (Security.UNKNOWN, set())


@pytest.mark.parametrize(
    ("above", "anchor"),
    [
        pytest.param(SECURE_REGISTRY, "", id="the root, trusted by default, cannot be fetched"),
        pytest.param(SECURE_REGISTRY, Signer(PARENT).anchor, id="the parent has another key than the anchor"),
        pytest.param(registry(BELOW.ds_record), ABOVE.anchor, id="the parent's signatures do not get through"),
        pytest.param(
            ABOVE.sign(registry(BELOW.ds_record), start=-9 * DAY, end=-DAY), ABOVE.anchor, id="the parent's expired"
        ),
    ],
)
async def test_where_the_chain_cannot_be_walked_the_zone_is_not_blamed(look: Look, above: str, anchor: str) -> None:
    facts, codes = await look(served(SIGNED, SIGNED, above), anchor)

    assert facts.security is Security.UNKNOWN
    assert codes == set()


@pytest.mark.parametrize(
    ("ds", "below", "security"),
    [
        pytest.param((), PLAIN, Security.INSECURE, id="left out by opt-out"),
        pytest.param((BELOW.ds_record,), SIGNED, Security.SECURE, id="signed"),
    ],
)
async def test_a_registry_that_signs_with_nsec3_and_opt_out_is_understood(
    look: Look, ds: tuple[str, ...], below: str, security: Security
) -> None:
    servers = served(below, below)
    servers.registry = Knot(REGISTRY, {PARENT: registry(*ds)}, OPT_OUT)

    facts, _codes = await look(servers, own_anchor)

    assert (facts.security, facts.security_words) == (security, "")


def own_anchor(port: int) -> str:
    """The DS of the key that Knot made for the registry."""
    answer = dns.query.udp(dns.message.make_query(PARENT, "DNSKEY"), REGISTRY, port=port, timeout=2)
    (key,) = answer.answer[0]
    return f"{PARENT}. {dns.dnssec.make_ds(dns.name.from_text(PARENT), key, 'SHA256').to_text()}"
