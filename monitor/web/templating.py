"""Templates to pages: everything escaped, every value in the county's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor import words
from monitor.model import State

HERE = Path(__file__).parent
STATIC = HERE / "static"


def web_link(url: str | None) -> str | None:
    """*url* when a browser may be sent there: http or https with a host; anything else (`javascript:`…) is no link."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def environment() -> Environment:
    """Autoescaping, strict about names that are not there, with the county's words as filters."""
    result = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    result.filters.update(
        prose=words.prose,
        table=words.table,
        clock=words.clock,
        iso=words.iso,
        number=words.number,
        duration=words.duration,
        ms=words.milliseconds,
        days=words.days,
        size=words.size,
        link=web_link,
    )
    result.globals.update(
        KINDS=words.KINDS,
        STATES=words.STATES,
        SEVERITIES=words.SEVERITIES,
        CRITICALITIES=words.CRITICALITIES,
        VERIFICATIONS=words.VERIFICATIONS,
        PHASES=words.PHASES,
        DASH=words.DASH,
        State=State,
    )
    return result


_ENVIRONMENT = environment()


def prepare() -> None:
    """Compile every template now: a mistake in one stops the start, and no reader waits for it."""
    for name in _ENVIRONMENT.list_templates():
        _ENVIRONMENT.get_template(name)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """*template* rendered with *values*."""
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(values), status)
