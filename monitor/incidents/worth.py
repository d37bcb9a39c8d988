"""Which findings people are told of at once; the others are for the digests."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.model import Audience, Finding, Severity, State

BARS: Mapping[Audience, Severity] = {Audience.NOC: Severity.MEDIUM, Audience.CSIRT: Severity.MEDIUM}
"""From which severity on a finding makes an incident, by who is to act on it; the owners' never does by severity."""

EXCEPTIONS: Mapping[str, Severity | None] = {
    # A renewal that has not come about yet: while there is time, the morning digest counts the days.
    "certificate.expiring": Severity.HIGH,
    "tls.chain_expiring": Severity.HIGH,
    # How a zone was set up years ago is no event.
    "zone.single_ns": None,
    # Comes and goes with the hour on a shared server; the board shows it, the digest sums it up.
    "site.slow": None,
}
"""From which severity on, whatever the audience and the state; None: never."""

_FELT = frozenset({State.DOWN, State.DEGRADED})


def is_incident(finding: Finding) -> bool:
    """
    Whether *finding* makes an incident, or joins one.

    What a visitor feels always does, also when it is the owner's to mend. Otherwise the severity decides, and an
    owner's list of things to improve never does: it is a weekly letter, however grave one of its lines is.
    """
    if finding.code in EXCEPTIONS:
        return _reaches(finding, EXCEPTIONS[finding.code])
    return finding.rule.state in _FELT or _reaches(finding, BARS.get(finding.rule.audience))


def _reaches(finding: Finding, bar: Severity | None) -> bool:
    return bar is not None and finding.severity.rank >= bar.rank


def audience_of(finding: Finding) -> Audience:
    """Whose incident it is: the CSIRT's, or the operators'."""
    return Audience.CSIRT if finding.rule.audience is Audience.CSIRT else Audience.NOC
