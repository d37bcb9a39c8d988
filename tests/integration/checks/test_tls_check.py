"""The whole TLS check against real servers: what is wrong with them is found, and what could not be seen is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp

from monitor.checks.evidence import evidence
from monitor.net.facts import ExchangeFailed, FailureKind
from monitor.net.tls_facts import Seen, Standing, Version
from tests.integration.checks.tls_authority import DAY, HOST, NOW, Authority, Holder, write_chain
from tests.integration.checks.tls_look import Looker, Names
from tests.integration.checks.tls_servers import fake, nginx, openssl
from tests.integration.net.misbehaving import serving
from tests.unit.net.hellos import DONE, alert, certificates, hello, offered_suites, record

TODAY = "ssl_protocols TLSv1.2 TLSv1.3"
PARENT = "purbalinggakab.go.id"
CAA = {PARENT: ('0 issue "letsencrypt.org"',)}


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@dataclass
class Grounds:
    """A folder, an authority, and a check to look with."""

    folder: Path
    authority: Authority
    looker: Looker

    @contextmanager
    def nginx(self, *chain: Holder, directives: tuple[str, ...] = (TODAY,)) -> Iterator[int]:
        with nginx(self.folder, *write_chain(self.folder, *chain), *directives) as port:
            yield port

    @contextmanager
    def openssl(self, leaf: Holder, *options: str) -> Iterator[int]:
        above = self.folder / "above.pem"
        above.write_bytes(self.authority.intermediate.pem)
        certificate, key = write_chain(self.folder, leaf)
        with openssl(certificate, key, *options, above=above) as port:
            yield port


@pytest.fixture
def grounds(tmp_path: Path, authority: Authority) -> Grounds:
    return Grounds(tmp_path, authority, Looker(tmp_path, authority, Names(CAA)))


@pytest.mark.servers("nginx")
async def test_a_well_kept_site_has_nothing_to_be_told(grounds: Grounds) -> None:
    a = grounds.authority
    with grounds.nginx(a.site(), a.intermediate) as port:
        facts = await grounds.looker.facts(port)

    assert grounds.looker.judged(facts) == {}
    assert (facts.verify_code, facts.is_public, len(facts.chain)) == (0, False, 2)
    assert facts.offered.group == "x25519"
    assert facts.staple.seen is Seen.NO


@pytest.mark.servers("nginx")
async def test_two_looks_at_the_same_site_leave_the_same_evidence(grounds: Grounds) -> None:
    a = grounds.authority
    with grounds.nginx(a.site(), a.intermediate) as port:
        first, second = [evidence(await grounds.looker.facts(port)) for _ in range(2)]

    assert first == second


@pytest.mark.servers("nginx")
@pytest.mark.parametrize(
    ("directives", "found"),
    [
        pytest.param(
            ("ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", "ssl_ciphers ECDHE+AESGCM:ECDHE+AES:@SECLEVEL=0"),
            {"tls.old_version"},
            id="old versions beside",
        ),
        pytest.param(
            ("ssl_protocols TLSv1", "ssl_ciphers AES128-SHA:@SECLEVEL=0"),
            {"tls.old_version", "tls.no_modern_version", "tls.no_1_3", "tls.no_forward_secrecy"},
            id="TLS 1.0 alone",
        ),
        pytest.param(
            ("ssl_protocols TLSv1.2", "ssl_ciphers AES128-GCM-SHA256:aNULL:eNULL:@SECLEVEL=0"),
            {"tls.no_1_3", "tls.null_or_anonymous", "tls.no_forward_secrecy"},
            id="open ciphers",
        ),
    ],
)
async def test_a_badly_set_up_nginx(grounds: Grounds, directives: tuple[str, ...], found: set[str]) -> None:
    a = grounds.authority
    leaf = a.site(key=rsa.generate_private_key(65537, 2048))
    with grounds.nginx(leaf, a.intermediate, directives=directives) as port:
        facts = await grounds.looker.facts(port)

    assert grounds.looker.judged(facts).keys() == found


@pytest.mark.servers("nginx")
async def test_a_badly_laid_chain(grounds: Grounds) -> None:
    a = grounds.authority
    ending = a.issue("CN=Segera", by=a.root, is_authority=True, until=NOW + 5 * DAY, since=NOW - 9 * DAY)
    with grounds.nginx(a.site(by=ending), a.root, ending) as port:
        found = grounds.looker.judged(await grounds.looker.facts(port))

    assert found.keys() == {"tls.chain_order", "tls.root_sent", "tls.chain_expiring"}
    assert found["tls.chain_expiring"].detail["holder"] == "CN=Segera"
    assert found["tls.chain_order"].detail["right"] == [f"CN={HOST}", "CN=Segera", "CN=Akar"]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        pytest.param(lambda: rsa.generate_private_key(65537, 1024), "RSA 1024", id="RSA 1024"),  # noqa: S505
        pytest.param(lambda: ec.generate_private_key(ec.SECP224R1()), "EC 224", id="P-224"),
    ],
)
async def test_a_short_key_is_seen_although_no_browser_would_shake_hands_with_it(
    grounds: Grounds, key: object, told: str
) -> None:
    leaf = grounds.authority.site(key=key())  # type: ignore[operator]
    with grounds.openssl(leaf, "-cipher", "ALL:@SECLEVEL=0") as port:
        facts = await grounds.looker.facts(port)

    assert grounds.looker.judged(facts)["tls.weak_key"].detail["key"] == told


@pytest.mark.parametrize("served_by", ["openssl", "nginx"])
@pytest.mark.parametrize(
    ("status", "until", "found"),
    [
        pytest.param(ocsp.OCSPCertStatus.GOOD, NOW + DAY, set(), id="good"),
        pytest.param(ocsp.OCSPCertStatus.GOOD, NOW - timedelta(hours=1), {"tls.staple_bad"}, id="expired"),
        pytest.param(ocsp.OCSPCertStatus.REVOKED, NOW + DAY, {"tls.staple_bad", "tls.revoked"}, id="revoked"),
    ],
)
async def test_a_stapled_response_is_read(
    grounds: Grounds, served_by: str, status: ocsp.OCSPCertStatus, until: object, found: set[str]
) -> None:
    a = grounds.authority
    leaf = a.site(must_staple=True)
    response = grounds.folder / "response.der"
    response.write_bytes(a.ocsp_response(leaf, status=status, until=until))  # type: ignore[arg-type]
    started = (
        grounds.openssl(leaf, "-status_file", str(response))
        if served_by == "openssl"
        else grounds.nginx(leaf, a.intermediate, directives=(TODAY, "ssl_stapling on", f"ssl_stapling_file {response}"))
    )
    with started as port:
        facts = await grounds.looker.facts(port)

    assert facts.staple.seen is Seen.YES
    assert grounds.looker.judged(facts).keys() == found


@pytest.mark.servers("nginx")
async def test_a_promise_to_staple_that_is_not_kept(grounds: Grounds) -> None:
    a = grounds.authority
    with grounds.nginx(a.site(must_staple=True), a.intermediate) as port:
        facts = await grounds.looker.facts(port)

    assert grounds.looker.judged(facts).keys() == {"tls.must_staple_unmet"}


@pytest.mark.servers("nginx")
async def test_under_1_3_alone_nobody_can_see_what_is_stapled(grounds: Grounds) -> None:
    a = grounds.authority
    with grounds.nginx(a.site(must_staple=True), a.intermediate, directives=("ssl_protocols TLSv1.3",)) as port:
        facts = await grounds.looker.facts(port)

    assert grounds.looker.judged(facts) == {}
    assert "tls.must_staple_unmet" not in grounds.looker.answered(facts)
    assert facts.chain


@pytest.mark.servers("nginx")
async def test_a_revoked_certificate_is_found_by_its_list(grounds: Grounds) -> None:
    a = grounds.authority
    body: list[bytes] = []

    async def handle(reader: object, writer: object) -> None:
        await reader.readuntil(b"\r\n\r\n")  # type: ignore[attr-defined]
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + body[0])  # type: ignore[attr-defined]
        await writer.drain()  # type: ignore[attr-defined]

    async with serving(handle) as crl:
        leaf = a.site(crl=f"http://crl.example.id:{crl.port}/list")
        body.append(a.revocation_list(leaf))
        with grounds.nginx(leaf, a.intermediate) as port:
            facts = await grounds.looker.facts(port)

    assert grounds.looker.judged(facts).keys() == {"tls.revoked"}
    assert facts.revocations[0].standing is Standing.REVOKED


@pytest.mark.servers("nginx")
async def test_the_rules_of_browsers_bind_an_authority_that_the_system_trusts(
    grounds: Grounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = grounds.authority
    anchor = grounds.folder / "system.pem"
    anchor.write_bytes(a.root.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(anchor))
    looker = Looker(grounds.folder, a, Names(CAA), system_ca=True, extra_ca=())
    public = a.issue("CN=E5,O=DigiCert Inc,C=US", by=a.root, is_authority=True)
    leaf = a.site(by=public, since=NOW - DAY, until=NOW + 300 * DAY)
    with grounds.nginx(leaf, public) as port:
        found = looker.judged(await looker.facts(port))

    assert found.keys() == {"tls.validity_too_long", "tls.no_sct", "tls.caa_mismatch"}
    assert found["tls.caa_mismatch"].detail["allowed"] == ["letsencrypt.org"]


async def test_a_server_too_old_for_any_library_is_seen_with_its_chain(grounds: Grounds) -> None:
    leaf = grounds.authority.site(key=rsa.generate_private_key(65537, 2048))

    def answer(asked: bytes) -> bytes:
        _version, suites, extensions = offered_suites(asked)
        if 43 in extensions or 0x0005 not in suites:
            return alert(40)
        flight = hello(0x0005, 0x0300, None) + certificates(leaf.der, grounds.authority.intermediate.der) + DONE
        return record(22, flight, 0x0300)

    async with fake(answer) as port:
        facts = await grounds.looker.facts(port)
    found = grounds.looker.judged(facts)

    assert found.keys() == {
        "tls.old_version",
        "tls.no_modern_version",
        "tls.no_1_3",
        "tls.weak_cipher",
        "tls.no_forward_secrecy",
    }
    assert facts.offered.accepted(*Version) == (Version.SSL3,)
    assert [each.subject for each in facts.chain] == [f"CN={HOST}", "CN=Perantara"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", FailureKind.TLS_ERROR, id="no TLS there"),
        pytest.param(alert(40), FailureKind.TLS_PROTOCOL, id="refuses everything"),
        pytest.param(None, FailureKind.CLOSED, id="hangs up"),
    ],
)
async def test_where_nothing_is_accepted_nobody_has_looked(
    grounds: Grounds, answer: bytes | None, kind: FailureKind
) -> None:
    async with fake(lambda _hello: answer) as port:
        with pytest.raises(ExchangeFailed) as caught:
            await grounds.looker.facts(port)

    assert caught.value.failure.kind is kind


async def test_where_nobody_answers_nobody_has_looked(grounds: Grounds) -> None:
    async with fake(lambda _hello: None) as port:
        pass
    with pytest.raises(ExchangeFailed) as caught:
        await grounds.looker.facts(port)

    assert caught.value.failure.kind is FailureKind.REFUSED


@pytest.mark.parametrize(("port", "host"), [(99_999, HOST), (443, "")])
async def test_an_address_that_cannot_be_used_is_not_looked_at(grounds: Grounds, port: int, host: str) -> None:
    with pytest.raises(ExchangeFailed) as caught:
        await grounds.looker.facts(port, host)

    assert caught.value.failure.kind is FailureKind.BAD_URL


@pytest.mark.servers("nginx")
@pytest.mark.parametrize(
    ("names", "caa", "asked", "seen", "is_wildcard"),
    [
        pytest.param((HOST,), {}, [HOST, PARENT], Seen.NO, False, id="none"),
        pytest.param((HOST,), CAA, [HOST, PARENT], Seen.YES, False, id="above"),
        pytest.param((HOST,), {HOST: ('0 issue ";"',), **CAA}, [HOST], Seen.YES, False, id="the nearest counts"),
        pytest.param((f"*.{PARENT}",), CAA, [PARENT], Seen.YES, True, id="wildcard"),
        pytest.param((HOST,), {HOST: FailureKind.SERVFAIL, **CAA}, [HOST], Seen.UNKNOWN, False, id="servfail"),
        pytest.param((HOST,), {PARENT: FailureKind.TIMEOUT}, [HOST, PARENT], Seen.UNKNOWN, False, id="time-out above"),
    ],
)
async def test_caa_is_looked_for_from_the_name_up(  # noqa: PLR0917
    tmp_path: Path,
    authority: Authority,
    names: tuple[str, ...],
    caa: dict[str, tuple[str, ...] | FailureKind],
    asked: list[str],
    seen: Seen,
    is_wildcard: bool,  # noqa: FBT001
) -> None:
    looker = Looker(tmp_path, authority, Names(caa))
    chain = write_chain(tmp_path, authority.site(names=names), authority.intermediate)
    with nginx(tmp_path, *chain, TODAY) as port:
        facts = await looker.facts(port)

    assert looker.names.asked == asked
    assert (facts.caa.seen, facts.caa.is_wildcard) == (seen, is_wildcard)
    assert ("tls.caa_missing" in looker.judged(facts)) is (seen is Seen.NO)
