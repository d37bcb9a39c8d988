"""A view's page read: what it says, where it links, how much gambling it serves, where it sends on; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from monitor.checks.cloaking.compare import wording
from monitor.checks.cloaking.facts import View
from monitor.checks.cloaking.walls import is_wall
from monitor.checks.location import BadLocation, resolve
from monitor.content.document import read_document
from monitor.content.facts import Document
from monitor.content.gambling import score

MAX_ONWARD = 4
_BARE = 400
"""Characters of text up to which a page that changes its address by script is nothing but a redirect."""
_MAX_SCRIPT = 16 * 1024
_SCRIPTED = re.compile(
    r"location(?:\.href)?\s{0,8}=\s{0,8}[\"'](https?:[^\"'\s]{1,500})[\"']"
    r"|location\.(?:replace|assign)\(\s{0,8}[\"'](https?:[^\"'\s]{1,500})[\"']"
)


def read(view: View, home: str, known: View | None = None) -> View:
    """
    *view*, of a site at the host *home*, with its page read; as it is where there is none.

    What *known*, another visitor's view, has of the very same page is not read again.
    """
    if view.failure is not None or view.status == 0:
        return view
    if known is not None and _is_same_page(view, known):
        told = replace(view, gambling=known.gambling, wording=known.wording, onward=known.onward)
    else:
        document = read_document(view.body, view.url, view.media_type)
        onward = tuple(_onward(document))[:MAX_ONWARD]
        told = replace(view, gambling=score(document, home), wording=wording(document, home), onward=onward)
    return replace(told, wall=is_wall(told, home))


def _is_same_page(view: View, known: View) -> bool:
    same = (view.url, view.media_type, len(view.body)) == (known.url, known.media_type, len(known.body))
    return same and view.body == known.body


def _onward(document: Document) -> Iterator[str]:
    yield from document.refreshes
    if len(document.text) <= _BARE:
        for script in document.inline_scripts:
            for match in _SCRIPTED.finditer(script[:_MAX_SCRIPT]):
                try:
                    yield resolve(document.url, match[1] or match[2])
                except BadLocation:
                    continue
