"""What the web looks at, handed over by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from monitor.checks.base import Check
from monitor.desk import Desk
from monitor.doorkeeper import Doorkeeper
from monitor.latest import Latest
from monitor.reach import Reach
from monitor.settings import Settings
from monitor.telling import Teller
from monitor.vitals import Vitals
from monitor.web.memo import Memo
from monitor.web.reads import Records, Vantage


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The daemon as its readers see it."""

    latest: Latest
    vitals: Vitals
    store: Records
    vantage: Vantage
    settings: Settings
    checks: tuple[Check[Any], ...] = ()
    """Every check there is: what is asked of a target, how often, and which rules it has."""
    desk: Desk | None = None
    """Where people act; None: this board is for reading only."""
    teller: Teller | None = None
    """Who puts incidents into words."""
    reach: Reach | None = None
    """Who is reached, and how well; None: nobody is, for this board is not a daemon's."""
    door: Doorkeeper | None = None
    """Who lets people in and keeps the trail; None: everybody is let in, and nothing is recorded."""
    now: Callable[[], datetime]
    """The wall clock: aware, UTC."""
    memo: Memo = field(default_factory=Memo)
    """Answers of the record that are dear, for everybody who asks within a minute."""


def _view(request: Request) -> View:
    return cast(View, request.app.state.view)


Viewed = Annotated[View, Depends(_view)]
"""A route's parameter of this type is the application's `View`."""
