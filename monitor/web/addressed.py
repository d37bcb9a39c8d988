"""To whom a finding is addressed: who is to mend it, and who is called when a visitor feels it."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.incidents.worth import audience_of, is_incident
from monitor.model import Audience, Finding, Rule

WORDS: Mapping[Audience, str] = {Audience.NOC: "NOC", Audience.CSIRT: "CSIRT", Audience.OWNER: "pemilik situs"}
"""Within a sentence."""


def audiences(finding: Finding) -> tuple[Audience, ...]:
    """
    Who is to mend *finding*, then whose incident it is, if anybody else's.

    What a visitor feels is an incident also when only the owner can mend it: the NOC sees to it that the owner does.
    """
    mends = finding.rule.audience
    calls = audience_of(finding)
    return (mends, calls) if is_incident(finding) and calls is not mends else (mends,)


def addressed(finding: Finding) -> str:
    """`CSIRT`, `pemilik situs`, or `pemilik situs dan NOC`."""
    return " dan ".join(WORDS[audience] for audience in audiences(finding))


def rule_addressed(rule: Rule) -> str:
    """The same of what *rule* finds at its usual severity."""
    return addressed(rule())
