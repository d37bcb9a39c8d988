"""The screen on the wall of the NOC: what is down and since when, legible from across the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.model import Kind, Outcome, State
from monitor.web import casebook
from monitor.web.attention import Plight
from monitor.web.board import Group, board
from monitor.web.pages import shared
from monitor.web.rows import WEBSITE
from monitor.web.templating import page
from monitor.web.view import View, Viewed
from monitor.web.wanted import Wanted

router = APIRouter(include_in_schema=False)

SILENT = 3
"""Cadences without a single visit after which the daemon itself is in doubt."""


ROWS, CASES = 120, 40
"""Lines of sites and of incidents that the wall is given: what does not fit comes in turn, a page every few seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Everything on it."""

    counts: Mapping[State, int]
    spelled: str
    plights: Sequence[Plight]
    """What needs somebody, the worst first."""
    total: int
    """How many sites and domains need somebody."""
    down: Sequence[str]
    """The kodes of all sites and domains that are down, in the inventory's order: named where nothing turns pages."""
    cases: casebook.Summary | None
    groups: Sequence[Group]
    """By jenis."""
    is_blind: bool
    """Nothing that is watched is observed."""
    last: datetime | None
    """The newest visit of anything; None before the first."""
    is_silent: bool
    """Whether that was so long ago that what the wall says may not be so any more."""

    @property
    def lines(self) -> Sequence[tuple[Plight, int]]:
        """What needs somebody, the worst first; with each, how many sites and domains are yet to come after it."""
        told = accumulate(plight.total for plight in self.plights)
        return [(plight, self.total - so_far) for plight, so_far in zip(self.plights, told, strict=True)]

    @property
    def beyond(self) -> int:
        """How many need somebody and have no line."""
        return self.total - sum(plight.total for plight in self.plights)


def wall(view: View) -> Wall:
    """The wall at this moment."""
    now = view.now()
    incidents = view.desk.book.open if view.desk else ()
    shown = board(view.latest, now, Wanted(), 1, view.checks, attention=ROWS, incidents=incidents)
    last = _last_visit(view)
    patience = view.settings.checks.website.every * SILENT + timedelta(seconds=30)
    return Wall(
        counts=shown.counts,
        spelled=shown.spelled,
        plights=shown.attention,
        total=shown.attention_total,
        down=[entry.target.kode for entry in view.latest.entries() if entry.state is State.DOWN],
        cases=casebook.summary(incidents, view.latest, now, CASES) if view.desk else None,
        groups=[group for group in shown.overview if group.key != Kind.DOMAIN],
        is_blind=shown.is_blind,
        last=last,
        is_silent=shown.total > 0 and now - (last or view.vitals.started) > patience,
    )


def _last_visit(view: View) -> datetime | None:
    results = (entry.results.get(WEBSITE) for entry in view.latest.entries())
    return max(
        (result.started for result in results if result is not None and result.outcome is not Outcome.INAPPLICABLE),
        default=None,
    )


@router.get("/dinding")
async def show(request: Request, view: Viewed) -> HTMLResponse:
    """The wall; dark unless `?terang=1`."""
    is_light = request.query_params.get("terang") == "1"
    return page("wall.html", wall=wall(view), is_light=is_light, **shared(view, "dinding"))
