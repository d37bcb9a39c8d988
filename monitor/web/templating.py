"""Templates to pages: everything escaped, every value in the county's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from monitor import catalogue, words
from monitor.alerts.defang import defanged
from monitor.grade import Letter
from monitor.model import Audience, Kind, State
from monitor.net.dnssec import Security
from monitor.web import who
from monitor.web.looks import OUTCOMES
from monitor.web.outline import outline, spoken
from monitor.web.registrations import STATUSES
from monitor.web.wanted import IDLE, Order

CONDITIONS = {**{state.value: said for state, said in words.STATES.items()}, IDLE: "Tidak dipantau"}
LETTERS = {letter: letter.value for letter in Letter}
ORDERS = {Order.STATE: "keadaan", Order.GRADE: "nilai terburuk", Order.NAME: "nama"}
SECURITIES = {
    Security.SECURE: "sah",
    Security.INSECURE: "tidak ada",
    Security.BOGUS: "tidak sah",
    Security.UNKNOWN: words.DASH,
}
AUDIENCES = {Audience.NOC: "NOC", Audience.CSIRT: "CSIRT", Audience.OWNER: "Pemilik situs"}

log = structlog.get_logger(__name__)

_CODE = re.compile(r"`([^`\n]+)`")

HERE = Path(__file__).parent
STATIC = HERE / "static"


def web_link(url: str | None) -> str | None:
    """*url* when a browser may be sent there: http or https with a host; anything else (`javascript:`…) is no link."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def instant(value: Any) -> datetime | None:
    """The instant that evidence writes in ISO 8601; None when *value* is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def when(value: Any) -> str:
    """The instant of evidence as tables have it; a dash for none."""
    found = instant(value)
    return words.DASH if found is None else words.table(found)


def dated(value: str) -> str:
    """*value*, as tables have it when it is an instant."""
    found = instant(value)
    return value if found is None else words.table(found)


def day(value: Any) -> str:
    """The day of evidence; a dash for none."""
    found = instant(value)
    return words.DASH if found is None else words.date(found)


def is_past(value: Any, now: datetime) -> bool:
    """Whether the instant of evidence is not ahead."""
    found = instant(value)
    return found is not None and found <= now


def days_to(value: Any, now: datetime) -> int | None:
    """Whole days from *now* to the instant of evidence; None for none."""
    found = instant(value)
    return None if found is None else words.days_left(found, now)


def local(value: datetime) -> str:
    """*value* as a field of date and time takes it, in WIB."""
    return f"{value.astimezone(words.WIB):%Y-%m-%dT%H:%M}"


def seconds(count: int) -> str:
    """A duration of *count* seconds."""
    return words.duration(timedelta(seconds=count))


def micro(span: timedelta) -> int:
    """*span* in microseconds."""
    return span // timedelta(microseconds=1)


def first_upper(text: str) -> str:
    """*text* with a capital at its beginning and the rest left alone."""
    return text[:1].upper() + text[1:]


def coded(text: str) -> Markup:
    """*text* escaped, with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 – escaped first


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
        date=words.date,
        table=words.table,
        clock=words.clock,
        hour=words.hour,
        iso=words.iso,
        number=words.number,
        percent=words.percent,
        calendar=words.calendar_day,
        duration=words.duration,
        seconds=seconds,
        micro=micro,
        ms=words.milliseconds,
        days=words.days,
        size=words.size,
        link=web_link,
        when=when,
        dated=dated,
        days_to=days_to,
        day=day,
        said=spoken,
        coded=coded,
        defanged=defanged,
        local=local,
        first_upper=first_upper,
    )
    result.tests.update(past=is_past)
    result.globals.update(
        KINDS=words.KINDS,
        STATES=words.STATES,
        SEVERITIES=words.SEVERITIES,
        CRITICALITIES=words.CRITICALITIES,
        VERIFICATIONS=words.VERIFICATIONS,
        PHASES=catalogue.PHASES,
        AUDIENCES=AUDIENCES,
        CONDITIONS=CONDITIONS,
        LETTERS=LETTERS,
        ORDERS=ORDERS,
        SECURITIES=SECURITIES,
        OUTCOMES=OUTCOMES,
        REGISTRATION=STATUSES,
        DASH=words.DASH,
        distrust=words.distrust,
        State=State,
        Kind=Kind,
        drawn=drawn,
        who=who.principal,
        may=who.may,
    )
    return result


def drawn(name: str, facts: Mapping[str, Any], now: datetime) -> str:
    """
    The *facts* of the check *name* as HTML, by its own template, or as an outline when it has none.

    Facts kept by an earlier version may lack what the template asks for; they, too, become an outline.
    """
    template = f"checks/{name}.html"
    if template in _DRAWINGS:
        try:
            return _ENVIRONMENT.get_template(template).render(facts=facts, now=now)
        except (UndefinedError, TypeError, ValueError) as error:
            log.warning("facts.undrawn", check=name, error=str(error)[:200])
    return _ENVIRONMENT.get_template("outline.html").render(branches=outline(facts))


_ENVIRONMENT = environment()
_DRAWINGS = frozenset(_ENVIRONMENT.list_templates(filter_func=lambda name: name.startswith("checks/")))


def prepare() -> None:
    """Compile every template now: a mistake in one stops the start, and no reader waits for it."""
    for name in _ENVIRONMENT.list_templates():
        _ENVIRONMENT.get_template(name)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """*template* rendered with *values*."""
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(values), status)
