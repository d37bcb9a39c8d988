"""What the lab does while nothing is wrong."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import dns.flags
import dns.rcode
import pytest

from monitor.settings import Settings
from tests.integration.lab.client import PATIENCE, ask, connect, fetch, gone, trusting
from tests.integration.lab.conftest import BARE, DESA, OPD, PLAIN, TARGETS
from tests.lab import Lab


async def test_a_listed_name_resolves_to_its_address_and_nothing_else(lab: Lab) -> None:
    answer = await ask(lab, DESA)
    assert [record.address for record in answer.answer[0]] == [lab.address(DESA)]
    assert (await ask(lab, DESA, "AAAA")).answer == []
    assert (await ask(lab, DESA, "AAAA")).rcode() == dns.rcode.NOERROR


async def test_an_unlisted_name_does_not_exist_and_its_parents_do(lab: Lab) -> None:
    assert (await ask(lab, "tidak-ada.desa.id")).rcode() == dns.rcode.NXDOMAIN
    assert (await ask(lab, "purbalinggakab.go.id")).rcode() == dns.rcode.NOERROR
    assert (await ask(lab, "go.id", "NS")).answer


async def test_the_name_server_answers_over_tcp_as_well(lab: Lab) -> None:
    assert (await ask(lab, DESA, tcp=True)).answer == (await ask(lab, DESA)).answer


async def test_the_same_question_under_another_id_gets_its_own_id_back(lab: Lab) -> None:
    answers = [await ask(lab, DESA) for _time in range(3)]
    assert all(answer.flags & dns.flags.AA for answer in answers)  # dnspython itself refuses a wrong id


async def test_a_site_serves_a_believable_page_under_a_certificate_that_verifies(lab: Lab) -> None:
    answer = await fetch(lab, DESA)
    assert answer.status == 200
    assert answer.field("content-length") == str(len(answer.body))
    assert "Purbalingga" in answer.body.decode()
    assert "OpenSID" in answer.body.decode()
    assert 5_000 <= len(answer.body) <= 20_000
    assert (await fetch(lab, DESA)).body == answer.body


async def test_port_80_of_an_https_site_only_leads_to_https(lab: Lab) -> None:
    answer = await fetch(lab, DESA, "/first", plain=True)
    assert (answer.status, answer.field("location")) == (301, f"https://{DESA}/first")


async def test_an_http_only_site_is_served_there_and_has_no_certificate_of_its_own(lab: Lab) -> None:
    assert (await fetch(lab, PLAIN, "/first", plain=True)).status == 200
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        await fetch(lab, PLAIN)


async def test_a_page_that_is_not_listed_is_not_there(lab: Lab) -> None:
    assert (await fetch(lab, OPD, "/wp-login.php")).status == 404


async def test_a_head_request_gets_no_body(lab: Lab) -> None:
    answer = await fetch(lab, OPD, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


async def test_a_connection_can_be_used_again(lab: Lab) -> None:
    reader, writer = await connect(lab, OPD, trusting(lab))
    for _time in range(2):
        writer.write(f"GET / HTTP/1.1\r\nHost: {OPD}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        assert b"Purbalingga" in await reader.readexactly(length)
    await gone(writer)


async def test_every_address_serves_the_same_two_ports(lab: Lab) -> None:
    assert len({lab.address(host) for host in (OPD, DESA, PLAIN)}) == 3
    for host in (OPD, DESA, PLAIN):
        _reader, writer = await connect(lab, host, None)
        await gone(writer)


async def test_the_settings_are_settings_and_keep_the_daemon_inside(lab: Lab) -> None:
    values = lab.settings()
    Settings(**values)
    http = lab.http_port
    assert values["net"]["connect_to"] == {
        f"{BARE}:80": f"{lab.address(BARE)}:{http}",
        "36.66.164.123:88": f"{lab.address('LYN-016')}:{http}",
        "*:443": f":{lab.https_port}",
        "*:80": f":{http}",
        "*:53": f":{lab.name_server[1]}",
    }


async def test_two_labs_stand_beside_each_other(lab: Lab, tmp_path: Path) -> None:
    async with Lab(TARGETS, directory=tmp_path / "other") as other:
        assert {lab.http_port, lab.https_port}.isdisjoint({other.http_port, other.https_port})
        assert (await fetch(other, DESA)).status == 200


async def test_leaving_ends_connections_and_handshakes_that_are_under_way(tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        async with Lab(TARGETS, directory=tmp_path) as lab:
            idle = await connect(lab, OPD, None)
            handshaking = await asyncio.open_connection(lab.address(OPD), lab.https_port)
            assert (await fetch(lab, OPD)).status == 200
    for reader, writer in (idle, handshaking):
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        await gone(writer)


async def test_wildcards_cover_names_that_stand_beside_each_other(tmp_path: Path) -> None:
    async with Lab(TARGETS, directory=tmp_path, wildcards=True) as lab:
        _reader, writer = await connect(lab, DESA, trusting(lab))
        names = writer.get_extra_info("peercert")["subjectAltName"]
        await gone(writer)
    assert names == (("DNS", "*.desa.id"),)
