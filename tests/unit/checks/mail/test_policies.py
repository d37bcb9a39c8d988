"""DMARC, DKIM, MTA-STS and TLS-RPT, judged: records, policies, and what nobody could ask."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from monitor.checks.mail.facts import Dmarc, Mail, MtaSts, PolicyFault, PolicyFile, ReportAddress, Selector, Trouble
from monitor.model import Severity
from tests.unit.checks.mail.mailing import (
    DMARC,
    DOMAIN,
    MX1,
    MX2,
    NO_STS,
    RPT,
    STS,
    STS_POLICY,
    TROUBLE,
    answered,
    exchangers,
    facts,
    found,
    host,
    judged,
)


def dmarc(*texts: str, reports: tuple[ReportAddress, ...] = ()) -> Mail:
    return facts(dmarc=Dmarc(texts=texts, reports=reports))


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        pytest.param(dmarc(DMARC), set(), id="reject"),
        pytest.param(dmarc("v=DMARC1; p=quarantine"), set(), id="quarantine"),
        pytest.param(dmarc(), {"dmarc_missing"}, id="none"),
        pytest.param(dmarc(DMARC, "v=DMARC1; p=none"), {"dmarc_multiple"}, id="two"),
        pytest.param(dmarc("v=DMARC1; p=none; rua=mailto:a@purbalinggakab.go.id"), {"dmarc_none"}, id="p=none"),
        pytest.param(dmarc("v=DMARC1; p=reject; sp=none"), {"dmarc_subdomains"}, id="sp weaker"),
        pytest.param(dmarc("v=DMARC1; p=reject; np=none"), {"dmarc_subdomains"}, id="np weaker"),
        pytest.param(dmarc("v=DMARC1; p=quarantine; sp=reject"), set(), id="sp stronger"),
        pytest.param(dmarc("v=DMARC1; p=none; sp=none"), {"dmarc_none"}, id="sp as weak as p"),
        pytest.param(dmarc("v=DMARC1; p=reject; pct=99"), {"dmarc_partial"}, id="pct=99"),
        pytest.param(dmarc("v=DMARC1; p=reject; pct=100"), set(), id="pct=100"),
        pytest.param(dmarc("v=DMARC1; p=reject; t=y"), {"dmarc_partial"}, id="on trial"),
        pytest.param(dmarc("v=DMARC1; p=rejct"), {"dmarc_invalid", "dmarc_none"}, id="mistyped policy"),
        pytest.param(dmarc("v=dmarc1; p=reject"), {"dmarc_invalid"}, id="version in lower case"),
    ],
)
def test_what_is_said_of_dmarc(seen: Mail, codes: set[str]) -> None:
    assert found(seen) == codes


def test_dmarc_that_could_not_be_asked_is_not_missing() -> None:
    seen = facts(dmarc=TROUBLE)

    assert found(seen) == set()
    assert not {code for code in answered(seen) if code.startswith("dmarc")}


@pytest.mark.parametrize(
    ("authorised", "codes", "is_answered"),
    [
        pytest.param(True, set(), True, id="wants them"),
        pytest.param(False, {"dmarc_reports_unauthorised"}, True, id="has not said so"),
        pytest.param(TROUBLE, set(), False, id="could not be asked"),
    ],
)
def test_a_stranger_must_want_the_reports(
    authorised: bool | Trouble,  # noqa: FBT001 – as the fact is
    codes: set[str],
    is_answered: object,
) -> None:
    seen = dmarc(DMARC, reports=(ReportAddress(domain="example.com", authorised=authorised),))

    assert found(seen) == codes
    assert ("dmarc_reports_unauthorised" in answered(seen)) is is_answered
    assert "dmarc_none" in answered(seen)


def key(bits: int) -> str:
    public = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


GOOD, SHORT = key(2048), key(1024)
TOO_SHORT = "MEgCQQC5v1Fcy1WbNnZ9E4jWKOqGyTn5KpKB6Y6G1gVtUH2h2s1P1mO1vXy9kH0oYbq0D0xYkq1y8l0nN5Y9m5p2k5sFAgMBAAE="
"""A bare RSAPublicKey of 512 bits."""


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        pytest.param((f"v=DKIM1; k=rsa; p={GOOD}",), set(), id="2048 bits"),
        pytest.param((f"v=DKIM1; p={SHORT}",), {"dkim_weak"}, id="1024 bits"),
        pytest.param((), {"dkim_missing"}, id="none"),
        pytest.param(("v=DKIM1; p=",), {"dkim_revoked"}, id="revoked"),
        pytest.param(("v=DKIM1; p=AAAA",), {"dkim_invalid"}, id="no key"),
        pytest.param(("v=DKIM1",), {"dkim_invalid"}, id="without p"),
        pytest.param((f"v=DKIM1; s=other; p={GOOD}",), {"dkim_invalid"}, id="for another service"),
        pytest.param((f"v=DKIM1; s=other:email; p={GOOD}",), set(), id="for mail, too"),
        pytest.param((f"v=DKIM1; p={GOOD}", "v=DKIM1; p="), {"dkim_invalid"}, id="two"),
        pytest.param(
            ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",), set(), id="Ed25519 is not short"
        ),
        pytest.param(TROUBLE, set(), id="could not be asked"),
    ],
)
def test_what_is_said_of_a_key(texts: tuple[str, ...] | Trouble, codes: set[str]) -> None:
    seen = facts(dkim=(Selector(name="mail", texts=texts),))

    assert set(judged(seen)) == {(code, f"mail._domainkey.{DOMAIN}") for code in codes}
    assert ("dkim_missing" in answered(seen)) is not isinstance(texts, Trouble)


def test_a_key_that_receivers_refuse_is_worse_than_a_short_one() -> None:
    short = judged(facts(dkim=(Selector(name="mail", texts=(f"v=DKIM1; p={SHORT}",)),)))
    refused = judged(facts(dkim=(Selector(name="mail", texts=(f"v=DKIM1; p={TOO_SHORT}",)),)))

    assert [finding.severity for finding in (*short.values(), *refused.values())] == [Severity.LOW, Severity.HIGH]


def sts(text: str | None = STS, policy: PolicyFile | Trouble | str = STS_POLICY) -> Mail:
    texts = () if text is None else (text,)
    return facts(mta_sts=MtaSts(texts=texts, policy=PolicyFile(text=policy) if isinstance(policy, str) else policy))


def mode(word: str) -> str:
    return STS_POLICY.replace("enforce", word)


ABSENT = PolicyFile(fault=PolicyFault.ABSENT)


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        pytest.param(sts(), set(), id="enforced"),
        pytest.param(facts(mta_sts=NO_STS), {"mta_sts_missing"}, id="none"),
        pytest.param(sts(policy=mode("testing")), {"mta_sts_mode"}, id="testing"),
        pytest.param(sts(policy=mode("none")), {"mta_sts_mode"}, id="none any more"),
        pytest.param(sts("v=STSv1; id=not-an-id"), {"mta_sts_invalid"}, id="record invalid"),
        pytest.param(
            facts(mta_sts=MtaSts(texts=(STS, f"{STS}1"), policy=PolicyFile(text=STS_POLICY))),
            {"mta_sts_invalid"},
            id="two records",
        ),
        pytest.param(
            sts(policy="version: STSv1\r\nmode: enforce\r\n"), {"mta_sts_policy_invalid"}, id="policy invalid"
        ),
        pytest.param(sts(policy="<!DOCTYPE html>"), {"mta_sts_policy_invalid"}, id="a page"),
        pytest.param(sts(None), {"mta_sts_record_missing"}, id="policy without record"),
        pytest.param(sts(None, "<!DOCTYPE html>"), {"mta_sts_missing"}, id="a page without record"),
        pytest.param(sts(None, TROUBLE), {"mta_sts_missing"}, id="no record, and the policy unknown"),
        pytest.param(sts(policy=ABSENT), {"mta_sts_policy_missing"}, id="record without policy"),
        pytest.param(sts(policy=TROUBLE), {"mta_sts_unreachable"}, id="policy server silent"),
        pytest.param(sts(policy=Trouble("servfail")), set(), id="policy server's name unknown"),
    ],
)
def test_what_is_said_of_mta_sts(seen: Mail, codes: set[str]) -> None:
    assert found(seen) == codes


@pytest.mark.parametrize("fault", [fault for fault in PolicyFault if fault])
def test_every_way_to_have_no_policy_is_told_apart(fault: PolicyFault) -> None:
    finding = judged(sts(policy=PolicyFile(fault=fault, detail="x")))["mta_sts_policy_missing", DOMAIN]

    assert finding.detail["case"] == ("" if fault is PolicyFault.ABSENT else fault.value)


@pytest.mark.parametrize(
    ("patterns", "matches"),
    [
        pytest.param([MX1], True, id="exact"),
        pytest.param([MX1.upper()], True, id="any case"),
        pytest.param([f"*.{DOMAIN}"], True, id="wildcard"),
        pytest.param(["*.go.id"], False, id="wildcard for two labels"),
        pytest.param([DOMAIN], False, id="the domain alone"),
        pytest.param([f"{MX1}.attacker.example"], False, id="longer behind"),
        pytest.param([f"x{MX1}"], False, id="longer before"),
        pytest.param([MX2], False, id="another"),
        pytest.param([MX2, MX1], True, id="one of two"),
    ],
)
def test_a_server_is_matched_from_end_to_end(patterns: list[str], matches: object) -> None:
    lines = "".join(f"mx: {pattern}\r\n" for pattern in patterns)
    seen = sts(policy=f"version: STSv1\r\nmode: enforce\r\n{lines}max_age: 604800\r\n")

    assert (("mta_sts_mismatch", MX1) not in judged(seen)) is matches


def test_a_server_outside_the_policy_matters_most_when_it_is_enforced() -> None:
    other = f"version: STSv1\r\nmode: enforce\r\nmx: {MX2}\r\nmax_age: 604800\r\n"
    severities = [
        judged(seen)["mta_sts_mismatch", MX1].severity
        for seen in (sts(policy=other), sts(policy=other.replace("enforce", "testing")), sts(None, other))
    ]

    assert severities == [Severity.HIGH, Severity.LOW, Severity.LOW]


def test_an_attacker_s_longer_name_does_not_pass_for_ours() -> None:
    name = f"{MX1}.attacker.example"
    seen = facts(exchangers=exchangers(host(name)))

    assert ("mta_sts_mismatch", name) in judged(seen)


@pytest.mark.parametrize(
    "seen",
    [facts(exchangers=TROUBLE), sts(policy=TROUBLE), facts(mta_sts=MtaSts(texts=TROUBLE, policy=ABSENT))],
    ids=["servers", "policy", "record"],
)
def test_without_both_sides_nothing_is_matched(seen: Mail) -> None:
    assert "mta_sts_mismatch" not in answered(seen)


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        pytest.param((RPT,), set(), id="fine"),
        pytest.param((), {"tls_rpt_missing"}, id="none"),
        pytest.param(("v=TLSRPTv1; rua=tlsrpt@example.com",), {"tls_rpt_invalid"}, id="no URI"),
        pytest.param((RPT, f"{RPT},https://example.com/r"), {"tls_rpt_invalid"}, id="two"),
        pytest.param(TROUBLE, set(), id="could not be asked"),
    ],
)
def test_what_is_said_of_tls_rpt(texts: tuple[str, ...] | Trouble, codes: set[str]) -> None:
    seen = facts(tls_rpt=texts)

    assert found(seen) == codes
    assert ("tls_rpt_missing" in answered(seen)) is not isinstance(texts, Trouble)
