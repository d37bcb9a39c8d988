"""Does the domain say who may send in its name, and can a receiver make sense of it (RFC 7208)?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.mail.facts import Mail, Trouble
from monitor.model import Audience, Finding, Rule, Severity, Target
from monitor.standards.linted import Level
from monitor.standards.spf import Fault, Qualifier, Survey, SurveyFault, parse
from monitor.standards.spf_values import LOOKUPS, VOIDS

SPF_MISSING = Rule("mail.spf_missing", Severity.MEDIUM, Audience.OWNER)
SPF_MULTIPLE = Rule("mail.spf_multiple", Severity.MEDIUM, Audience.OWNER)
SPF_INVALID = Rule("mail.spf_invalid", Severity.MEDIUM, Audience.OWNER)
SPF_BROKEN_PATH = Rule("mail.spf_broken_path", Severity.MEDIUM, Audience.OWNER)
SPF_LOOKUPS = Rule("mail.spf_lookups", Severity.MEDIUM, Audience.OWNER)
SPF_VOIDS = Rule("mail.spf_voids", Severity.LOW, Audience.OWNER)
SPF_OPEN = Rule("mail.spf_open", Severity.HIGH, Audience.OWNER)
SPF_NEUTRAL = Rule("mail.spf_neutral", Severity.LOW, Audience.OWNER)

_TOO_MANY = "RFC 7208 §4.6.4"
"""What the survey counts better."""
_CASES = {
    SurveyFault.NO_RECORD: "no_record",
    SurveyFault.SEVERAL: "several",
    SurveyFault.SYNTAX: "",
    SurveyFault.LOOP: "loop",
    SurveyFault.MANY_MX: "many_mx",
}
"""Which sentence of the catalogue tells of it."""


def judge_record(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The record of the domain itself."""
    if isinstance(facts.spf, Trouble):
        return
    texts = facts.spf.texts
    if not texts:
        yield SPF_MISSING(facts.domain)
    elif len(texts) > 1:
        yield SPF_MULTIPLE(facts.domain, count=len(texts), records=list(texts))
    else:
        errors = (one for one in parse(texts[0]).remarks if one.level is Level.ERROR)
        error = next((one for one in errors if one.reference != _TOO_MANY), None)
        if error is not None:
            yield SPF_INVALID(
                facts.domain, record=texts[0], reason=error.message, position=error.position, section=error.reference
            )


def judge_path(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """What the record leads to: every fault there makes the whole evaluation fail."""
    survey = survey_of(facts)
    for fault in _faults(survey):
        subject = f"{facts.domain} → {fault.domain}"
        yield SPF_BROKEN_PATH(subject, case=_CASES[fault.kind], domain=facts.domain, at=fault.domain, term=fault.term)


def judge_lookups(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """More look-ups than a receiver does; beyond, it fails for good (RFC 7208 §4.6.4)."""
    survey = survey_of(facts)
    if survey is not None and survey.over_lookups:
        terms = [f"{one.domain}: {one.lookups}" for one in survey.records if one.lookups]
        yield SPF_LOOKUPS(facts.domain, lookups=survey.lookups, limit=LOOKUPS, terms=terms)


def judge_voids(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """More look-ups without a result than a receiver puts up with."""
    survey = survey_of(facts)
    if survey is not None and survey.over_voids:
        yield SPF_VOIDS(facts.domain, voids=len(survey.voids), limit=VOIDS, terms=list(survey.voids))


def judge_rest(target: Target, facts: Mail, policy: Policy, now: datetime) -> Iterator[Finding]:
    """What happens to everybody else: let in, or neither let in nor refused."""
    survey = survey_of(facts)
    if survey is None or survey.faults:
        return
    if survey.all is Qualifier.PASS:
        yield SPF_OPEN(facts.domain, record=survey.records[0].text if survey.records else "")
    elif survey.all in {None, Qualifier.NEUTRAL}:
        yield SPF_NEUTRAL(facts.domain, record=survey.records[0].text if survey.records else "")


def survey_of(facts: Mail) -> Survey | None:
    """The survey, where there is one record to survey."""
    return None if isinstance(facts.spf, Trouble) else facts.spf.survey


def _faults(survey: Survey | None) -> tuple[Fault, ...]:
    """Those beyond the first record, whose own are told by themselves."""
    return () if survey is None else tuple(one for one in survey.faults if one.term)


def _sees_record(facts: Mail) -> bool:
    return not isinstance(facts.spf, Trouble)


def _sees(bad: Callable[[Survey], object]) -> Callable[[Mail], bool]:
    """When everything could be asked, or what was is bad enough already."""

    def sees(facts: Mail) -> bool:
        survey = survey_of(facts)
        return _sees_record(facts) and (survey is None or survey.complete or bool(bad(survey)))

    return sees


def _is_decided(survey: Survey) -> bool:
    """Whether `all` stands in the first record, where nothing else can overrule it."""
    own = parse(survey.records[0].text).value if survey.records else None
    return own is not None and own.all is not None


JUDGES: tuple[Judge[Mail], ...] = (
    Judge(rules=(SPF_MISSING, SPF_MULTIPLE, SPF_INVALID), verdict=judge_record, sees=_sees_record),
    Judge(rules=(SPF_BROKEN_PATH,), verdict=judge_path, sees=_sees(_faults)),
    Judge(rules=(SPF_LOOKUPS,), verdict=judge_lookups, sees=_sees(lambda survey: survey.over_lookups)),
    Judge(rules=(SPF_VOIDS,), verdict=judge_voids, sees=_sees(lambda survey: survey.over_voids)),
    Judge(rules=(SPF_OPEN, SPF_NEUTRAL), verdict=judge_rest, sees=_sees(_is_decided)),
)
