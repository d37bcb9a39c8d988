"""Is this still the site's own page? Signatures of those who took it over, and how far it is from what is usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.checks.base import Judge, Policy
from monitor.checks.website.own_content import is_explained, shows_anywhere, whole_content
from monitor.checks.website.visit import Visit
from monitor.content import baseline
from monitor.content.baseline import Baseline
from monitor.content.examine import NOTHING, Content
from monitor.domains import host_of
from monitor.model import Audience, Finding, Rule, Severity, Target

DEFACED = Rule("content.defaced", Severity.CRITICAL, Audience.CSIRT)
CHANGED = Rule("content.changed", Severity.MEDIUM, Audience.CSIRT, confirm=True)
EMPTIED = Rule("content.emptied", Severity.MEDIUM, Audience.NOC, confirm=True)
LANGUAGE = Rule("content.language", Severity.MEDIUM, Audience.CSIRT, confirm=True)

_MAX_MARKS = 5
_LANGUAGES = {
    "arabic": "aksara Arab",
    "cyrillic": "aksara Sirilik",
    "de": "bahasa Jerman",
    "en": "bahasa Inggris",
    "es": "bahasa Spanyol",
    "fr": "bahasa Prancis",
    "greek": "aksara Yunani",
    "han": "aksara Tionghoa",
    "hangul": "aksara Korea",
    "hebrew": "aksara Ibrani",
    "id": "bahasa Indonesia",
    "indic": "aksara India",
    "javanese": "aksara Jawa",
    "jv": "bahasa Jawa",
    "kana": "aksara Jepang",
    "latin": "aksara Latin",
    "pt": "bahasa Portugis",
    "thai": "aksara Thai",
    "tr": "bahasa Turki",
    "vi": "bahasa Vietnam",
}
_ANOTHER = "aksara lain"


def judge_defaced(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Somebody signed the page, or the page of an error."""
    content = visit.content or NOTHING
    if content.defacement.is_certain:
        marks = [mark.excerpt for mark in content.defacement.marks[:_MAX_MARKS]]
        yield DEFACED(
            host_of(target.url),
            case="error" if content.error else "",
            url=visit.last.url,
            status=visit.last.status,
            points=round(content.defacement.points),
            excerpt=marks[0] if marks else "",
            marks=marks,
        )


def judge_changed(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """
    The page is another one by title, size, structure and assets together, and says not why.

    After `accept_after` without anything worse it is the usual one: what is usual is then learned anew.
    """
    content, usual = _measured(visit, policy)
    if not content or not usual or usual.is_stale(policy.learning, now) or is_explained(content):
        return
    said = baseline.is_emptied(usual, content.shape) or baseline.strange_language(usual, content.shape)
    far = baseline.distance(usual, content.shape)
    if far.is_far and not said:
        yield CHANGED(
            host_of(target.url),
            url=visit.last.url,
            title=visit.title,
            percent=round(100 * far.total),
            words=content.shape.words,
            usual_words=usual.usual_words,
            since=usual.last.isoformat(),
        )


def judge_emptied(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The page says nothing any more; for as long as that is so."""
    content, usual = _measured(visit, policy)
    if content and usual and baseline.is_emptied(usual, content.shape) and not is_explained(content):
        yield EMPTIED(host_of(target.url), url=visit.last.url, words=content.shape.words, usual_words=usual.usual_words)


def judge_language(target: Target, visit: Visit, policy: Policy, now: datetime) -> Iterator[Finding]:
    """The page speaks another language; English is nothing strange, and no language is ever got used to."""
    content, usual = _measured(visit, policy)
    strange = baseline.strange_language(usual, content.shape) if content and usual else ""
    if usual and strange:
        yield LANGUAGE(
            host_of(target.url),
            url=visit.last.url,
            title=visit.title,
            language=_LANGUAGES.get(strange, _ANOTHER),
            usual=_LANGUAGES.get(usual.language or usual.writing, _ANOTHER),
        )


def _measured(visit: Visit, policy: Policy) -> tuple[Content | None, Baseline | None]:
    """The page and what is usual for it; None for both unless enough is known."""
    content, usual = whole_content(visit), visit.baseline
    return (content, usual) if content and usual and usual.is_mature(policy.learning) else (None, None)


def _can_compare(visit: Visit) -> bool:
    return visit.baseline is not None and whole_content(visit) is not None


JUDGES: tuple[Judge[Visit], ...] = (
    Judge(
        rules=(DEFACED,),
        verdict=judge_defaced,
        sees=shows_anywhere(lambda content: content.defacement.is_certain),
    ),
    Judge(rules=(CHANGED,), verdict=judge_changed, sees=_can_compare),
    Judge(rules=(EMPTIED,), verdict=judge_emptied, sees=_can_compare),
    Judge(rules=(LANGUAGE,), verdict=judge_language, sees=_can_compare),
)
