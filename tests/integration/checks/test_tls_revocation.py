"""What a revocation list or a responder says is believed when it is proven, in force and meant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from monitor.net.crl import MAX_LIST, Crls
from monitor.net.revocation import Chain, Inquiry
from monitor.net.tls_facts import Revocation, Standing
from tests.integration.checks.tls_authority import DAY, DER, NOW, Authority, Holder
from tests.integration.checks.tls_look import Looker
from tests.integration.net.misbehaving import Site, serving

Made = Callable[[Authority, Holder], bytes]
GOOD, REVOKED, UNKNOWN = Standing.GOOD, Standing.REVOKED, Standing.UNKNOWN


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def looker(tmp_path: Path, authority: Authority) -> Looker:
    return Looker(tmp_path, authority)


def answer(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@asynccontextmanager
async def documents(bodies: Mapping[str, bytes]) -> AsyncIterator[Site]:
    """A web server with whole answers by path; whoever asks for another waits for ever."""
    site: Site

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split()[1].decode()
        site.asked.append(head)
        found = next((body for begin, body in bodies.items() if path.startswith(begin)), None)
        if found is None:
            await asyncio.Event().wait()
        else:
            writer.write(found)
            await writer.drain()
            await reader.read()

    async with serving(handle) as site:
        yield site


async def asked(looker: Looker, chain: Chain, crls: Crls | None = None, within: float = 5.0) -> list[Revocation]:
    until = asyncio.get_running_loop().time() + within
    return list(await Inquiry(looker.http, crls or Crls(timedelta(hours=24)), until).about(chain))


async def listed(looker: Looker, authority: Authority, made: Made, status: str = "200 OK") -> Revocation:
    """What is said of a certificate whose list is what *made* makes."""
    bodies: dict[str, bytes] = {}
    async with documents(bodies) as site:
        holder = authority.site(crl=f"http://crl.example.id:{site.port}/list")
        bodies["/list"] = answer(made(authority, holder), status)
        (found,) = await asked(looker, Chain((holder.der,), (authority.intermediate.der,)))
    assert found.serial == f"{holder.certificate.serial_number:x}"
    return found


def _huge(authority: Authority, holder: Holder) -> bytes:
    return authority.revocation_list(holder) + bytes(MAX_LIST)


def _point(**values: object) -> x509.IssuingDistributionPoint:
    usual = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**usual, **values})  # type: ignore[arg-type]


def _elsewhere(authority: Authority, holder: Holder) -> bytes:
    where = [x509.UniformResourceIdentifier("http://crl.example.id/other")]
    return authority.revocation_list(more=[_point(full_name=where)])


def _here(authority: Authority, holder: Holder) -> bytes:
    (point,) = holder.certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    return authority.revocation_list(more=[_point(full_name=point.full_name, only_contains_user_certs=True)])


@pytest.mark.parametrize(
    ("made", "standing", "reason"),
    [
        pytest.param(lambda a, h: a.revocation_list(), GOOD, "", id="not on it"),
        pytest.param(lambda a, h: a.revocation_list(a.stranger), GOOD, "", id="another is on it"),
        pytest.param(lambda a, h: a.revocation_list(h), REVOKED, "keyCompromise", id="on it"),
        pytest.param(_here, GOOD, "", id="a part, and the right one"),
        pytest.param(_elsewhere, UNKNOWN, "bagian lain", id="a part, and another one"),
        pytest.param(
            lambda a, h: a.revocation_list(more=[_point(only_contains_ca_certs=True)]),
            UNKNOWN,
            "jenis sertifikat lain",
            id="for authorities only",
        ),
        pytest.param(lambda a, h: a.revocation_list(more=[_point(indirect_crl=True)]), UNKNOWN, "lain", id="indirect"),
        pytest.param(lambda a, h: a.revocation_list(until=NOW - DAY), UNKNOWN, "kedaluwarsa", id="expired"),
        pytest.param(
            lambda a, h: a.revocation_list(h, until=NOW - DAY), REVOKED, "keyCompromise", id="expired, and on it"
        ),
        pytest.param(
            lambda a, h: a.revocation_list(h, until=NOW - DAY, reason=x509.ReasonFlags.certificate_hold),
            UNKNOWN,
            "kedaluwarsa",
            id="expired, and on it for a while",
        ),
        pytest.param(
            lambda a, h: a.revocation_list(h, reason=x509.ReasonFlags.certificate_hold),
            REVOKED,
            "certificateHold",
            id="on it for a while",
        ),
        pytest.param(lambda a, h: a.revocation_list(h, by=a.stranger), UNKNOWN, "tidak sah", id="wrongly signed"),
        pytest.param(
            lambda a, h: a.revocation_list(h, by=a.issue("CN=Lain", key=a.intermediate.key, is_authority=True)),
            UNKNOWN,
            "tidak sah",
            id="of another name with the same key",
        ),
        pytest.param(lambda a, h: a.revocation_list(h, by=a.root), UNKNOWN, "tidak sah", id="of another issuer"),
        pytest.param(
            lambda a, h: a.revocation_list(more=[x509.DeltaCRLIndicator(7)]), UNKNOWN, "tidak dikenal", id="a delta"
        ),
        pytest.param(lambda a, h: b"<html>", UNKNOWN, "bukan daftar", id="no list"),
        pytest.param(lambda a, h: b"", UNKNOWN, "bukan daftar", id="empty"),
        pytest.param(lambda a, h: a.revocation_list(h)[:-9], UNKNOWN, "bukan daftar", id="cut short"),
        pytest.param(_huge, UNKNOWN, "lebih besar", id="huge"),
    ],
)
async def test_what_a_list_says(
    looker: Looker, authority: Authority, made: Made, standing: Standing, reason: str
) -> None:
    found = await listed(looker, authority, made)

    assert found.standing is standing
    assert reason in found.reason
    assert (found.revoked_at == NOW - 2 * DAY) is (standing is REVOKED)


async def test_a_list_longer_than_a_page_is_read(looker: Looker, authority: Authority) -> None:
    """Lists of public authorities are megabytes; pages are read up to half of one."""
    bulk = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), bytes(900_000))
    bodies: dict[str, bytes] = {}
    async with documents(bodies) as site:
        holder = authority.site(crl=f"http://crl.example.id:{site.port}/list")
        bodies["/list"] = answer(authority.revocation_list(holder, more=[bulk], is_critical=False))
        (found,) = await asked(looker, Chain((holder.der,), (authority.intermediate.der,)))

    assert found.standing is REVOKED


@pytest.mark.parametrize("status", ["404 Not Found", "503 Service Unavailable", "301 Moved Permanently"])
async def test_no_list_is_no_answer(looker: Looker, authority: Authority, status: str) -> None:
    found = await listed(looker, authority, lambda a, h: a.revocation_list(), status)

    assert found.standing is UNKNOWN
    assert status[:3] in found.reason


async def test_silence_and_refusal_are_no_answer(looker: Looker, authority: Authority) -> None:
    async with documents({}) as site:
        silent = authority.site(crl=f"http://crl.example.id:{site.port}/list")
        (hung,) = await asked(looker, Chain((silent.der,), (authority.intermediate.der,)), within=0.1)
    (refused,) = await asked(looker, Chain((silent.der,), (authority.intermediate.der,)))

    assert (hung.standing, refused.standing) == (UNKNOWN, UNKNOWN)
    assert "refused" in refused.reason


async def test_without_the_issuer_s_certificate_nothing_is_asked(looker: Looker, authority: Authority) -> None:
    async with documents({}) as site:
        holder = authority.site(crl=f"http://crl.example.id:{site.port}/list")
        (found,) = await asked(looker, Chain((holder.der,)))

    assert (found.standing, site.asked) == (UNKNOWN, [])


async def test_a_list_is_fetched_once_for_all_and_kept(looker: Looker, authority: Authority) -> None:
    bodies: dict[str, bytes] = {}
    crls = Crls(timedelta(hours=24))
    async with documents(bodies) as site:
        url = f"http://crl.example.id:{site.port}/list"
        one, other = authority.site(crl=url), authority.site(crl=url)
        bodies["/list"] = answer(authority.revocation_list(other))
        chains = [Chain((holder.der,), (authority.intermediate.der,)) for holder in (one, other, one)]
        together = await asyncio.gather(*(asked(looker, chain, crls) for chain in chains))
        later = await asked(looker, chains[1], crls)

    assert [found.standing for (found,) in together] == [GOOD, REVOKED, GOOD]
    assert later[0].standing is REVOKED
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("next_update", "passed", "fetched"),
    [
        pytest.param(7 * DAY, DAY - timedelta(minutes=1), 1, id="within the longest age"),
        pytest.param(7 * DAY, DAY + timedelta(minutes=1), 2, id="past the longest age"),
        pytest.param(timedelta(hours=2), timedelta(hours=1), 1, id="before the next update"),
        pytest.param(timedelta(hours=2), timedelta(hours=3), 2, id="after the next update"),
        pytest.param(-DAY, timedelta(minutes=5), 1, id="stale from the start, a little later"),
        pytest.param(-DAY, timedelta(minutes=11), 2, id="stale from the start, later"),
    ],
)
async def test_how_long_a_list_is_kept(
    looker: Looker, authority: Authority, next_update: timedelta, passed: timedelta, fetched: int
) -> None:
    clock = [NOW]
    crls = Crls(DAY, now=lambda: clock[0])
    bodies: dict[str, bytes] = {}
    async with documents(bodies) as site:
        holder = authority.site(crl=f"http://crl.example.id:{site.port}/list")
        bodies["/list"] = answer(authority.revocation_list(until=NOW + next_update))
        chain = Chain((holder.der,), (authority.intermediate.der,))
        await asked(looker, chain, crls)
        clock[0] += passed
        await asked(looker, chain, crls)

    assert len(site.asked) == fetched


async def test_a_list_that_could_not_be_had_is_not_asked_for_at_once(looker: Looker, authority: Authority) -> None:
    clock = [NOW]
    crls = Crls(DAY, now=lambda: clock[0])
    async with documents({"/": answer(b"", "503 Service Unavailable")}) as site:
        holder = authority.site(crl=f"http://crl.example.id:{site.port}/list")
        chain = Chain((holder.der,), (authority.intermediate.der,))
        for passed in (0, 9, 2):
            clock[0] += timedelta(minutes=passed)
            await asked(looker, chain, crls)

    assert len(site.asked) == 2


async def test_a_root_is_not_asked_about_and_an_intermediate_is(looker: Looker, authority: Authority) -> None:
    bodies: dict[str, bytes] = {}
    async with documents(bodies) as site:
        where = f"http://crl.example.id:{site.port}"
        intermediate = authority.issue("CN=P2", by=authority.root, is_authority=True, crl=f"{where}/root")
        holder = authority.site(by=intermediate, crl=f"{where}/list")
        bodies["/list"] = answer(authority.revocation_list(by=intermediate))
        bodies["/root"] = answer(authority.revocation_list(intermediate, by=authority.root))
        found = await asked(looker, Chain((holder.der, intermediate.der, authority.root.der)))

    assert [each.standing for each in found] == [GOOD, REVOKED]
    assert found[1].holder == "CN=P2"


Responding = Callable[[Authority, Holder], bytes]


@pytest.mark.parametrize(
    ("made", "standing", "reason"),
    [
        pytest.param(lambda a, h: a.ocsp_response(h), GOOD, "", id="good"),
        pytest.param(
            lambda a, h: a.ocsp_response(h, status=ocsp.OCSPCertStatus.REVOKED), REVOKED, "keyCompromise", id="revoked"
        ),
        pytest.param(
            lambda a, h: a.ocsp_response(h, status=ocsp.OCSPCertStatus.UNKNOWN), UNKNOWN, "", id="does not know"
        ),
        pytest.param(lambda a, h: a.ocsp_response(h, signer=a.responder()), GOOD, "", id="appointed responder"),
        pytest.param(
            lambda a, h: a.ocsp_response(h, signer=a.responder(a.stranger)),
            UNKNOWN,
            "tidak sah",
            id="responder appointed by another",
        ),
        pytest.param(
            lambda a, h: a.ocsp_response(h, signer=a.site(), status=ocsp.OCSPCertStatus.REVOKED),
            UNKNOWN,
            "tidak sah",
            id="signed by one whom nobody appointed",
        ),
        pytest.param(
            lambda a, h: a.ocsp_response(h, since=NOW - 9 * DAY, until=NOW - 2 * DAY),
            UNKNOWN,
            "kedaluwarsa",
            id="expired",
        ),
        pytest.param(
            lambda a, h: a.ocsp_response(h, since=NOW + DAY, until=NOW + 2 * DAY), UNKNOWN, "belum", id="not yet"
        ),
        pytest.param(lambda a, h: a.ocsp_response(a.site()), UNKNOWN, "sertifikat lain", id="about another"),
        pytest.param(
            lambda a, h: ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(
                DER
            ),
            UNKNOWN,
            "try_later",
            id="later",
        ),
        pytest.param(lambda a, h: b"<html>", UNKNOWN, "tidak terbaca", id="no response"),
    ],
)
async def test_what_a_responder_says_where_there_is_no_list(
    looker: Looker, authority: Authority, made: Responding, standing: Standing, reason: str
) -> None:
    bodies: dict[str, bytes] = {}
    async with documents(bodies) as site:
        holder = authority.site(ocsp=f"http://ocsp.example.id:{site.port}/status")
        bodies["/status/"] = answer(made(authority, holder))
        (found,) = await asked(looker, Chain((holder.der,), (authority.intermediate.der,)))

    assert found.standing is standing
    assert reason in found.reason
    assert site.asked[0].startswith(b"GET /status/")


async def test_a_responder_is_not_asked_where_there_is_a_list(looker: Looker, authority: Authority) -> None:
    async with documents({"/": answer(b"", "404 Not Found")}) as site:
        where = f"http://x.example.id:{site.port}"
        holder = authority.site(crl=f"{where}/list", ocsp=f"{where}/status")
        await asked(looker, Chain((holder.der,), (authority.intermediate.der,)))

    assert [head.split()[1] for head in site.asked] == [b"/list"]
