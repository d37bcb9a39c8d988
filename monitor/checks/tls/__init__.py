"""What a site's TLS offers beyond the one handshake of a visit: versions, ciphers, chain, revocation, CAA."""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.tls import caa, chain, ciphers, keys, revocation, versions
from monitor.checks.tls.facts import Facts
from monitor.checks.tls.observe import observe
from monitor.model import Target
from monitor.net.crl import Crls
from monitor.net.facts import Phase
from monitor.net.tls_facts import Seen

JUDGES = (
    *versions.JUDGES,
    *ciphers.JUDGES,
    *keys.JUDGES,
    *chain.JUDGES,
    *revocation.JUDGES,
    *caa.JUDGES,
)


def tls(settings: settings.Tls) -> Check[Facts]:
    """The check of every target that is visited over https; its revocation lists are shared by all of them."""
    return Check(
        name="tls",
        every=settings.every,
        timeout=settings.timeout,
        applies=_is_secure,
        observe=partial(observe, within=settings.timeout, crls=Crls(settings.crl_max_age)),
        judges=JUDGES,
        failed=_failed,
    )


def _is_secure(target: Target) -> bool:
    return target.url.lower().startswith("https://")


def _failed(facts: Facts) -> Phase | None:
    """That there is no CAA is our resolver's word alone."""
    return Phase.DNS if facts.caa.seen is Seen.NO else None


__all__ = ["JUDGES", "Facts", "tls"]
