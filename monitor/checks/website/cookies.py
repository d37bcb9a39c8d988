"""Are the cookies that keep people logged in kept to https, and out of reach of scripts and other sites?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_page import own_hops, shows_own_page
from monitor.checks.website.visit import Hop, Visit
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, Target

INSECURE = Rule("transport.cookie_insecure", Severity.LOW, Audience.OWNER)

_SESSION = re.compile(
    r"sess|(?:^|[._-])sid$|auth|login|(?:^|[._-])token|jwt|remember|laravel|wordpress_(?:sec_|logged)", re.IGNORECASE
)
_PUBLIC = re.compile(r"csrf|xsrf", re.IGNORECASE)
"""A token against forged requests is for scripts to read, and of no use to who steals it alone."""
_SECURE, _HTTP_ONLY, _SAME_SITE = "Secure", "HttpOnly", "SameSite"
_MAX_NAME = 60


def judge(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Session cookies set over https, each with the attributes that it lacks (RFC 6265 §4.1.2)."""
    lacking: dict[str, dict[str, tuple[str, ...]]] = {}
    for hop in own_hops(visit):
        for name, missing in _weak(hop):
            lacking.setdefault(host_of(hop.url), {}).setdefault(name, missing)
    for host, cookies in lacking.items():
        is_grave = any(_SECURE in missing or _HTTP_ONLY in missing for missing in cookies.values())
        yield INSECURE(
            host,
            severity=Severity.MEDIUM if is_grave else None,
            cookies=[f"{name} ({' '.join(missing)})" for name, missing in cookies.items()],
        )


def _weak(hop: Hop) -> Iterator[tuple[str, tuple[str, ...]]]:
    if hop.url.startswith("https:"):
        for name, value in hop.headers:
            if name == "set-cookie":
                called, missing = _missing(value)
                if missing:
                    yield called, missing


@lru_cache(maxsize=4096)
def _missing(cookie: str) -> tuple[str, tuple[str, ...]]:
    """The name of *cookie*, and what a session cookie should have and it has not; nothing for other cookies."""
    name, *attributes = (part.strip() for part in cookie.split(";"))
    if not _SESSION.search(name) or _PUBLIC.search(name):
        return name, ()
    has = {attribute.partition("=")[0].strip().lower() for attribute in attributes}
    return name[:_MAX_NAME], tuple(flag for flag in (_SECURE, _HTTP_ONLY, _SAME_SITE) if flag.lower() not in has)


JUDGES: tuple[Judge[Visit], ...] = (Judge(rules=(INSECURE,), verdict=judge, sees=shows_own_page),)
