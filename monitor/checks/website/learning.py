"""What is usual for a page, learned from visits on which nothing was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor import settings
from monitor.checks.website.own_content import whole_content
from monitor.checks.website.visit import Visit
from monitor.content import baseline
from monitor.content.baseline import Learning


def learning(section: settings.Content) -> Learning:
    """How slowly it is learned, by the settings."""
    return Learning(
        every=section.learn_every,
        samples=section.learn_samples,
        span=section.learn_for,
        accept_after=section.accept_after,
    )


def learn(visit: Visit, known: Mapping[str, Any] | None, at: datetime, how: Learning) -> Mapping[str, Any] | None:
    """What to remember from now on; None when this visit teaches nothing (no whole page of the site's own)."""
    content = whole_content(visit)
    if content is None or content.placeholder is not None:
        return None
    return baseline.learn(content.shape, known, at, how)
