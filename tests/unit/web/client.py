"""A client of the application without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.web.app import build
from tests.unit.web import record


@asynccontextmanager
async def client(**changes: object) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the made-up regency with *changes* to its view; a crash is answered, not raised."""
    transport = httpx.ASGITransport(build(record.view(**changes)), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8620") as result:
        yield result


def first(page: LexborHTMLParser, selector: str) -> LexborNode:
    """The first element of *page* that *selector* finds."""
    found = page.css_first(selector)
    assert found is not None, selector
    return found
