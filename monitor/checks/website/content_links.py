"""What the page loads over plain http, and whom its forms send to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_page import shows_own_page
from monitor.checks.website.page_facts import NOTHING, Form, Page
from monitor.checks.website.policies import are_whole, upgrades
from monitor.checks.website.visit import Visit
from monitor.domains import host_of, registrable
from monitor.model import Audience, Finding, Rule, Severity, Target

MIXED_ACTIVE = Rule("transport.mixed_active", Severity.MEDIUM, Audience.OWNER)
MIXED_PASSIVE = Rule("transport.mixed_passive", Severity.LOW, Audience.OWNER)
FORM_INSECURE = Rule("transport.form_insecure", Severity.MEDIUM, Audience.OWNER)
FORM_FOREIGN = Rule("transport.form_foreign", Severity.MEDIUM, Audience.OWNER)

_MAX_HOSTS = 10
_MAX_URLS = 10


def judge_active(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Scripts, styles and frames over http: browsers block them, and the page is broken (W3C Mixed Content §5)."""
    yield from _mixed(MIXED_ACTIVE, visit, _page(visit).active)


def judge_passive(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Images, sound and video over http: anybody on the way may see and change them."""
    yield from _mixed(MIXED_PASSIVE, visit, _page(visit).passive)


def _mixed(rule: Rule, visit: Visit, urls: tuple[str, ...]) -> Iterator[Finding]:
    if urls and visit.last.url.startswith("https:") and not upgrades(visit):
        yield rule(host_of(visit.last.url), count=len(urls), urls=list(urls[:_MAX_URLS]))


def judge_insecure(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    What visitors type goes over the network in the clear.

    A search field is a matter for whoever mends the rest; a form that asks for a password is not.
    """
    plain = [form for form in _page(visit).forms if form.url.startswith("http:") and _matters(form)]
    if plain and not upgrades(visit):
        yield _told(FORM_INSECURE, visit, plain)


def judge_foreign(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    What visitors type goes to somebody who is neither the site's owner nor a government.

    Passwords are another matter: `content.login_foreign`.
    """
    own = host_of(target.url)
    abroad = [form for form in _page(visit).forms if _hands_over(form) and _is_foreign(form, own, visit, policy)]
    if abroad:
        yield _told(FORM_FOREIGN, visit, abroad)


def _is_foreign(form: Form, own: str, visit: Visit, policy: Policy) -> bool:
    """An imitation of a government's name is foreign, too."""
    host = host_of(form.url)
    if host in {own, host_of(visit.last.url)} or (registrable(host) or host) == registrable(own):
        return False
    return not policy.domains.standing(host).is_government


def _told(rule: Rule, visit: Visit, forms: list[Form]) -> Finding:
    """Of the page that has *forms*, once: where to they send, a page may choose anew every time."""
    asks = any(form.password for form in forms)
    first = sorted(forms, key=lambda form: not form.password)
    hosts = dict.fromkeys(host_of(form.url) for form in first)
    return rule(
        host_of(visit.last.url),
        severity=Severity.HIGH if asks else None,
        case="password" if asks else "",
        destinations=list(hosts)[:_MAX_HOSTS],
        urls=[form.url for form in first[:_MAX_URLS]],
    )


def _matters(form: Form) -> bool:
    """A query that is looked up somewhere else is no data handed over."""
    return form.method == "post" or form.password


def _hands_over(form: Form) -> bool:
    return form.method == "post" and not form.password


def _page(visit: Visit) -> Page:
    return visit.page or NOTHING


def _shows(found: Callable[[Visit], bool]) -> Callable[[Visit], bool]:
    """That nothing is there, only a page that was read to its end can say."""

    def sees(visit: Visit) -> bool:
        return shows_own_page(visit) and (not (visit.capped or _page(visit).partial) or found(visit))

    return sees


def _shows_plain(found: Callable[[Visit], bool]) -> Callable[[Visit], bool]:
    """As `_shows`, of what a policy may tell browsers to upgrade."""
    shows = _shows(found)
    return lambda visit: shows(visit) and are_whole(visit)


def _sends_plainly(visit: Visit) -> bool:
    return any(form.url.startswith("http:") and _matters(form) for form in _page(visit).forms)


def _sends_abroad(visit: Visit) -> bool:
    own = registrable(host_of(visit.hops[0].url))
    return any(_hands_over(form) and registrable(host_of(form.url)) != own for form in _page(visit).forms)


JUDGES: tuple[Judge[Visit], ...] = (
    Judge(rules=(MIXED_ACTIVE,), verdict=judge_active, sees=_shows_plain(lambda visit: bool(_page(visit).active))),
    Judge(rules=(MIXED_PASSIVE,), verdict=judge_passive, sees=_shows_plain(lambda visit: bool(_page(visit).passive))),
    Judge(rules=(FORM_INSECURE,), verdict=judge_insecure, sees=_shows_plain(_sends_plainly)),
    Judge(rules=(FORM_FOREIGN,), verdict=judge_foreign, sees=_shows(_sends_abroad)),
)
