"""Is the domain registered, for how long, and does its registrar hold it back? RDAP (RFC 9082, RFC 9083)."""

from __future__ import annotations

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.registration.facts import Registration
from monitor.checks.registration.judge import judges
from monitor.checks.registration.observe import Registry
from monitor.model import Kind, Target


def registration(settings: settings.Registration) -> Check[Registration]:
    """The check of every registrable domain behind a listed site or mail address."""
    return Check(
        name="registration",
        every=settings.every,
        timeout=settings.timeout,
        applies=_is_domain,
        observe=Registry(settings).observe,
        judges=judges(settings.expiring),
    )


def _is_domain(target: Target) -> bool:
    return target.kind is Kind.DOMAIN


__all__ = ["Registration", "registration"]
