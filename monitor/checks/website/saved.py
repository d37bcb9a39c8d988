"""A page that somebody saved, as if a visit had just brought it."""

from __future__ import annotations

from monitor.checks.website import content_links, defaced, foreign_content, gambling, ownership, software
from monitor.checks.website.page import title
from monitor.checks.website.page_facts import page_facts
from monitor.checks.website.visit import Hop, Visit
from monitor.content.examine import examine, is_html
from monitor.domains import host_of

JUDGES = (
    *gambling.JUDGES,
    *defaced.JUDGES,
    *ownership.JUDGES,
    *foreign_content.JUDGES,
    *software.JUDGES,
    *content_links.JUDGES,
)
"""Those that need nothing but the page."""
_OK = 200


def visit_of(body: bytes, url: str, content_type: str = "text/html", *, capped: bool = False) -> Visit:
    """The visit that ended on the page *body* at *url*; nothing is fetched."""
    is_page = is_html(body, content_type)
    return Visit(
        hops=(Hop(url=url, status=_OK, headers=(("content-type", content_type),)),),
        title=title(body, content_type),
        body=body,
        capped=capped,
        page=page_facts(body, url, content_type) if is_page else None,
        content=examine(body, url, content_type, host_of(url)) if is_page else None,
    )
