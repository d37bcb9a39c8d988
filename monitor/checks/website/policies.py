"""The policies of a page as a browser puts them together from its headers and its markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.checks.website.recall import recalled
from monitor.checks.website.visit import MAX_POLICIES, MAX_POLICY, Visit
from monitor.standards import csp
from monitor.standards.csp import Csp

CSP = "content-security-policy"
REPORT_ONLY = "content-security-policy-report-only"
OPEN, INLINE, ANYWHERE = "open", "inline", "anywhere"
"""How a policy lets any script run."""

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)
"""Another one each time, so that the same policy would be read anew on every visit."""
_ANYWHERE = frozenset({"*", "http:", "https:", "data:", "blob:", "http://*", "https://*"})


def header(visit: Visit, name: str) -> list[str]:
    """The values of the header *name* of the last answer, in order."""
    return [value for known, value in visit.last.headers if known == name]


def policy_texts(visit: Visit) -> tuple[str, ...]:
    """The policies that the last answer's headers enforce, as texts that stay the same from visit to visit."""
    return tuple(map(_without_nonce, header(visit, CSP)[:MAX_POLICIES]))


def meta_texts(visit: Visit) -> tuple[str, ...]:
    """Those of the page's `meta` elements."""
    return tuple(map(_without_nonce, visit.page.policies)) if visit.page is not None and visit.page.policies else ()


def are_whole(visit: Visit) -> bool:
    """Whether all policies were read to their end; what is missing may be what makes the others good."""
    sent = header(visit, CSP)
    if len(sent) > MAX_POLICIES or any(len(value) >= MAX_POLICY for value in sent):
        return False
    return visit.page is None or not visit.page.policies_partial


def _without_nonce(text: str) -> str:
    return _NONCE.sub("'nonce-x'", text) if "nonce-" in text.lower() else text


@recalled
def parsed(texts: tuple[str, ...]) -> tuple[Csp, ...]:
    """Every policy of *texts*, each of which may be a list (CSP3 §2.2.2); what has no directive is none."""
    found = (csp.parse(item).value for text in texts for item in text.split(","))
    return tuple(policy for policy in found if policy is not None)


def weakness(policy: Csp) -> str:
    """How *policy* lets any script run; empty when it does not."""
    if not csp.is_trivially_unsafe(policy):
        return ""
    sources = policy.sources("script-src-elem")
    if sources is None:
        return OPEN
    return ANYWHERE if _ANYWHERE.intersection(sources) else INLINE


def upgrades(visit: Visit) -> bool:
    """Whether a browser is told to fetch and send over https what the page says over http."""
    enforced = parsed(policy_texts(visit) + meta_texts(visit))
    return any(policy.values("upgrade-insecure-requests") is not None for policy in enforced)


def frames_restricted(enforced: Iterable[Csp]) -> bool | None:
    """Whether `frame-ancestors` restricts who may frame the page; None when no header has one (CSP3 §6.4.2)."""
    told = [sources for policy in enforced if (sources := csp.frame_ancestors(policy)) is not None]
    return any(not _ANYWHERE.intersection(sources) for sources in told) if told else None
