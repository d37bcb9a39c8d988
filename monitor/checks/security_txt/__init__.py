"""Does the site say whom to tell of a hole, in the file that RFC 9116 defines?"""

from __future__ import annotations

from functools import partial

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.security_txt.facts import Found
from monitor.checks.security_txt.judge import judges
from monitor.checks.security_txt.observe import observe
from monitor.model import Kind, Target


def security_txt(settings: settings.SecurityTxt) -> Check[Found]:
    """The check of every site listed with https; what one host of a machine serves says nothing of the others."""
    return Check(
        name="security_txt",
        every=settings.every,
        timeout=settings.timeout,
        applies=_is_secure_site,
        observe=partial(observe, within=settings.timeout),
        judges=judges(settings.contacts),
    )


def _is_secure_site(target: Target) -> bool:
    return target.kind is not Kind.DOMAIN and target.url.lower().startswith("https://")


__all__ = ["Found", "security_txt"]
