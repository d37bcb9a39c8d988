"""Whether a visit's page can answer a question about content: what was not read is not absent."""

from __future__ import annotations

from collections.abc import Callable

from monitor.checks.website.own_page import shows_own_page
from monitor.checks.website.visit import Visit
from monitor.content.examine import Content
from monitor.content.facts import Verdict


def page_content(visit: Visit) -> Content | None:
    """What the site's own page says; None for another's page, one of an error, and a test for machines before it."""
    content = visit.content
    if content is None or content.error or content.challenge or not shows_own_page(visit):
        return None
    return content


def whole_content(visit: Visit) -> Content | None:
    """As `page_content`, of a page that was read to its end: what it does not list is not there."""
    content = page_content(visit)
    return None if content is None or content.partial or visit.capped else content


def is_explained(content: Content) -> bool:
    """Whether a graver finding says already what has become of the page."""
    return (
        content.defacement.is_certain or content.placeholder is not None or content.gambling.verdict is Verdict.INJECTED
    )


def is_whole(visit: Visit) -> bool:
    """Whether what the page does not show is not there."""
    return whole_content(visit) is not None


def shows(found: Callable[[Content], bool]) -> Callable[[Visit], bool]:
    """Sees what is *found* on any of the site's own pages, and that nothing is on one that was read to its end."""

    def sees(visit: Visit) -> bool:
        content = page_content(visit)
        return content is not None and (is_whole(visit) or found(content))

    return sees


def shows_anywhere(found: Callable[[Content], bool]) -> Callable[[Visit], bool]:
    """As `shows`, of what somebody may also put on the page of an error, or lead the site's visitors to."""

    def sees(visit: Visit) -> bool:
        return visit.content is not None and (is_whole(visit) or found(visit.content))

    return sees
