"""Is a site's name what those in charge of it say, everywhere, and does it lead where it should?"""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.names import agreement, leads
from monitor.checks.names.facts import Naming
from monitor.checks.names.observe import observe
from monitor.checks.names.six import Proof
from monitor.domains import registrable
from monitor.model import Kind, Target
from monitor.net.facts import Phase


def names(settings: settings.Names) -> Check[Naming]:
    """The check of every site that has a name."""
    return Check(
        name="names",
        every=settings.every,
        timeout=settings.timeout,
        applies=_has_name,
        observe=partial(observe, within=settings.timeout, proof=Proof()),
        judges=(*leads.judges(settings.home_networks), *agreement.JUDGES),
        failed=_failed,
    )


def _has_name(target: Target) -> bool:
    return target.kind is not Kind.DOMAIN and bool(registrable(target.host))


def _failed(facts: Naming) -> Phase | None:
    """A resolver that knows no address is worth a question to the vantage: it may be ours alone."""
    return Phase.DNS if facts.resolved.failure or not facts.resolved.addresses else None


__all__ = ["Naming", "names"]
