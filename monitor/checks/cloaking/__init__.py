"""Does a site show search engines, their visitors or phones something that it hides from everybody else?"""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.cloaking import evidence
from monitor.checks.cloaking.facts import Shown
from monitor.checks.cloaking.judges import JUDGES, overlooked
from monitor.checks.cloaking.observe import observe
from monitor.model import Kind, Target


def cloaking(settings: settings.Cloaking) -> Check[Shown]:
    """The check of every site."""
    return Check(
        name="cloaking",
        every=settings.every,
        timeout=settings.timeout,
        applies=_is_site,
        observe=partial(observe, table=settings),
        judges=JUDGES,
        remember=evidence.remember,
        keep=evidence.keep,
        failed=evidence.failed,
        exhibits=evidence.exhibits,
        overlooked=overlooked,
    )


def _is_site(target: Target) -> bool:
    return target.kind is not Kind.DOMAIN and target.url.lower().startswith(("http://", "https://"))


__all__ = ["Shown", "cloaking"]
