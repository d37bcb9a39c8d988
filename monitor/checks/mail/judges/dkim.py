"""Are the DKIM keys that are said to be in use there, sound, and long enough (RFC 6376, RFC 8301)?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Mail, Trouble
from monitor.checks.mail.judges.remarks import fault
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.standards.dkim import DkimKey, parse

DKIM_MISSING = Rule("mail.dkim_missing", Severity.MEDIUM, Audience.OWNER)
DKIM_INVALID = Rule("mail.dkim_invalid", Severity.MEDIUM, Audience.OWNER)
DKIM_REVOKED = Rule("mail.dkim_revoked", Severity.MEDIUM, Audience.OWNER)
DKIM_WEAK = Rule("mail.dkim_weak", Severity.LOW, Audience.OWNER)

LEAST, GOOD = 1024, 2048
"""Bits of an RSA key: what receivers accept, and what they should be given (RFC 8301 §3.2)."""


def judge(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Each key that the settings name."""
    for selector in facts.dkim:
        subject = f"{selector.name}._domainkey.{facts.domain}"
        if isinstance(selector.texts, Trouble):
            continue
        if not selector.texts:
            yield DKIM_MISSING(subject)
        elif len(selector.texts) > 1:
            yield DKIM_INVALID(subject, case="several", count=len(selector.texts))
        else:
            yield from _of_key(subject, selector.texts[0])


def _of_key(subject: str, text: str) -> Iterator[Finding]:
    linted = parse(text)
    key, wrong = linted.value, fault(linted)
    if key is not None and _is_weak(key):
        refused = (key.bits or 0) < LEAST
        severity = Severity.HIGH if refused else None
        yield DKIM_WEAK(subject, severity=severity, case="refused" if refused else "", bits=key.bits)
    elif wrong is not None:
        yield DKIM_INVALID(subject, case="", record=text[:200], **wrong)
    elif key is not None and key.revoked:
        yield DKIM_REVOKED(subject)
    elif key is not None and not key.for_mail:
        yield DKIM_INVALID(subject, case="service", services=list(key.services))


def _is_weak(key: DkimKey) -> bool:
    return key.key_type == "rsa" and key.bits is not None and key.bits < GOOD


def _sees(facts: Mail) -> bool:
    return not any(isinstance(selector.texts, Trouble) for selector in facts.dkim)


JUDGES: tuple[Judge[Mail], ...] = (
    Judge(rules=(DKIM_MISSING, DKIM_INVALID, DKIM_REVOKED, DKIM_WEAK), verdict=judge, sees=_sees),
)
