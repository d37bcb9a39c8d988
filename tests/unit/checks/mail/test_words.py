"""Every finding on mail reads well, in every case of its words."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import Any

import pytest

from monitor import catalogue
from monitor.checks.mail.facts import (
    Dmarc,
    Exchangers,
    Mail,
    MtaSts,
    Outgoing,
    PolicyFault,
    PolicyFile,
    ReportAddress,
    Reverse,
    Selector,
    Spf,
    TlsaSet,
    Trouble,
)
from monitor.model import Finding
from monitor.net.dane import Tlsa
from monitor.net.facts import FailureKind, Phase
from monitor.net.smtp import Reply
from monitor.standards.spf import Fault, Qualifier, Seen, SurveyFault
from tests.unit.checks.mail.mailing import (
    CHECK,
    DAY,
    DOMAIN,
    HELLO,
    MX1,
    MX2,
    NO_STS,
    SPF,
    STS,
    STS_POLICY,
    TROUBLE,
    exchangers,
    facts,
    failed,
    host,
    judged,
    leaf,
    served,
    session,
    surveyed,
    tls,
    unencrypted,
)
from tests.unit.checks.mail.test_policies import GOOD, SHORT, TOO_SHORT
from tests.unit.checks.seeing import NOW

GOOD2 = session(tls=tls(leaf(MX2)))
RECORD = Tlsa(3, 1, 1, "ab" * 32)


def spf_fault(kind: SurveyFault) -> Mail:
    fault = Fault(kind=kind, domain="_spf.example.com", term="include:_spf.example.com")
    return facts(spf=surveyed(faults=(fault,)))


def sts(policy: PolicyFile | Trouble, *texts: str) -> Mail:
    return facts(mta_sts=MtaSts(texts=texts, policy=policy))


def dkim(*texts: str) -> Mail:
    return facts(dkim=(Selector(name="mail", texts=texts),))


def announced(*records: Tlsa, authenticated: bool = True, **values: Any) -> Mail:
    return facts(exchangers=exchangers(host(tlsa=TlsaSet(records=records, authenticated=authenticated), **values)))


SHOWN = [
    facts(exchangers=Exchangers()),
    facts(exchangers=Exchangers(exists=False)),
    facts(exchangers=Exchangers(implicit=("203.0.113.9",))),
    facts(exchangers=Exchangers(implicit=TROUBLE)),
    facts(exchangers=exchangers(records=((0, ""),))),
    facts(exchangers=exchangers(records=((0, ""), (10, MX1)))),
    facts(exchangers=exchangers(host("192.0.2.1"), host("aspmx.l.google.com"))),
    facts(exchangers=exchangers(host(addresses=(), session=None, reverse=None), host(alias="mail.example.net"))),
    facts(exchangers=exchangers(host("mail server", addresses=Trouble("bad-url"), session=None, reverse=None))),
    facts(exchangers=exchangers(host(reverse=Reverse(address="203.0.113.25")))),
    facts(exchangers=exchangers(host(reverse=Reverse(address="203.0.113.25", names=("pool-9.isp.example",))))),
    served(failed(FailureKind.REFUSED), GOOD2),
    served(failed(FailureKind.TIMEOUT), failed(FailureKind.UNREACHABLE)),
    served(failed(FailureKind.TIMEOUT), outgoing=Outgoing.UNKNOWN),
    served(failed(FailureKind.FORBIDDEN_ADDRESS)),
    served(failed(FailureKind.MALFORMED, Phase.TTFB)),
    served(unencrypted()),
    served(unencrypted(hello=HELLO, starttls=Reply(502, ("5.5.1 no",)))),
    served(unencrypted(hello=HELLO, starttls=Reply(454, ("4.7.0 later",)))),
    served(failed(FailureKind.TLS_PROTOCOL, Phase.TLS)),
    served(session(tls=tls(version="TLSv1"))),
    served(session(tls=tls(leaf(not_after=NOW - DAY), code=10))),
    served(session(tls=tls(leaf(not_after=NOW + DAY)))),
    served(session(tls=tls(leaf(not_before=NOW + DAY), code=9))),
    served(session(tls=tls(leaf("mail.example.com"), code=62))),
    served(session(tls=tls(code=18))),
    served(session(tls=tls(code=20))),
    announced(RECORD),
    announced(RECORD, session=unencrypted()),
    announced(RECORD, authenticated=False),
    announced(Tlsa(1, 1, 1, "ab" * 32)),
    facts(spf=Spf()),
    facts(spf=Spf(texts=("v=spf1 -all", "v=spf1 mx -all"))),
    facts(spf=surveyed("v=spf1 ipv4:192.0.2.1 -all")),
    *map(spf_fault, SurveyFault),
    facts(spf=surveyed(lookups=11, records=(Seen(domain=DOMAIN, text=SPF, lookups=11),))),
    facts(spf=surveyed(voids=("a: mx", "a: a", "b: a"))),
    facts(spf=surveyed("v=spf1 +all", all=Qualifier.PASS)),
    facts(spf=surveyed("v=spf1 ?all", all=Qualifier.NEUTRAL)),
    dkim(),
    dkim("v=DKIM1"),
    dkim("v=DKIM1; p=", "v=DKIM1; p="),
    dkim("v=DKIM1; p="),
    dkim(f"p={SHORT}"),
    dkim(f"p={TOO_SHORT}"),
    dkim(f"s=tlsrpt; p={GOOD}"),
    facts(dmarc=Dmarc()),
    facts(dmarc=Dmarc(texts=("v=DMARC1; p=none", "v=DMARC1; p=reject"))),
    facts(dmarc=Dmarc(texts=("v=dmarc1; p=reject",))),
    facts(dmarc=Dmarc(texts=("v=DMARC1; p=none",))),
    facts(dmarc=Dmarc(texts=("v=DMARC1; p=reject; sp=none; pct=20",))),
    facts(dmarc=Dmarc(texts=("v=DMARC1; p=reject",), reports=(ReportAddress(domain="example.com", authorised=False),))),
    facts(mta_sts=NO_STS),
    sts(PolicyFile(text=STS_POLICY), "v=STSv1; id=a-b"),
    sts(PolicyFile(text=STS_POLICY), STS, f"{STS}1"),
    *(sts(PolicyFile(fault=fault, detail="x"), STS) for fault in PolicyFault if fault),
    sts(TROUBLE, STS),
    sts(PolicyFile(text="version: STSv1"), STS),
    sts(PolicyFile(text=STS_POLICY)),
    sts(PolicyFile(text=STS_POLICY.replace("enforce", "testing")), STS),
    sts(PolicyFile(text=STS_POLICY.replace("*.", "other.")), STS),
    facts(tls_rpt=()),
    facts(tls_rpt=("v=TLSRPTv1; rua=a@b.id",)),
    facts(tls_rpt=("v=TLSRPTv1; rua=mailto:a@b.id", "v=TLSRPTv1; rua=mailto:c@b.id")),
]
FINDINGS = [finding for seen in SHOWN for finding in judged(seen).values()]
RULES = {rule.code: rule for rule in CHECK.rules}


def test_every_rule_and_every_case_of_its_words_is_shown_here() -> None:
    shown = {(finding.code, finding.detail.get("case", "")) for finding in FINDINGS}
    written = {(code, case) for code in RULES for case in ("", *catalogue.text(code).cases)}

    assert shown == written


def test_every_text_on_mail_has_a_rule() -> None:
    of_addresses = {"mail.address_non_government", "mail.address_misspelt"}

    assert {code for code in catalogue.codes() if code.startswith("mail.")} == {*RULES, *of_addresses}


@pytest.mark.parametrize("code", RULES)
def test_only_the_line_is_filled_in(code: str) -> None:
    entry = catalogue.text(code)

    assert "{" not in entry.title + entry.why + entry.fix + entry.english_why + entry.english_fix


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: f"{finding.code} {finding.detail.get('case', '')}")
def test_a_finding_is_one_sentence_without_gaps_also_after_it_was_stored(finding: Finding) -> None:
    sentence = catalogue.describe(finding)
    stored = MappingProxyType(json.loads(json.dumps(dict(finding.detail))))

    assert not re.search(r"[{}–]|None|\s\s|\n|\.\.$", sentence)
    assert sentence.endswith(".")
    assert catalogue.describe(Finding(finding.rule, finding.subject, finding.severity, stored)) == sentence
