"""Does mail for the domain arrive, encrypted, and can nobody else send in its name?"""

from __future__ import annotations

from monitor import settings
from monitor.checks.base import Check
from monitor.checks.mail.evidence import remember
from monitor.checks.mail.facts import Mail
from monitor.checks.mail.judges import dane, dkim, dmarc, encryption, exchangers, mta_sts, servers, spf, tls_rpt
from monitor.checks.mail.manners import Manners
from monitor.checks.mail.observe import Observer
from monitor.model import Kind, Target
from monitor.net.facts import Phase

JUDGES = (
    *exchangers.JUDGES,
    *servers.JUDGES,
    *encryption.JUDGES,
    *dane.JUDGES,
    *spf.JUDGES,
    *dkim.JUDGES,
    *dmarc.JUDGES,
    *mta_sts.JUDGES,
    *tls_rpt.JUDGES,
)


def mail(settings: settings.Mail) -> Check[Mail]:
    """The check of every domain under which mail addresses are listed."""
    return Check(
        name="mail",
        every=settings.every,
        timeout=settings.timeout,
        applies=_has_mail,
        observe=Observer(settings, Manners()),
        judges=JUDGES,
        remember=remember,
        failed=_failed,
    )


def _has_mail(target: Target) -> bool:
    return target.kind is Kind.DOMAIN and target.mail is not None


def _failed(facts: Mail) -> Phase:
    """All of it hangs on what our resolver says: one that lies or fails is no fault of the domain."""
    return Phase.DNS


__all__ = ["JUDGES", "Mail", "mail"]
