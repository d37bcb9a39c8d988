"""Do the page's headers make use of what browsers offer to protect visitors?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_page import shows_own_page
from monitor.checks.website.policies import (
    OPEN,
    REPORT_ONLY,
    are_whole,
    frames_restricted,
    meta_texts,
    parsed,
    policy_texts,
    weakness,
)
from monitor.checks.website.recall import recalled
from monitor.checks.website.visit import Visit
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, Target

CSP_MISSING = Rule("transport.csp_missing", Severity.LOW, Audience.OWNER)
CSP_UNSAFE = Rule("transport.csp_unsafe", Severity.LOW, Audience.OWNER)
NOSNIFF_MISSING = Rule("transport.nosniff_missing", Severity.LOW, Audience.OWNER)
FRAME_UNPROTECTED = Rule("transport.frame_unprotected", Severity.LOW, Audience.OWNER)
REFERRER_MISSING = Rule("transport.referrer_policy_missing", Severity.LOW, Audience.OWNER)
REFERRER_UNSAFE = Rule("transport.referrer_policy_unsafe", Severity.LOW, Audience.OWNER)
VERSION_DISCLOSED = Rule("transport.version_disclosed", Severity.LOW, Audience.OWNER)

REFERRER_POLICIES = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
LEAKING = frozenset({"unsafe-url", "no-referrer-when-downgrade"})
"""Policies that tell other sites the whole URL (Referrer Policy §3)."""
_LEGACY = {"never": "no-referrer", "always": "unsafe-url", "origin-when-crossorigin": "origin-when-cross-origin"}
"""Words that a `meta` element may use as well (WHATWG HTML §4.2.5.1)."""
TELLING = ("server", "x-powered-by", "x-generator", "x-aspnet-version", "x-aspnetmvc-version")
_REST = frozenset({"x-content-type-options", "referrer-policy", *TELLING})
_FRAMED = frozenset({"x-frame-options", REPORT_ONLY})
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_FRAMING = frozenset({"deny", "sameorigin"})
_MAX_VALUE = 200


Fields = tuple[tuple[str, str], ...]
"""Names and values of headers, in the order received."""


def judge_policy(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """What the page may run, and who may show it within theirs."""
    told = tuple(item for item in visit.last.headers if item[0] in _FRAMED)
    return iter(_policy_findings(host_of(visit.last.url), policy_texts(visit), meta_texts(visit), told))


@recalled
def _policy_findings(host: str, sent: tuple[str, ...], meta: tuple[str, ...], told: Fields) -> tuple[Finding, ...]:
    """Worked out once for what a site goes on saying, visit after visit."""
    return (*_csp(host, sent, meta, told), *_framing(host, sent, told))


def _csp(host: str, sent: tuple[str, ...], meta: tuple[str, ...], told: Fields) -> Iterator[Finding]:
    """A Content-Security-Policy that keeps injected scripts from running; several add up, so one good one is enough."""
    enforced = parsed(sent + meta)
    if not enforced:
        yield CSP_MISSING(host, case="report_only" if any(name == REPORT_ONLY for name, _value in told) else "")
        return
    found = [weakness(one) for one in enforced]
    if all(found):
        yield CSP_UNSAFE(host, case="" if found[0] == OPEN else found[0], value=(sent + meta)[0][:_MAX_VALUE])


def _framing(host: str, sent: tuple[str, ...], told: Fields) -> Iterator[Finding]:
    """Other sites may show the page as a part of theirs; `frame-ancestors` overrules X-Frame-Options."""
    restricted, values = frames_restricted(parsed(sent)), _listed(told, "x-frame-options")
    if restricted is None:
        restricted = _frame_options(values)
    if not restricted:
        case = "invalid" if values else ""
        yield FRAME_UNPROTECTED(host, case=case, value=", ".join(values)[:_MAX_VALUE])


def _frame_options(values: list[str]) -> bool:
    """Whether *values* of X-Frame-Options keep others out (WHATWG HTML §7.6): a contradiction does, an unknown not."""
    distinct = frozenset(values)
    if len(distinct) > 1:
        return bool(distinct & (_FRAMING | {"allowall"}))
    return bool(distinct & _FRAMING)


def judge_rest(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """What browsers may guess, what other sites are told, and what everybody is."""
    told = tuple(item for item in visit.last.headers if item[0] in _REST)
    return iter(_rest_findings(host_of(visit.last.url), told, visit.page.referrer if visit.page else ""))


@recalled
def _rest_findings(host: str, told: Fields, meta: str) -> tuple[Finding, ...]:
    return (*_nosniff(host, told), *_referrer(host, told, meta), *_versions(host, told))


def _nosniff(host: str, told: Fields) -> Iterator[Finding]:
    """X-Content-Type-Options: its first value must be nosniff (WHATWG Fetch §2.2.6)."""
    values = _listed(told, "x-content-type-options")
    if values[:1] != ["nosniff"]:
        yield NOSNIFF_MISSING(host, case="invalid" if values else "", value=", ".join(values)[:_MAX_VALUE])


def _referrer(host: str, told: Fields, meta: str) -> Iterator[Finding]:
    """What is told to other sites of where a visitor comes from; the last policy that is known counts."""
    served = _listed(told, "referrer-policy")
    chosen = next((value for value in reversed(served) if value in REFERRER_POLICIES), "")
    word = meta.strip().lower()
    word = _LEGACY.get(word, word)
    chosen = word if word in REFERRER_POLICIES else chosen
    if not chosen:
        yield REFERRER_MISSING(host, case="invalid" if served else "", value=", ".join(served)[:_MAX_VALUE])
    elif chosen in LEAKING:
        yield REFERRER_UNSAFE(host, value=chosen)


def _versions(host: str, told: Fields) -> Iterator[Finding]:
    """The server tells everybody which version of what it runs (RFC 9110 §10.2.4 advises against it)."""
    values = {value[:_MAX_VALUE] for name, value in told if name in TELLING and _VERSION.search(value)}
    if values:
        yield VERSION_DISCLOSED(host, values=sorted(values))


def _listed(told: Fields, name: str) -> list[str]:
    """The members of a comma-separated header, lower case."""
    members = (item.strip().lower() for known, value in told if known == name for item in value.split(","))
    return [item for item in members if item]


def _shows_policy(visit: Visit) -> bool:
    """Policies that were cut short at our caps cannot be judged."""
    return shows_own_page(visit) and are_whole(visit)


JUDGES: tuple[Judge[Visit], ...] = (
    Judge(
        rules=(CSP_MISSING, CSP_UNSAFE, FRAME_UNPROTECTED),
        verdict=judge_policy,
        sees=_shows_policy,
    ),
    Judge(
        rules=(NOSNIFF_MISSING, REFERRER_MISSING, REFERRER_UNSAFE, VERSION_DISCLOSED),
        verdict=judge_rest,
        sees=shows_own_page,
    ),
)
