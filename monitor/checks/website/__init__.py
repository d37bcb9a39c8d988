"""Is the site there, is it the right one, and may a visitor trust it? One visit, many judges."""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.website import (
    availability,
    certificate,
    content_links,
    cookies,
    defaced,
    domain,
    evidence,
    foreign_content,
    gambling,
    headers,
    hsts,
    mail_address,
    ownership,
    redirects,
    software,
)
from monitor.checks.website.learning import learn, learning
from monitor.checks.website.observe import observe
from monitor.checks.website.visit import Visit
from monitor.model import Target

JUDGES = (
    *availability.JUDGES,
    *redirects.JUDGES,
    *certificate.JUDGES,
    *domain.JUDGES,
    *hsts.JUDGES,
    *headers.JUDGES,
    *cookies.JUDGES,
    *content_links.JUDGES,
    *mail_address.JUDGES,
    *gambling.JUDGES,
    *defaced.JUDGES,
    *ownership.JUDGES,
    *foreign_content.JUDGES,
    *software.JUDGES,
)
"""In the order that decides which finding is named as the cause of a state."""


def website(settings: settings.Website) -> Check[Visit]:
    """The check of every target that has a web address."""
    return Check(
        name="website",
        every=settings.every,
        timeout=settings.timeout,
        applies=_has_address,
        observe=partial(observe, within=settings.timeout),
        judges=JUDGES,
        vital=True,
        measure=evidence.measure,
        remember=evidence.remember,
        keep=evidence.keep,
        ours=evidence.ours,
        exhibits=evidence.exhibits,
        learn=partial(learn, how=learning(settings.content)),
        failed=evidence.failed,
    )


def _has_address(target: Target) -> bool:
    return target.url.lower().startswith(("http://", "https://"))


__all__ = ["JUDGES", "Visit", "learning", "website"]
