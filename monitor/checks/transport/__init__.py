"""Is the site there by https, and does plain http lead there without a detour?"""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.transport.verdicts import JUDGES
from monitor.checks.transport.walk import Ways, observe
from monitor.model import Kind, Target
from monitor.net.facts import OURS, Phase


def transport(settings: settings.Transport) -> Check[Ways]:
    """The check of every site that has a web address."""
    return Check(
        name="transport",
        every=settings.every,
        timeout=settings.timeout,
        applies=_is_site,
        observe=partial(observe, within=settings.timeout),
        judges=JUDGES,
        ours=_ours,
        failed=_failed,
    )


def _is_site(target: Target) -> bool:
    return target.kind is not Kind.DOMAIN and target.url.lower().startswith(("http://", "https://"))


def _ours(ways: Ways) -> str:
    """Why a look failed on our side (Indonesian); empty when none did."""
    kinds = {walk.failure.kind for walk in (ways.plain, ways.secure) if walk is not None and walk.failure is not None}
    return "titik pantau tidak memiliki rute atau antreannya penuh" if kinds & OURS else ""


def _failed(ways: Ways) -> Phase | None:
    """The phase in which the first look failed; the vantage is asked whether it is us."""
    return ways.plain.failure.phase if ways.plain.failure is not None else None


__all__ = ["JUDGES", "Ways", "transport"]
