"""When did the site last say anything new?"""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.freshness.facts import Dated, Source
from monitor.checks.freshness.judge import judges
from monitor.checks.freshness.observe import observe
from monitor.model import Kind, Target


def freshness(settings: settings.Freshness) -> Check[Dated]:
    """The check of every site that is a publication; a service has nothing new to say."""
    return Check(
        name="freshness",
        every=settings.every,
        timeout=settings.timeout,
        applies=_publishes,
        observe=partial(observe, within=settings.timeout),
        judges=judges(settings.abandoned),
    )


def _publishes(target: Target) -> bool:
    is_publication = target.kind not in {Kind.DOMAIN, Kind.LAYANAN}
    return is_publication and target.url.lower().startswith(("http://", "https://"))


__all__ = ["Dated", "Source", "freshness"]
