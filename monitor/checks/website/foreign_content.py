"""Whom the page lets in, and whom it hands its visitors to: other people's scripts, frames, logins and services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_content import page_content, shows
from monitor.checks.website.own_page import is_home, shows_own_page
from monitor.checks.website.page_facts import NOTHING as NO_PAGE
from monitor.checks.website.visit import Visit
from monitor.content.foreign import NONE, Foreign, is_foreign, is_form, is_public_service
from monitor.domains import Standing, host_of
from monitor.model import Audience, Finding, Rule, Severity, Target

FOREIGN_SCRIPT = Rule("content.foreign_script", Severity.LOW, Audience.OWNER)
FOREIGN_FRAME = Rule("content.foreign_frame", Severity.LOW, Audience.OWNER)
FOREIGN_SERVICE = Rule("content.foreign_service", Severity.LOW, Audience.OWNER)
LOGIN_FOREIGN = Rule("content.login_foreign", Severity.HIGH, Audience.CSIRT)

_MAX_HOSTS = 10
_SHADY = frozenset({Standing.ADDRESS, Standing.MISSPELT})
"""Nobody who runs a public service is known by these."""


def judge_scripts(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Whoever has these hosts can change the page as he likes (OWASP: Third Party JavaScript Management)."""
    yield from _brought(FOREIGN_SCRIPT, visit, policy, _brings(visit).scripts)


def judge_frames(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Whoever has these hosts shows what he likes within the page."""
    yield from _brought(FOREIGN_FRAME, visit, policy, _brings(visit).frames)


def _brings(visit: Visit) -> Foreign:
    """Whom the site's own page brings along; a parking company's page is not asked."""
    content = page_content(visit)
    return NONE if content is None or content.placeholder is not None else content.foreign


def _brought(rule: Rule, visit: Visit, policy: Policy, hosts: Sequence[str]) -> Iterator[Finding]:
    strange = [host for host in hosts if not (_is_governmental(host, policy) or _is_known(host, policy))]
    if strange:
        shady = any(policy.domains.standing(host) in _SHADY for host in strange)
        yield rule(
            host_of(visit.last.url),
            severity=Severity.MEDIUM if shady else None,
            count=len(strange),
            hosts=strange[:_MAX_HOSTS],
        )


def judge_services(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Public e-services use the county's domain (Permenkominfo 4/2024); a form or a short address is only mentioned."""
    offered = [
        service
        for service in _brings(visit).services
        if not _is_governmental(service.host, policy)
        and (is_form(service.host) or not _is_known(service.host, policy))
        and service.host not in policy.trusted
    ]
    own = [service for service in offered if not is_form(service.host)]
    shown = own or offered
    if shown:
        yield FOREIGN_SERVICE(
            host_of(visit.last.url),
            severity=None if own else Severity.INFO,
            case="" if own else "form",
            count=len(offered),
            hosts=[service.host for service in shown[:_MAX_HOSTS]],
            texts=[service.text for service in shown[:_MAX_HOSTS]],
        )


def judge_login(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    Passwords go to a stranger: by a form of the site's own page, or by one of the page that visitors are led to.

    A site that is listed at an address which is no government's asks on its own page: that is `domain.non_government`.
    """
    own, page = host_of(target.url), host_of(visit.last.url)
    asking = [form for form in (visit.page or NO_PAGE).forms if form.password]
    led_away = _is_stranger(page, own, policy)
    strangers = [form for form in asking if led_away or _is_stranger(host_of(form.url), own, policy)]
    if strangers:
        yield LOGIN_FOREIGN(
            own,
            case="page" if led_away else "",
            page=page,
            destinations=list(dict.fromkeys(host_of(form.url) for form in strangers))[:_MAX_HOSTS],
            urls=[form.url for form in strangers[:_MAX_HOSTS]],
        )


def _is_stranger(host: str, own: str, policy: Policy) -> bool:
    return is_foreign(host, own) and not (_is_governmental(host, policy) or _is_known(host, policy))


def _is_known(host: str, policy: Policy) -> bool:
    return is_public_service(host, policy.trusted)


def _is_governmental(host: str, policy: Policy) -> bool:
    return policy.domains.standing(host).is_government


def _shows_login(visit: Visit) -> bool:
    """A login elsewhere is seen wherever it is; that there is none, on a page of the site's own that was read whole."""
    page, own = visit.page, host_of(visit.hops[0].url)
    if page is None:
        return False
    if shows_own_page(visit) and not (visit.capped or page.partial):
        return True
    asking = [form for form in page.forms if form.password]
    return any(not (is_home(own, host_of(visit.last.url)) and is_home(own, host_of(form.url))) for form in asking)


JUDGES: tuple[Judge[Visit], ...] = (
    Judge(rules=(LOGIN_FOREIGN,), verdict=judge_login, sees=_shows_login),
    Judge(rules=(FOREIGN_SCRIPT,), verdict=judge_scripts, sees=shows(lambda content: bool(content.foreign.scripts))),
    Judge(rules=(FOREIGN_FRAME,), verdict=judge_frames, sees=shows(lambda content: bool(content.foreign.frames))),
    Judge(rules=(FOREIGN_SERVICE,), verdict=judge_services, sees=shows(lambda content: bool(content.foreign.services))),
)
