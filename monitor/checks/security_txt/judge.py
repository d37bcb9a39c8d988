"""Can somebody who has found a hole tell the county, and be sure that it is the county?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from monitor.checks.base import Judge, Policy
from monitor.checks.security_txt.facts import PRESENT, Found, Place
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.standards.linted import Level, Linted
from monitor.standards.security_txt import SecurityTxt, parse

MISSING = Rule("security_txt.missing", Severity.LOW, Audience.OWNER)
INVALID = Rule("security_txt.invalid", Severity.LOW, Audience.OWNER)
EXPIRED = Rule("security_txt.expired", Severity.LOW, Audience.OWNER)
EXPIRING = Rule("security_txt.expiring", Severity.INFO, Audience.OWNER)
CONTACT_UNEXPECTED = Rule("security_txt.contact_unexpected", Severity.INFO, Audience.OWNER)
NOT_CANONICAL = Rule("security_txt.not_canonical", Severity.LOW, Audience.OWNER)
MISPLACED = Rule("security_txt.misplaced", Severity.INFO, Audience.OWNER)
NOT_HTTPS = Rule("security_txt.not_https", Severity.LOW, Audience.OWNER)
OFF_GOVERNMENT = Rule("security_txt.off_government", Severity.LOW, Audience.OWNER)
PLACES = {
    Place.ABSENT: MISSING,
    Place.TOP_LEVEL: MISPLACED,
    Place.PLAIN: NOT_HTTPS,
    Place.FOREIGN: OFF_GOVERNMENT,
}

LOOKED_AT = PRESENT | {Place.ABSENT}

SOON = timedelta(days=30)
_DAY = timedelta(days=1)
_OK = 200


def judge_place(target: Target, found: Found, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Whether the file is where RFC 9116 §3 wants it."""
    rule = PLACES.get(found.place)
    if rule is not None:
        case = "page" if found.place is Place.ABSENT and found.status == _OK else ""
        yield rule(host=target.host, url=found.url, other=host_of(found.url), status=found.status, case=case)


def judge_text(target: Target, found: Found, policy: Policy, now: datetime) -> Iterator[Finding]:
    """What a reader of the standard must refuse in the file, and in how it is served."""
    problems = [*_of_serving(found), *_of_text(parse(found.text))] if found.place in PRESENT else []
    if problems:
        yield INVALID(host=target.host, url=found.url, problems=problems[:10], count=len(problems))


def _of_serving(found: Found) -> Iterator[str]:
    """Served as `text/plain` in UTF-8 (RFC 9116 §3); a reader may bound what it takes (§5.5)."""
    kind, _, parameters = found.kind.partition(";")
    charset = parameters.lower().partition("charset=")[2].strip(' ";') or "utf-8"
    if kind.strip().lower() != "text/plain":
        yield f"disajikan sebagai {kind.strip() or 'jenis yang tidak disebut'}, bukan text/plain"
    elif charset not in {"utf-8", "utf8", "us-ascii"}:
        yield f"disajikan dengan charset {charset}, bukan utf-8"
    if found.not_utf8:
        yield "isinya bukan UTF-8"
    if found.oversized:
        yield "lebih panjang dari 32 KiB; sisanya tidak dibaca"


def _of_text(linted: Linted[SecurityTxt]) -> Iterator[str]:
    for remark in linted.remarks:
        if remark.level is Level.ERROR:
            yield remark.message.removesuffix(".")


def _read(found: Found) -> SecurityTxt | None:
    return parse(found.text).value if found.place in PRESENT else None


def judge_expiry(target: Target, found: Found, policy: Policy, now: datetime) -> Iterator[Finding]:
    """After `Expires` nobody should rely on the file any more (RFC 9116 §2.5.5)."""
    value = _read(found)
    if value is None or value.expires is None:
        return
    left = (value.expires - now) // _DAY
    detail: dict[str, Any] = {"expires": value.expires.isoformat(), "days": left, "url": found.url}
    if value.expires < now:
        yield EXPIRED(host=target.host, **detail)
    elif value.expires - now <= SOON:
        yield EXPIRING(host=target.host, **detail, case="" if left else "today")


def judge_canonical(target: Target, found: Found, policy: Policy, now: datetime) -> Iterator[Finding]:
    """A file that names where it belongs is not to be trusted elsewhere (RFC 9116 §2.5.2)."""
    value = _read(found)
    if value is not None and value.canonical and not set(value.canonical) & set(found.urls):
        yield NOT_CANONICAL(host=target.host, url=found.url, canonical=list(value.canonical[:10]))


def judge_contacts(
    target: Target, found: Found, policy: Policy, now: datetime, *, expected: tuple[str, ...]
) -> Iterator[Finding]:
    """One of the *expected* contacts is among those listed, where any are expected."""
    value = _read(found)
    if value is None or not expected:
        return
    if not {_plain(contact) for contact in value.contacts} & {_plain(contact) for contact in expected}:
        contacts = list(value.contacts[:10])
        case = "" if contacts else "none"
        yield CONTACT_UNEXPECTED(host=target.host, contacts=contacts, expected=list(expected), case=case)


def _plain(contact: str) -> str:
    """*contact* without what may be written in more than one way."""
    return contact.strip().lower().removeprefix("mailto:").rstrip("/")


def _was_looked_at(found: Found) -> bool:
    """A file that is gone has no faults any more; one behind a redirect that was not followed may have."""
    return found.place in LOOKED_AT


def _can_be_read(found: Found) -> bool:
    if found.place is Place.ABSENT:
        return True
    return found.place in PRESENT and not found.oversized and parse(found.text).value is not None


def judges(contacts: tuple[str, ...]) -> tuple[Judge[Found], ...]:
    """All of them; one of *contacts* is expected among those listed."""
    return (
        Judge(rules=(MISSING, MISPLACED, NOT_HTTPS, OFF_GOVERNMENT), verdict=judge_place),
        Judge(rules=(INVALID,), verdict=judge_text, sees=_was_looked_at),
        Judge(rules=(EXPIRED, EXPIRING), verdict=judge_expiry, sees=_can_be_read),
        Judge(rules=(NOT_CANONICAL,), verdict=judge_canonical, sees=_can_be_read),
        Judge(rules=(CONTACT_UNEXPECTED,), verdict=partial(judge_contacts, expected=contacts), sees=_can_be_read),
    )
