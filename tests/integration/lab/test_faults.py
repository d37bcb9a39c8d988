"""Each fault does what it says, seen by a client that knows nothing of the project."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import time
from contextlib import suppress
from pathlib import Path

import dns.exception
import dns.flags
import dns.rcode
import pytest

from tests.integration.lab.client import Answer, ask, blind, connect, fetch, gone, old, trusting
from tests.integration.lab.conftest import DESA, OPD, TARGETS
from tests.lab import Fault, FaultName, Lab, Limits


@pytest.mark.parametrize(
    ("fault", "rcode"),
    [
        pytest.param(FaultName.NXDOMAIN, dns.rcode.NXDOMAIN, id="nxdomain"),
        pytest.param(FaultName.SERVFAIL, dns.rcode.SERVFAIL, id="servfail"),
        pytest.param(FaultName.DNS_REFUSED, dns.rcode.REFUSED, id="refused"),
        pytest.param(FaultName.NO_ADDRESS, dns.rcode.NOERROR, id="no-address"),
    ],
)
async def test_a_fault_of_the_name_is_the_name_servers_own_word(lab: Lab, fault: FaultName, rcode: int) -> None:
    lab.set(DESA, fault)
    answers = [await ask(lab, DESA, rdtype) for rdtype in ("A", "AAAA")]
    assert [(answer.rcode(), answer.answer) for answer in answers] == [(rcode, [])] * 2
    lab.clear(DESA)
    assert (await ask(lab, DESA)).answer


async def test_a_silent_name_server_is_silent_about_that_name_only(lab: Lab) -> None:
    lab.set(DESA, FaultName.DNS_SILENT)
    for tcp in (False, True):
        with pytest.raises(dns.exception.Timeout):
            await ask(lab, DESA, tcp=tcp, patience=0.1)
    assert (await ask(lab, OPD)).answer


async def test_a_truncated_answer_is_whole_over_tcp(lab: Lab) -> None:
    lab.set(DESA, FaultName.DNS_TRUNCATED)
    short, whole = await ask(lab, DESA), await ask(lab, DESA, tcp=True)
    assert (bool(short.flags & dns.flags.TC), short.answer) == (True, [])
    assert (bool(whole.flags & dns.flags.TC), len(whole.answer)) == (False, 1)


async def test_an_ipv6_only_site_has_no_a_record_and_is_served_at_its_aaaa(lab: Lab) -> None:
    if not lab.ipv6:
        pytest.skip("this machine has no ::1")
    lab.set(DESA, FaultName.IPV6_ONLY)
    assert (await ask(lab, DESA, "A")).answer == []
    assert [record.address for record in (await ask(lab, DESA, "AAAA")).answer[0]] == ["::1"] == [lab.address(DESA)]
    assert (await fetch(lab, DESA)).status == 200


async def test_a_refused_site_moves_to_an_address_of_its_own_that_refuses_both_ports(lab: Lab) -> None:
    before = lab.address(DESA)
    lab.set(DESA, FaultName.REFUSED)
    assert lab.address(DESA) != before
    assert [record.address for record in (await ask(lab, DESA)).answer[0]] == [lab.address(DESA)]
    for plain in (False, True):
        with pytest.raises(ConnectionRefusedError):
            await fetch(lab, DESA, plain=plain)


async def test_a_black_hole_never_completes_a_connection(lab: Lab) -> None:
    lab.set(DESA, FaultName.BLACK_HOLED)
    for context in (None, trusting(lab)):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await connect(lab, DESA, context)


@pytest.mark.parametrize(
    "fault", [FaultName.REFUSED, FaultName.BLACK_HOLED, FaultName.HANDSHAKE_RESET, FaultName.TLS_1_0]
)
async def test_a_site_that_recovers_is_found_at_once_by_those_who_remember_its_address(
    lab: Lab, fault: FaultName
) -> None:
    lab.set(DESA, fault)
    remembered = lab.address(DESA)
    lab.clear(DESA)
    assert lab.address(DESA) == remembered
    assert (await fetch(lab, DESA)).status == 200
    lab.set(DESA, fault)
    assert lab.address(DESA) == remembered


async def test_a_handshake_is_reset(lab: Lab) -> None:
    lab.set(DESA, FaultName.HANDSHAKE_RESET)
    with pytest.raises(ConnectionResetError):
        await fetch(lab, DESA)


async def test_tls_1_0_is_all_that_an_outdated_site_speaks(lab: Lab) -> None:
    lab.set(DESA, FaultName.TLS_1_0)
    with pytest.raises(ssl.SSLError, match=r"(?i)alert protocol version"):
        await fetch(lab, DESA)
    assert (await fetch(lab, DESA, context=old(lab))).status == 200
    _reader, writer = await connect(lab, DESA, old(lab))
    assert writer.get_extra_info("ssl_object").version() == "TLSv1"
    await gone(writer)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(FaultName.EXPIRED, 10, id="expired"),
        pytest.param(FaultName.NOT_YET_VALID, 9, id="not-yet-valid"),
        pytest.param(FaultName.WRONG_HOST, 62, id="wrong-host"),
        pytest.param(FaultName.SELF_SIGNED, 18, id="self-signed"),
        pytest.param(FaultName.UNKNOWN_CA, 19, id="unknown-ca"),
        pytest.param(FaultName.MISSING_INTERMEDIATE, 20, id="missing-intermediate"),
    ],
)
async def test_a_bad_certificate_fails_for_the_reason_it_is_named_after(lab: Lab, fault: FaultName, code: int) -> None:
    lab.set(DESA, fault)
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        await fetch(lab, DESA)
    assert caught.value.verify_code == code
    assert (await fetch(lab, DESA, context=blind())).status == 200
    lab.clear(DESA)
    assert (await fetch(lab, DESA)).status == 200


async def test_an_expiring_certificate_still_verifies_and_ends_in_five_days(lab: Lab) -> None:
    lab.set(DESA, FaultName.EXPIRING)
    _reader, writer = await connect(lab, DESA, trusting(lab))
    ends = ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"])
    await gone(writer)
    assert (ends - time.time()) // 86400 == 5


@pytest.mark.parametrize("status", [200, 403, 404, 500, 503])
async def test_a_status_is_answered_as_asked(lab: Lab, status: int) -> None:
    lab.set(DESA, Fault(FaultName.STATUS, status=status))
    assert (await fetch(lab, DESA)).status == status


@pytest.mark.parametrize("status", [301, 302])
async def test_a_redirection_leads_to_a_page_that_answers(lab: Lab, status: int) -> None:
    lab.set(DESA, Fault(FaultName.STATUS, status=status))
    answer = await fetch(lab, DESA)
    assert (answer.status, answer.field("location")) == (status, "/beranda")
    assert (await fetch(lab, DESA, "/beranda")).status == 200


async def test_an_empty_answer_is_an_orderly_end(lab: Lab) -> None:
    lab.set(DESA, FaultName.EMPTY)
    assert (await fetch(lab, DESA)).raw == b""


async def test_a_slow_first_byte_comes_after_its_delay(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.SLOW_FIRST_BYTE, delay=0.3))
    began = time.monotonic()
    assert (await fetch(lab, DESA)).status == 200
    assert time.monotonic() - began >= 0.3


async def test_a_drip_comes_byte_by_byte(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.SLOW_DRIP, pause=0.02))
    reader, writer = await connect(lab, DESA, trusting(lab))
    writer.write(f"GET / HTTP/1.1\r\nHost: {DESA}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    await reader.read(100)
    assert await reader.read(100) in {bytes((byte,)) for byte in b"<!DOCTYPE html>"}
    await gone(writer)


async def test_a_body_is_reset_after_its_beginning(lab: Lab) -> None:
    lab.set(DESA, FaultName.BODY_RESET)
    reader, writer = await connect(lab, DESA, trusting(lab))
    writer.write(f"GET / HTTP/1.1\r\nHost: {DESA}\r\n\r\n".encode())
    assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
    assert b"DOCTYPE" in await reader.readexactly(2000)
    with pytest.raises(ConnectionResetError):
        await reader.readexactly(1)
    await gone(writer)


@pytest.mark.parametrize("fault", [FaultName.ENDLESS_BODY, FaultName.ENDLESS_HEADERS])
async def test_endless_things_go_on_for_as_long_as_somebody_reads(lab: Lab, fault: FaultName) -> None:
    lab.set(DESA, fault)
    answer = await fetch(lab, DESA, most=4 << 20)
    assert len(answer.raw) >= 4 << 20
    assert (answer.body == b"") is (fault is FaultName.ENDLESS_HEADERS)


async def test_a_bomb_is_small_on_the_wire_and_decodes_to_its_size(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.BOMB, size=8_000_001))
    answer = await fetch(lab, DESA)
    assert answer.field("content-encoding") == "gzip"
    assert len(answer.body) < 20_000
    assert gzip.decompress(answer.body) == bytes(8_000_001)


async def test_a_malformed_answer_is_not_http(lab: Lab) -> None:
    lab.set(DESA, FaultName.MALFORMED)
    assert not (await fetch(lab, DESA)).raw.startswith(b"HTTP/")


async def test_a_wrong_charset_is_neither_known_nor_utf_8(lab: Lab) -> None:
    lab.set(DESA, FaultName.WRONG_CHARSET)
    answer = await fetch(lab, DESA)
    assert answer.field("content-type") == "text/html; charset=utf-99"
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()


async def test_http_1_0_ends_its_body_with_the_connection(lab: Lab) -> None:
    lab.set(DESA, FaultName.HTTP_1_0)
    answer = await fetch(lab, DESA)
    assert answer.raw.startswith(b"HTTP/1.0 200")
    assert answer.field("content-length") is None
    assert answer.body.endswith(b"</html>\n")


async def follow(lab: Lab, most: int) -> list[Answer]:
    """The answers of up to *most* steps of a redirection within the site."""
    answers = [await fetch(lab, DESA)]
    while len(answers) < most and (location := answers[-1].field("location")) is not None:
        answers.append(await fetch(lab, DESA, location))
    return answers


async def test_a_loop_comes_back_to_where_it_began(lab: Lab) -> None:
    lab.set(DESA, FaultName.REDIRECT_LOOP)
    assert [answer.field("location") for answer in await follow(lab, 4)] == ["/masuk", "/", "/masuk", "/"]


async def test_a_chain_of_twelve_leads_to_the_page(lab: Lab) -> None:
    lab.set(DESA, FaultName.REDIRECT_CHAIN)
    assert [answer.status for answer in await follow(lab, 20)] == [302] * 12 + [200]


async def test_a_growing_redirection_never_names_the_same_url_twice(lab: Lab) -> None:
    lab.set(DESA, FaultName.REDIRECT_GROWING)
    lengths = [len(answer.field("location") or "") for answer in await follow(lab, 6)]
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize("location", ["https://slot-gacor.example/", "http://127.0.0.1/", "http://169.254.169.254/"])
async def test_a_redirection_leads_where_it_is_told(lab: Lab, location: str) -> None:
    lab.set(DESA, Fault(FaultName.REDIRECT, location=location))
    assert (await fetch(lab, DESA)).field("location") == location


async def test_the_gambling_site_that_hijacked_sites_lead_to_is_there(lab: Lab) -> None:
    assert (await fetch(lab, "slot-gacor.example")).status == 200


async def test_a_downgrade_leads_to_the_page_without_tls(lab: Lab) -> None:
    lab.set(DESA, FaultName.DOWNGRADE)
    assert (await fetch(lab, DESA)).field("location") == f"http://{DESA}/"
    assert (await fetch(lab, DESA, plain=True)).status == 200


async def test_a_cut_leaves_nothing_that_answers_and_a_repair_brings_all_back(lab: Lab) -> None:
    lab.set(OPD, FaultName.REFUSED)
    lab.cut()
    with pytest.raises(dns.exception.Timeout):
        await ask(lab, "go.id", "NS", patience=0.1)
    for address in (lab.address(DESA), lab.address(OPD), "127.16.0.1"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await connect(lab, DESA, None, address=address)
    lab.restore()
    assert (await ask(lab, "go.id", "NS")).answer
    assert (await fetch(lab, DESA)).status == 200
    with pytest.raises(ConnectionRefusedError):
        await fetch(lab, OPD)


async def test_a_connection_that_lasts_too_long_is_ended(tmp_path: Path) -> None:
    async with Lab(TARGETS, directory=tmp_path, limits=Limits(lifetime=0.2)) as lab:
        lab.set(DESA, FaultName.SLOW_DRIP)
        reader, writer = await connect(lab, DESA, trusting(lab))
        writer.write(f"GET / HTTP/1.1\r\nHost: {DESA}\r\n\r\n".encode())
        async with asyncio.timeout(5):
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await reader.readexactly(1000)
        await gone(writer)


@pytest.mark.parametrize("fault", [FaultName.ENDLESS_BODY, FaultName.ENDLESS_HEADERS])
async def test_endless_things_end_at_the_limit(tmp_path: Path, fault: FaultName) -> None:
    async with Lab(TARGETS, directory=tmp_path, limits=Limits(body=1 << 20)) as lab:
        lab.set(DESA, fault)
        assert 1 << 20 <= len((await fetch(lab, DESA)).raw) < 2 << 20


async def test_more_connections_than_the_limit_are_turned_away(tmp_path: Path) -> None:
    async with Lab(TARGETS, directory=tmp_path, limits=Limits(connections=1)) as lab:
        _reader, first = await connect(lab, DESA, None)
        with suppress(ConnectionResetError):
            assert (await fetch(lab, DESA, plain=True)).raw == b""
        await gone(first)


async def test_a_fault_of_a_jenis_is_every_such_sites(lab: Lab) -> None:
    lab.set("desa", Fault(FaultName.STATUS, status=500))
    assert (await fetch(lab, DESA)).status == 500
    assert (await fetch(lab, OPD)).status == 200
