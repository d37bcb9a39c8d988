"""Is encryption towards the mail servers asked for, and can they keep what the policy promises (RFC 8461)?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Exchangers, Mail, PolicyFault, PolicyFile, Trouble
from monitor.checks.mail.judges.policy import is_enforced, policy_of
from monitor.checks.mail.judges.remarks import fault
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.net.facts import OURS
from monitor.standards.mta_sts import Mode, parse, parse_policy, records

MTA_STS_MISSING = Rule("mail.mta_sts_missing", Severity.INFO, Audience.OWNER)
MTA_STS_INVALID = Rule("mail.mta_sts_invalid", Severity.LOW, Audience.OWNER)
MTA_STS_RECORD_MISSING = Rule("mail.mta_sts_record_missing", Severity.LOW, Audience.OWNER)
MTA_STS_POLICY_MISSING = Rule("mail.mta_sts_policy_missing", Severity.LOW, Audience.OWNER)
MTA_STS_UNREACHABLE = Rule("mail.mta_sts_unreachable", Severity.LOW, Audience.NOC, confirm=True)
MTA_STS_POLICY_INVALID = Rule("mail.mta_sts_policy_invalid", Severity.LOW, Audience.OWNER)
MTA_STS_MODE = Rule("mail.mta_sts_mode", Severity.INFO, Audience.OWNER)
MTA_STS_MISMATCH = Rule("mail.mta_sts_mismatch", Severity.LOW, Audience.OWNER)

_LOOKED_UP_IN_VAIN = frozenset({"servfail", "dns-refused"})
_OURS = frozenset(kind.value for kind in OURS)


def judge_record(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The record that announces a policy."""
    texts = facts.mta_sts.texts
    if isinstance(texts, Trouble):
        return
    published = records(texts)
    if not texts:
        if policy_of(facts.mta_sts) is None:
            yield MTA_STS_MISSING(facts.domain)
    elif len(published) > 1:
        yield MTA_STS_INVALID(facts.domain, case="several", count=len(published))
    elif (wrong := fault(parse((published or texts)[0]))) is not None:
        yield MTA_STS_INVALID(facts.domain, case="", record=(published or texts)[0], **wrong)


def judge_policy(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The policy behind the record, or the one that no record announces."""
    found = facts.mta_sts.policy
    if isinstance(found, Trouble):
        return
    if not facts.mta_sts.texts:
        if policy_of(facts.mta_sts) is not None:
            yield MTA_STS_RECORD_MISSING(facts.domain)
    elif found.fault:
        case = "" if found.fault is PolicyFault.ABSENT else found.fault.value
        yield MTA_STS_POLICY_MISSING(facts.domain, case=case, reason=found.detail)
    else:
        yield from _of_policy(facts, found)


def _of_policy(facts: Mail, found: PolicyFile) -> Iterator[Finding]:
    linted = parse_policy(found.text)
    wrong = fault(linted)
    if wrong is not None:
        yield MTA_STS_POLICY_INVALID(facts.domain, **wrong)
    elif linted.value is not None and linted.value.mode is not Mode.ENFORCE:
        yield MTA_STS_MODE(facts.domain, mode=linted.value.mode.value)


def judge_reach(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A policy is announced, and its server does not answer."""
    found = facts.mta_sts.policy
    if isinstance(found, Trouble) and facts.mta_sts.texts:
        yield MTA_STS_UNREACHABLE(facts.domain, reason=found.kind)


def judge_match(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Mail servers that the policy does not list: matched from end to end, a wildcard for one label (RFC 8461 §4.1)."""
    published = policy_of(facts.mta_sts)
    if published is None or published.mode is Mode.NONE or isinstance(facts.exchangers, Trouble):
        return
    severity = Severity.HIGH if is_enforced(facts.mta_sts) else None
    for host in dict.fromkeys(host for _preference, host in facts.exchangers.records if host):
        if not published.allows(host):
            yield MTA_STS_MISMATCH(host, severity=severity, domain=facts.domain, patterns=list(published.mx))


def _knows_record(facts: Mail) -> bool:
    return not isinstance(facts.mta_sts.texts, Trouble)


def _knows_both(facts: Mail) -> bool:
    """Without a record, a policy that could not be fetched is nobody's loss."""
    return _knows_record(facts) and (not facts.mta_sts.texts or isinstance(facts.mta_sts.policy, PolicyFile))


def _knows_reach(facts: Mail) -> bool:
    found = facts.mta_sts.policy
    unknown = isinstance(found, Trouble) and found.kind in _LOOKED_UP_IN_VAIN | _OURS
    return _knows_record(facts) and not unknown


def _knows_match(facts: Mail) -> bool:
    """A policy counts for those who fetched it before, also while no record announces it."""
    return (
        _knows_record(facts)
        and isinstance(facts.mta_sts.policy, PolicyFile)
        and isinstance(facts.exchangers, Exchangers)
    )


JUDGES: tuple[Judge[Mail], ...] = (
    Judge(
        rules=(MTA_STS_MISSING, MTA_STS_INVALID),
        verdict=judge_record,
        sees=_knows_record,
    ),
    Judge(
        rules=(MTA_STS_RECORD_MISSING, MTA_STS_POLICY_MISSING, MTA_STS_POLICY_INVALID, MTA_STS_MODE),
        verdict=judge_policy,
        sees=_knows_both,
    ),
    Judge(rules=(MTA_STS_UNREACHABLE,), verdict=judge_reach, sees=_knows_reach),
    Judge(rules=(MTA_STS_MISMATCH,), verdict=judge_match, sees=_knows_match),
)
