"""Where a URL leads by plain http and by https: one polite request after another, every answer noted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.checks.base import Context
from monitor.checks.location import BadLocation, resolve
from monitor.model import Target
from monitor.net.facts import Exchange, ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.http import prebuilt

MAX_HOPS = 5
"""Requests of one walk."""
MAX_URL = 300
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer on the way; URLs without their query, which differs from look to look."""

    url: str
    status: int
    location: str | None = None
    """Where it sends on to, made absolute; None when it does not, or nowhere that a browser goes."""
    trusted: bool = False
    """By https under a certificate that verifies for this host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """From one URL along its redirects, until there is an answer, a failure, or enough was seen."""

    start: str
    steps: tuple[Step, ...] = ()
    failure: Failure | None = None
    """Why the walk could not go on."""

    @property
    def last(self) -> Step | None:
        """The answer it ended on; None when it ended on none."""
        return self.steps[-1] if self.steps and self.failure is None else None

    @property
    def page(self) -> Step | None:
        """The page it ended on (2xx); None when it did not."""
        return self.last if self.last is not None and self.last.status in SUCCESS else None

    def moves(self) -> Iterator[tuple[str, str]]:
        """(from, to) of each redirect."""
        return ((step.url, step.location) for step in self.steps if step.location is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What plain http and, for a site that is listed with http, https lead to."""

    plain: Walk
    secure: Walk | None = None
    """None for a site that is listed with https: the visits of every minute see that."""


async def observe(target: Target, ctx: Context, *, within: timedelta) -> Ways:
    """
    Where `http://host/` leads, and `https://host/` when only http is listed, one request at a time.

    Raises `ExchangeFailed` when the name could not be looked up, or leads to an address that nobody may visit.
    """
    loop = asyncio.get_running_loop()
    patience, parts = within.total_seconds(), urlsplit(target.url)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    if parts.scheme.lower() == "https":
        return Ways(plain=await _walk(f"http://{name}/", ctx, loop.time() + patience))
    # Half of the time each, or a silent port 80 would leave none to ask on port 443.
    plain = await _walk(target.url.partition("#")[0], ctx, loop.time() + patience / 2)
    return Ways(plain=plain, secure=await _walk(f"https://{name}/", ctx, loop.time() + patience / 2))


async def _walk(start: str, ctx: Context, deadline: float) -> Walk:
    steps: list[Step] = []
    url = start
    for _hop in range(MAX_HOPS):
        try:
            request = prebuilt(url)
            request.extensions = {"deadline": deadline, "fresh": ctx.fresh}
            response = await ctx.net.http.handle_async_request(request)
        except ExchangeFailed as error:
            return _stopped(start, steps, error)
        deadline = response.extensions["deadline"]
        exchange: Exchange = response.extensions["exchange"]
        onward = _onward(url, response.status_code, response.headers.get("location"))
        trusted = exchange.tls is not None and exchange.tls.verify_code == 0
        steps.append(
            Step(
                url=_noted(url),
                status=response.status_code,
                location=None if onward is None else _noted(onward),
                trusted=trusted,
            )
        )
        if onward is None or _is_enough(onward, steps):
            break
        url = onward
    return Walk(start=start, steps=tuple(steps))


def _is_enough(onward: str, steps: list[Step]) -> bool:
    """Whether the next URL was seen already."""
    return _noted(onward) in {step.url for step in steps}


def _stopped(start: str, steps: list[Step], error: ExchangeFailed) -> Walk:
    """The walk up to *error*, which is raised instead when it is about the very first look-up."""
    failure = error.failure
    if not steps and (failure.phase is Phase.DNS or failure.kind is FailureKind.FORBIDDEN_ADDRESS):
        raise error
    if failure.kind is FailureKind.TIMEOUT:
        failure = replace(failure, detail="")  # how long it was differs
    return Walk(start=start, steps=tuple(steps), failure=failure)


def _onward(url: str, status: int, location: str | None) -> str | None:
    if status not in REDIRECTS or location is None:
        return None
    try:
        return resolve(url, location)
    except BadLocation:
        return None


def _noted(url: str) -> str:
    return url.partition("?")[0][:MAX_URL]
