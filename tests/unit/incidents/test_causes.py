"""What findings may have in common, as a table."""

from __future__ import annotations

import pytest

from monitor.incident import Cause, CauseKind
from monitor.incidents.causes import MAX_SERVERS, MAX_VALUE, Features, causes_of
from monitor.model import Audience, Change, Finding, Rule, Severity, Turn
from tests.unit.incidents.making import DOWN, ERROR, EXPIRED, GAMBLING, LAME, REVOKED, START, UNREACHABLE_ZONE

KNOWN = Features(
    address="192.0.2.1",
    name_servers=("NS1.example.go.id.", "ns2.example.go.id"),
    domain="example.go.id",
    certificate="ab" * 32,
    issuer="CN=R11,O=Let's Encrypt,C=US",
)
SITE = (CauseKind.SITE, "DESA-001")
SERVERS = ((CauseKind.NAME_SERVER, "ns1.example.go.id"), (CauseKind.NAME_SERVER, "ns2.example.go.id"))
DOMAIN = (CauseKind.DOMAIN, "example.go.id")
AT = (CauseKind.ADDRESS, "192.0.2.1")
ELSEWHERE = (CauseKind.ADDRESS, "198.51.100.7")
LEAF = (CauseKind.CERTIFICATE, "ab" * 32)


def named(finding: Finding, features: Features = KNOWN) -> tuple[tuple[CauseKind, str], ...]:
    change = Change(kode="DESA-001", check="website", finding=finding, turn=Turn.OPENED, at=START, opened=START)
    return tuple((cause.kind, cause.value) for cause in causes_of(change, features))


def rule(code: str, audience: Audience = Audience.NOC) -> Rule:
    return Rule(code, Severity.HIGH, audience)


def failed(phase: str, kind: str, address: str | None = None, host: str = "www.example.go.id") -> Finding:
    return DOWN(phase=phase, kind=kind, address=address, host=host)


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        pytest.param(failed("connect", "timeout", "198.51.100.7"), (ELSEWHERE, SITE), id="connect: address only"),
        pytest.param(failed("connect", "refused"), (AT, SITE), id="connect without address: the last one met"),
        pytest.param(failed("tls", "reset", "192.0.2.1"), (AT, SITE), id="handshake"),
        pytest.param(failed("processing", "timeout", "192.0.2.1"), (AT, SITE), id="no first byte"),
        pytest.param(failed("transfer", "closed", "192.0.2.1"), (AT, SITE), id="cut short"),
        pytest.param(failed("resolve", "servfail"), (*SERVERS, DOMAIN, SITE), id="SERVFAIL"),
        pytest.param(failed("resolve", "timeout"), (*SERVERS, DOMAIN, SITE), id="DNS time-out"),
        pytest.param(failed("resolve", "dns-refused"), (*SERVERS, DOMAIN, SITE), id="DNS refused"),
        pytest.param(failed("resolve", "name-not-found"), (SITE,), id="NXDOMAIN is the name's own affair"),
        pytest.param(failed("resolve", "no-address"), (SITE,), id="no address is the name's own affair"),
        pytest.param(
            failed("resolve", "servfail", host="www.other.go.id"),
            ((CauseKind.DOMAIN, "other.go.id"), SITE),
            id="another's domain has servers of its own",
        ),
        pytest.param(rule("name.not_found")(), (DOMAIN, SITE), id="names of one zone that go together"),
        pytest.param(ERROR(status=503, address="198.51.100.7"), (ELSEWHERE, SITE), id="5xx"),
        pytest.param(rule("redirect.loop")(url="https://a/"), (SITE,), id="a loop is of the site's own making"),
        pytest.param(rule("site.missing")(status=404, address="192.0.2.1"), (SITE,), id="so is a page that is gone"),
        pytest.param(EXPIRED(sha256="cd" * 32), ((CauseKind.CERTIFICATE, "cd" * 32), SITE), id="certificate"),
        pytest.param(EXPIRED(), (LEAF, SITE), id="certificate known otherwise"),
        pytest.param(
            rule("certificate.untrusted")(sha256="cd" * 32, issuer="CN=X"),
            ((CauseKind.CERTIFICATE, "cd" * 32), (CauseKind.AUTHORITY, "CN=X"), SITE),
            id="untrusted",
        ),
        pytest.param(REVOKED(serial="1"), (LEAF, SITE), id="revoked"),
        pytest.param(
            rule("tls.issuer_revoked", Audience.CSIRT)(holder="CN=Intermediate"),
            ((CauseKind.AUTHORITY, "CN=Intermediate"), SITE),
            id="issuer revoked",
        ),
        pytest.param(UNREACHABLE_ZONE("example.go.id"), (*SERVERS, DOMAIN, SITE), id="dead zone"),
        pytest.param(LAME("NS9.example.net."), ((CauseKind.NAME_SERVER, "ns9.example.net"), DOMAIN, SITE), id="lame"),
        pytest.param(rule("zone.not_found")("example.go.id"), (DOMAIN, SITE), id="zone gone"),
        pytest.param(rule("registration.on_hold")("example.go.id"), (DOMAIN, SITE), id="registration"),
        pytest.param(GAMBLING("https://a/"), (AT, SITE), id="CSIRT: perhaps the whole server"),
        pytest.param(rule("names.takeover_possible", Audience.CSIRT)(), (SITE,), id="an alias is one name's"),
        pytest.param(
            rule("mail.mx_unreachable")(phase="connect", kind="timeout", address="198.51.100.7"),
            (ELSEWHERE, SITE),
            id="mail server",
        ),
        pytest.param(rule("mail.mx_missing")(), (SITE,), id="no mail server"),
        pytest.param(rule("unheard.of")(), (SITE,), id="unknown rule"),
    ],
)
def test_causes(finding: Finding, expected: tuple[tuple[CauseKind, str], ...]) -> None:
    assert named(finding) == expected


@pytest.mark.parametrize("code", ["site.down", "certificate.untrusted", "zone.lame", "content.gambling", "tls.revoked"])
def test_what_is_unknown_is_shared_with_nobody(code: str) -> None:
    assert named(rule(code, Audience.CSIRT)(), Features()) == (SITE,)


def test_what_strangers_wrote_is_cut() -> None:
    found = named(rule("certificate.untrusted")(sha256=7, issuer="CN=" + "x" * 5000), Features())

    assert found == ((CauseKind.AUTHORITY, ("CN=" + "x" * 5000)[:MAX_VALUE]), SITE)


def test_servers_beyond_the_usual_are_left_out() -> None:
    many = Features(name_servers=tuple(f"ns{count}.example" for count in range(50)), domain="example.go.id")

    servers = [value for kind, value in named(UNREACHABLE_ZONE(), many) if kind is CauseKind.NAME_SERVER]

    assert servers == [f"ns{count}.example" for count in range(MAX_SERVERS)]


def test_a_cause_is_named_once() -> None:
    twice = Features(name_servers=("ns1.example", "NS1.example."), domain="example.go.id")

    assert named(UNREACHABLE_ZONE(), twice).count((CauseKind.NAME_SERVER, "ns1.example")) == 1
    assert Cause(CauseKind.SITE, "DESA-001") == Cause(*SITE)
