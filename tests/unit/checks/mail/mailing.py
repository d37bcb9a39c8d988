"""Made-up facts of a mail domain for tests of judges."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.checks.base import judge
from monitor.checks.mail import mail
from monitor.checks.mail.facts import (
    Dmarc,
    Exchanger,
    Exchangers,
    Mail,
    MtaSts,
    Outgoing,
    PolicyFault,
    PolicyFile,
    Reverse,
    Spf,
    Trouble,
)
from monitor.model import Finding, Kind, Target
from monitor.net.facts import Certificate, Failure, FailureKind, Phase, TlsSession
from monitor.net.smtp import Reply, SmtpSession
from monitor.settings import Mail as Settings
from monitor.standards.spf import Qualifier, Seen, Survey
from tests.unit.checks.seeing import NOW, POLICY, certificate

DOMAIN = "purbalinggakab.go.id"
MX1, MX2 = f"mx1.{DOMAIN}", f"mx2.{DOMAIN}"
CHECK = mail(Settings())
TROUBLE = Trouble("timeout", "127.0.0.1:53: tidak menjawab")
TARGET = Target(kode=DOMAIN, kind=Kind.DOMAIN, name=DOMAIN, url=f"dns://{DOMAIN}", mail=f"postmaster@{DOMAIN}")

GREETING = Reply(220, (f"{MX1} ESMTP",))
HELLO = Reply(250, (MX1, "SIZE 10240000", "STARTTLS"))
PLAIN = Reply(250, (MX1, "SIZE 10240000"))
READY = Reply(220, ("2.0.0 Ready",))
DAY = timedelta(days=1)

SPF = "v=spf1 mx -all"
DMARC = "v=DMARC1; p=reject"
STS = "v=STSv1; id=20261124"
STS_POLICY = f"version: STSv1\r\nmode: enforce\r\nmx: *.{DOMAIN}\r\nmax_age: 604800\r\n"
RPT = f"v=TLSRPTv1; rua=mailto:tlsrpt@{DOMAIN}"
NO_STS = MtaSts(texts=(), policy=PolicyFile(fault=PolicyFault.ABSENT))
UNKNOWN_STS = MtaSts(texts=TROUBLE, policy=TROUBLE)


def leaf(host: str = MX1, **values: Any) -> Certificate:
    return certificate(**{"subject": f"CN={host}", "names": (host,), **values})


def tls(*chain: Certificate, code: int = 0, **values: Any) -> TlsSession:
    return TlsSession(
        **{
            "version": "TLSv1.3",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "chain": chain or (leaf(),),
            "verify_code": code,
            "verify_message": "words of OpenSSL" if code else "",
            **values,
        }
    )


def session(**values: Any) -> SmtpSession:
    """A good one, but for *values*."""
    return SmtpSession(
        **{
            "address": "203.0.113.25",
            "greeting": GREETING,
            "hello": HELLO,
            "starttls": READY,
            "tls": tls(),
            **values,
        }
    )


def unencrypted(**values: Any) -> SmtpSession:
    return session(**{"hello": PLAIN, "starttls": None, "tls": None, **values})


def failed(kind: FailureKind, phase: Phase = Phase.CONNECT, **values: Any) -> SmtpSession:
    """A session that broke off in *phase*."""
    reached = {
        Phase.CONNECT: {"greeting": None, "hello": None, "starttls": None, "tls": None},
        Phase.TTFB: {"greeting": None, "hello": None, "starttls": None, "tls": None},
        Phase.TLS: {"tls": None},
    }[phase]
    failure = Failure(phase, kind, "the library's words", "203.0.113.25")
    return session(**{**reached, "failure": failure, **values})


def declined(code: int = 421) -> SmtpSession:
    reply = Reply(code, ("4.7.0 try again later",))
    return session(greeting=reply, hello=None, starttls=None, tls=None, refusal=reply)


def host(name: str = MX1, **values: Any) -> Exchanger:
    """A good one, but for *values*."""
    address = "203.0.113.25"
    return Exchanger(
        **{
            "host": name,
            "preference": 10,
            "addresses": (address,),
            "reverse": Reverse(address=address, names=(name,), confirmed=True),
            "session": session(tls=tls(leaf(name))),
            **values,
        }
    )


def exchangers(*hosts: Exchanger, **values: Any) -> Exchangers:
    chosen = hosts or (host(),)
    records = tuple((each.preference, each.host) for each in chosen)
    return Exchangers(**{"records": records, "hosts": chosen, **values})


def surveyed(text: str = SPF, **values: Any) -> Spf:
    """One SPF record, and a survey of it that found nothing but *values*."""
    seen = (Seen(domain=DOMAIN, text=text),)
    return Spf(texts=(text,), survey=Survey(**{"domain": DOMAIN, "records": seen, "all": Qualifier.FAIL, **values}))


def facts(**values: Any) -> Mail:
    """A domain with nothing wrong, but for *values*."""
    return Mail(
        **{
            "domain": DOMAIN,
            "exchangers": exchangers(),
            "outgoing": Outgoing.OPEN,
            "spf": surveyed(),
            "dmarc": Dmarc(texts=(DMARC,)),
            "mta_sts": MtaSts(texts=(STS,), policy=PolicyFile(text=STS_POLICY)),
            "tls_rpt": (RPT,),
            **values,
        }
    )


def served(*sessions: SmtpSession | Trouble, **values: Any) -> Mail:
    """A domain whose mail servers showed *sessions*, and whose MTA-STS nobody could ask for."""
    hosts = [host(f"mx{number}.{DOMAIN}", session=each) for number, each in enumerate(sessions, 1)]
    return facts(**{"exchangers": exchangers(*hosts), "mta_sts": UNKNOWN_STS, **values})


def judged(seen: Mail) -> dict[tuple[str, str], Finding]:
    """The findings, by what follows `mail.` and subject."""
    findings, _codes = judge(CHECK, TARGET, seen, POLICY, NOW)
    return {(finding.code.removeprefix("mail."), finding.subject): finding for finding in findings}


def found(seen: Mail) -> set[str]:
    """What follows `mail.` of each finding."""
    return {code for code, _subject in judged(seen)}


def answered(seen: Mail) -> set[str]:
    """What follows `mail.` of each code that *seen* could answer."""
    _findings, codes = judge(CHECK, TARGET, seen, POLICY, NOW)
    return {code.removeprefix("mail.") for code in codes}
