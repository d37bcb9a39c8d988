"""What real servers accept is what the scan says they accept; of one that does not answer it says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from monitor.net.facts import ExchangeFailed, FailureKind
from monitor.net.suites import WEAK, name_of
from monitor.net.tls_facts import Family, Offered, Probe, Seen, Version
from tests.integration.checks.tls_authority import Authority, Holder, write_chain
from tests.integration.checks.tls_look import Looker
from tests.integration.checks.tls_servers import fake, nginx, openssl
from tests.unit.net.hellos import DONE, alert, certificates, hello, hello_1_3, offered_suites, record

V = Version
EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
RSA_ONLY = "AES256-SHA:AES128-SHA:@SECLEVEL=0"


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def site(authority: Authority) -> Holder:
    """With an RSA key, which suites of every age can use."""
    return authority.site(key=rsa.generate_private_key(65537, 2048))


@pytest.fixture
def chain(tmp_path: Path, authority: Authority, site: Holder) -> tuple[Path, Path]:
    return write_chain(tmp_path, site, authority.intermediate)


@pytest.fixture
def looker(tmp_path: Path, authority: Authority) -> Looker:
    return Looker(tmp_path, authority)


def accepted(offered: Offered) -> set[Version | Family]:
    probes: list[tuple[Version | Family, Probe]] = [*offered.versions.items(), *offered.weak.items()]
    assert all(probe.seen is not Seen.UNKNOWN for _key, probe in probes)
    return {key for key, probe in probes if probe.seen is Seen.YES}


@pytest.mark.servers("nginx")
@pytest.mark.parametrize(
    ("directives", "expected", "forward"),
    [
        pytest.param(("ssl_protocols TLSv1.2 TLSv1.3",), {V.TLS12, V.TLS13}, True, id="today's"),
        pytest.param(("ssl_protocols TLSv1.3",), {V.TLS13}, None, id="1.3 alone"),
        pytest.param(
            ("ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", f"ssl_ciphers {RSA_ONLY}"),
            {V.TLS10, V.TLS11, V.TLS12, V.TLS13},
            False,
            id="all versions, RSA key exchange",
        ),
        pytest.param(("ssl_protocols TLSv1", "ssl_ciphers ALL:!aNULL:@SECLEVEL=0"), {V.TLS10}, True, id="1.0 alone"),
        pytest.param(("ssl_protocols TLSv1.1", f"ssl_ciphers {RSA_ONLY}"), {V.TLS11}, False, id="1.1 alone"),
        pytest.param(
            ("ssl_protocols TLSv1.2", "ssl_ciphers AES128-SHA:aNULL:eNULL:@SECLEVEL=0"),
            {V.TLS12, Family.NULL, Family.ANONYMOUS},
            False,
            id="the open ones beside",
        ),
    ],
)
async def test_nginx_is_seen_as_it_is_set_up(  # noqa: PLR0917
    tmp_path: Path,
    chain: tuple[Path, Path],
    looker: Looker,
    directives: tuple[str, ...],
    expected: set[Version | Family],
    forward: bool | None,  # noqa: FBT001
) -> None:
    with nginx(tmp_path, *chain, *directives) as port:
        offered = await looker.scan(port).run()

    assert accepted(offered) == expected
    assert offered.forward.seen is {True: Seen.YES, False: Seen.NO, None: Seen.UNKNOWN}[forward]


async def test_openssl_with_everything_on_is_seen_to_have_it_on(chain: tuple[Path, Path], looker: Looker) -> None:
    with openssl(*chain, "-cipher", EVERYTHING) as port:
        offered = await looker.scan(port).run()

    assert accepted(offered) == {V.TLS10, V.TLS11, V.TLS12, V.TLS13, Family.NULL, Family.ANONYMOUS}


@pytest.mark.parametrize("bits", [1024, 2048])
async def test_a_small_group_is_measured(tmp_path: Path, chain: tuple[Path, Path], looker: Looker, bits: int) -> None:
    group = tmp_path / "dh.pem"
    group.write_text(GROUPS[bits])
    with openssl(*chain, "-tls1_2", "-cipher", "DHE-RSA-AES128-SHA:@SECLEVEL=0", "-dhparam", str(group)) as port:
        offered = await looker.scan(port).run()

    assert (offered.group, offered.group_bits) == (f"DH {bits}", bits)


GROUPS = {
    1024: """-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
""",
    2048: """-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
""",
}
"""RFC 2409 §6.2, RFC 7919 §A.1."""


def takes(*codes: int, version: int = 0x0303, leaf: bytes = b"leaf") -> Callable[[bytes], bytes]:
    """A server that takes the first of *codes* that is offered, in *version* and no other."""

    def answer(asked: bytes) -> bytes:
        offered_version, suites, extensions = offered_suites(asked)
        if 43 in extensions or offered_version < version:
            return alert(70)
        suite = next((code for code in codes if code in suites), None)
        if suite is None:
            return alert(40)
        extras = () if version > 0x0300 else None
        return record(22, hello(suite, version, extras) + certificates(leaf) + DONE, max(version, 0x0300))

    return answer


@pytest.mark.parametrize("family", [Family.EXPORT, Family.DES, Family.RC4, Family.TRIPLE_DES])
@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0303], ids=["SSL 3.0", "TLS 1.0", "TLS 1.2"])
async def test_a_server_that_has_nothing_but_a_weak_family_is_seen(
    looker: Looker, family: Family, version: int
) -> None:
    async with fake(takes(*WEAK[family], version=version)) as port:
        offered = await looker.scan(port).run()

    assert accepted(offered) == {list(Version)[version - 0x0300], family}


async def test_every_weak_family_beside_a_strong_suite_is_found_with_one_offer_each(looker: Looker) -> None:
    worst = [WEAK[family][0] for family in Family]
    asked: list[list[int]] = []

    def answer(hello: bytes) -> bytes:
        asked.append(offered_suites(hello)[1])
        return takes(0xC02F, *worst)(hello)

    async with fake(answer) as port:
        offered = await looker.scan(port).run()

    assert accepted(offered) == {V.TLS12, *Family}
    assert [offered.weak[family].suite for family in Family] == [name_of(code) for code in worst]
    assert len(asked) == 5 + len(Family)


async def test_ancient_suites_are_looked_for_under_the_older_version_that_has_them(looker: Looker) -> None:
    old, new = takes(0x0003, 0x002F, version=0x0301), takes(0xC02F)

    def answer(asked: bytes) -> bytes:
        version, _suites, extensions = offered_suites(asked)
        return new(asked) if version == 0x0303 or 43 in extensions else old(asked)

    async with fake(answer) as port:
        offered = await looker.scan(port).run()

    assert accepted(offered) == {V.TLS10, V.TLS12, Family.EXPORT}


async def test_a_good_server_is_bothered_with_six_connections(looker: Looker) -> None:
    asked = 0

    def answer(hello: bytes) -> bytes:
        nonlocal asked
        asked += 1
        _version, _suites, extensions = offered_suites(hello)
        return record(22, hello_1_3()) if 43 in extensions else takes(0xC02F)(hello)

    async with fake(answer) as port:
        offered = await looker.scan(port).run()

    assert accepted(offered) == {V.TLS12, V.TLS13}
    assert asked == 6


async def test_hanging_up_is_a_no_of_a_server_that_still_takes_what_it_took(looker: Looker) -> None:
    def answer(asked: bytes) -> bytes | None:
        good = takes(0xC02F)(asked)
        return None if good[0] == 21 else good

    async with fake(answer) as port:
        offered = await looker.scan(port).run()

    assert accepted(offered) == {V.TLS12}


@pytest.mark.parametrize("goodbye", [None, alert(80), alert(0, level=1)], ids=["hangs up", "internal error", "goodbye"])
async def test_a_server_that_tires_of_us_has_not_said_no(looker: Looker, goodbye: bytes | None) -> None:
    left = 2

    def answer(asked: bytes) -> bytes | None:
        nonlocal left
        left -= 1
        return takes(0xC02F)(asked) if left >= 0 else goodbye

    async with fake(answer) as port:
        offered = await looker.scan(port).run()

    assert offered.version(V.TLS13) is Seen.NO
    assert offered.version(V.TLS12) is Seen.YES
    assert {offered.version(version) for version in (V.TLS11, V.TLS10, V.SSL3)} == {Seen.UNKNOWN}
    assert {probe.seen for probe in offered.weak.values()} == {Seen.UNKNOWN}


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="HTTP"),
        pytest.param(alert(112), id="does not know the name"),
        pytest.param(record(22, b"\2\0\0\1\0"), id="broken hello"),
        pytest.param(None, id="hangs up"),
    ],
)
async def test_nonsense_is_no_refusal(looker: Looker, nonsense: bytes | None) -> None:
    async with fake(lambda _hello: nonsense) as port:
        offered = await looker.scan(port).run()

    assert {probe.seen for probe in (*offered.versions.values(), *offered.weak.values())} == {Seen.UNKNOWN}


async def test_a_suite_that_was_not_offered_tells_nothing(looker: Looker) -> None:
    async with fake(lambda _hello: record(22, hello(0x002F) + certificates(b"leaf") + DONE)) as port:
        offered = await looker.scan(port).run()

    assert offered.version(V.TLS12) is Seen.YES
    assert {probe.seen for probe in (offered.forward, *offered.weak.values())} == {Seen.UNKNOWN}


async def test_silence_is_given_up_on_and_not_asked_for_more(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.net.tls_scan.PATIENCE", 0.05)
    asked = 0

    def answer(_hello: bytes) -> bytes:
        nonlocal asked
        asked += 1
        return b""

    async with fake(answer) as port:
        offered = await looker.scan(port).run()

    assert {probe.reason for probe in offered.versions.values()} == {"timeout", "tidak ditanyakan"}
    assert {probe.seen for probe in offered.versions.values()} == {Seen.UNKNOWN}
    assert asked == 3


async def test_a_site_whose_time_is_up_is_left_alone(looker: Looker) -> None:
    async with fake(takes(0xC02F)) as port:
        offered = await looker.scan(port, within=-1).run()

    assert {probe.seen for probe in offered.versions.values()} == {Seen.UNKNOWN}


async def test_the_address_policy_holds_for_every_offer(tmp_path: Path, authority: Authority) -> None:
    asked = 0

    def answer(_hello: bytes) -> bytes:
        nonlocal asked
        asked += 1
        return alert(70)

    async with fake(answer) as port:
        looker = Looker(tmp_path, authority, allowed_networks=())
        await looker.scan(port).run()
        with pytest.raises(ExchangeFailed) as caught:
            await looker.facts(port)

    assert caught.value.failure.kind is FailureKind.FORBIDDEN_ADDRESS
    assert asked == 0
