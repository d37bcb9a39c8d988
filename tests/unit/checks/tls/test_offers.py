"""Which versions and ciphers are found fault with, and when nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.checks.tls.facts import Facts
from monitor.model import Severity
from monitor.net.tls_facts import Family, Offered, Version
from tests.unit.checks.tls.looking import GOOD, MODERN, NO, OLD, UNKNOWN, YES, answered, judged, offered

V = Version
ALL = tuple(Version)


def site(offer: Offered) -> Facts:
    return replace(GOOD, offered=offer)


@pytest.mark.parametrize(
    ("accepted", "found"),
    [
        pytest.param((V.TLS12, V.TLS13), {}, id="today's"),
        pytest.param((V.TLS13,), {}, id="1.3 alone"),
        pytest.param((V.TLS12,), {"tls.no_1_3": Severity.INFO}, id="1.2 alone"),
        pytest.param((V.TLS11, *MODERN), {"tls.old_version": Severity.MEDIUM}, id="1.1 beside"),
        pytest.param((V.TLS10, *MODERN), {"tls.old_version": Severity.MEDIUM}, id="1.0 beside"),
        pytest.param((V.SSL3, *MODERN), {"tls.old_version": Severity.HIGH}, id="SSL 3.0 beside"),
        pytest.param(
            (V.TLS10,),
            {
                "tls.old_version": Severity.MEDIUM,
                "tls.no_modern_version": Severity.HIGH,
                "tls.no_1_3": Severity.INFO,
            },
            id="1.0 alone",
        ),
        pytest.param(
            (V.SSL3,),
            {
                "tls.old_version": Severity.HIGH,
                "tls.no_modern_version": Severity.HIGH,
                "tls.no_1_3": Severity.INFO,
            },
            id="SSL 3.0 alone",
        ),
    ],
)
def test_versions_are_judged_by_what_is_accepted(accepted: tuple[Version, ...], found: dict[str, Severity]) -> None:
    findings = judged(site(offered(accepted=accepted)))

    assert {code: finding.severity for code, finding in findings.items()} == found


@pytest.mark.parametrize(
    ("accepted", "unknown", "code", "is_known"),
    [
        pytest.param(MODERN, OLD, "tls.old_version", False, id="no old one answered"),
        pytest.param(MODERN, (V.SSL3,), "tls.old_version", False, id="one old one did not answer"),
        pytest.param((V.TLS10, *MODERN), (V.SSL3,), "tls.old_version", True, id="an old one was accepted"),
        pytest.param((V.TLS10,), MODERN, "tls.no_modern_version", False, id="no modern one answered"),
        pytest.param((V.TLS10,), (V.TLS13,), "tls.no_modern_version", False, id="1.2 refused, 1.3 silent"),
        pytest.param((V.TLS10,), (V.TLS12,), "tls.no_modern_version", False, id="1.3 refused, 1.2 silent"),
        pytest.param((V.TLS12,), (V.TLS13,), "tls.no_modern_version", True, id="1.2 accepted, 1.3 silent"),
        pytest.param((V.TLS12,), (V.TLS13,), "tls.no_1_3", False, id="1.3 silent"),
        pytest.param((V.TLS12,), (), "tls.no_1_3", True, id="1.3 refused"),
    ],
)
def test_silence_is_no_refusal(
    accepted: tuple[Version, ...], unknown: tuple[Version, ...], code: str, *, is_known: bool
) -> None:
    facts = site(offered(accepted=accepted, unknown=unknown))

    assert (code in answered(facts)) is is_known
    if not is_known:
        assert code not in judged(facts)


def test_of_a_server_that_answered_nothing_nothing_is_said() -> None:
    facts = site(Offered())
    about_offers = {code for code in answered(facts) if code.rpartition(".")[2] in _OFFERS}

    assert about_offers == set()


_OFFERS = {
    "old_version",
    "no_modern_version",
    "no_1_3",
    "weak_cipher",
    "null_or_anonymous",
    "no_forward_secrecy",
}


@pytest.mark.parametrize(
    ("families", "found"),
    [
        pytest.param((), {}, id="none"),
        pytest.param((Family.TRIPLE_DES,), {"tls.weak_cipher": Severity.LOW}, id="3DES"),
        pytest.param((Family.RC4,), {"tls.weak_cipher": Severity.MEDIUM}, id="RC4"),
        pytest.param((Family.DES,), {"tls.weak_cipher": Severity.HIGH}, id="DES"),
        pytest.param((Family.EXPORT,), {"tls.weak_cipher": Severity.HIGH}, id="EXPORT"),
        pytest.param((Family.TRIPLE_DES, Family.EXPORT), {"tls.weak_cipher": Severity.HIGH}, id="the worst counts"),
        pytest.param((Family.NULL,), {"tls.null_or_anonymous": Severity.HIGH}, id="NULL"),
        pytest.param((Family.ANONYMOUS,), {"tls.null_or_anonymous": Severity.HIGH}, id="anonymous"),
    ],
)
def test_ciphers_are_judged_by_what_is_accepted(families: tuple[Family, ...], found: dict[str, Severity]) -> None:
    findings = judged(site(offered(accepted=(*MODERN, *families))))

    assert {code: finding.severity for code, finding in findings.items()} == found


def test_a_weak_family_that_is_accepted_decides_although_another_is_unknown() -> None:
    facts = site(offered(accepted=(*MODERN, Family.RC4), unknown=(Family.DES,)))

    assert judged(facts)["tls.weak_cipher"].detail["families"] == ["RC4"]


@pytest.mark.parametrize(
    ("unknown", "code"),
    [
        (Family.DES, "tls.weak_cipher"),
        (Family.TRIPLE_DES, "tls.weak_cipher"),
        (Family.NULL, "tls.null_or_anonymous"),
        (Family.ANONYMOUS, "tls.null_or_anonymous"),
    ],
)
def test_that_no_weak_cipher_is_accepted_takes_an_answer_for_each(unknown: Family, code: str) -> None:
    assert code not in answered(site(offered(unknown=(unknown,))))


@pytest.mark.parametrize(
    ("accepted", "forward", "severity"),
    [
        pytest.param((V.TLS12,), NO, Severity.MEDIUM, id="none"),
        pytest.param(MODERN, NO, Severity.LOW, id="for old visitors only"),
        pytest.param((V.TLS12,), YES, None, id="there"),
        pytest.param((V.TLS12,), UNKNOWN, None, id="unknown"),
    ],
)
def test_forward_secrecy(accepted: tuple[Version, ...], forward: object, severity: Severity | None) -> None:
    finding = judged(site(offered(accepted=accepted, forward=forward))).get("tls.no_forward_secrecy")

    assert (finding.severity if finding else None) == severity


@pytest.mark.parametrize(
    ("accepted", "unknown", "is_known"),
    [
        pytest.param((V.TLS13,), (), True, id="1.3 alone has it by itself"),
        pytest.param((V.TLS13,), (V.TLS12,), False, id="1.2 may be there"),
        pytest.param(MODERN, (), False, id="1.2 is there"),
    ],
)
def test_unknown_forward_secrecy_matters_only_where_there_are_old_versions(
    accepted: tuple[Version, ...], unknown: tuple[Version, ...], *, is_known: bool
) -> None:
    facts = site(offered(accepted=accepted, unknown=unknown, forward=UNKNOWN))

    assert ("tls.no_forward_secrecy" in answered(facts)) is is_known
