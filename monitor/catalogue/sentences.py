"""Findings and failures as sentences: the catalogue's words, filled with what was seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from monitor import words
from monitor.catalogue.entries import FAILURES, load, text
from monitor.model import Finding, Kind, Severity, State
from monitor.net.facts import Failure, FailureKind, Phase

PHASES: Mapping[Phase, str] = {
    Phase.DNS: "Cari nama (DNS)",
    Phase.CONNECT: "Sambung (TCP)",
    Phase.TLS: "Jabat tangan (TLS)",
    Phase.TTFB: "Tunggu jawaban",
    Phase.TRANSFER: "Terima isi",
}
MAX_VALUE = 200
"""Characters of one value in a sentence; a stranger chose it."""
MAX_LISTED = 4
_ANY = "any"
_INSTANTS = frozenset({"not_before", "not_after", "expires", "revoked_at"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def describe(finding: Finding) -> str:
    """*finding* in one Indonesian sentence, with its evidence."""
    entry = text(finding.code)
    line = entry.cases.get(str(finding.detail.get("case", "")), entry.line)
    return _filled(line, _values(finding))


def failure_text(failure: Failure) -> str:
    """Why there was no answer, in Indonesian, as the second half of a sentence."""
    said = _failures()[failure.kind.value]
    at = _said("address", failure.address) if failure.address else ""
    values = {
        "by": f" oleh {at}" if at else "",
        "at": f" di {at}" if at else "",
        "to": f" ke {at}" if at else "",
        "words": f" ({_said('text', failure.detail)})" if failure.detail else "",
    }
    return _filled(said.get(failure.phase.value, said[_ANY]), values)


def state_text(state: State) -> str:
    """The board's word for *state*."""
    return words.STATES[state]


def severity_text(severity: Severity) -> str:
    """The CSIRT's word for *severity*."""
    return words.SEVERITIES[severity]


def kind_text(kind: Kind) -> str:
    """The word for *kind*."""
    return words.KINDS[kind]


@lru_cache(maxsize=1)
def _failures() -> Mapping[str, Mapping[str, str]]:
    return load(FAILURES)


def _filled(line: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], words.DASH), line)


def _values(finding: Finding) -> dict[str, str]:
    detail = finding.detail
    values = {name: _said(name, value) for name, value in detail.items()}
    values["subject"] = _said("subject", finding.subject) if finding.subject else values.get("host", "situs")
    if "kind" in detail and "phase" in detail:
        values["failure"] = _failure(detail)
    if isinstance(seen := detail.get("views"), list | tuple) and seen:
        values["views"] = _views([words.VIEWS.get(str(view)) or _line(str(view)) for view in seen[:MAX_LISTED]])
    return values


def _views(seen: list[str]) -> str:
    """`a, b dan c`."""
    return " dan ".join(filter(None, (", ".join(seen[:-1]), seen[-1])))


def _failure(detail: Mapping[str, Any]) -> str:
    try:
        kind, phase = FailureKind(detail["kind"]), Phase(detail["phase"])
    except ValueError:  # kept since before the kind was retired
        return _said("kind", detail["kind"])
    return failure_text(Failure(phase, kind, str(detail.get("text") or ""), detail.get("address")))


def _said(name: str, value: Any) -> str:
    """*value* as people read it: dates in WIB, numbers with a comma, lists cut short, never more than one line."""
    if value is None or value == "":
        return words.DASH
    if name in _INSTANTS:
        return _date(str(value))
    if name == "days" and isinstance(value, int):
        return words.days(value)
    if isinstance(value, float):
        return words.number(value, 1)
    if isinstance(value, list | tuple):
        return _list(value)
    return _line(str(value))


def _date(value: str) -> str:
    try:
        return words.date(datetime.fromisoformat(value))
    except ValueError:
        return _line(value)


def _list(values: list[Any] | tuple[Any, ...]) -> str:
    shown = ", ".join(_line(str(value)) for value in values[:MAX_LISTED]) or words.DASH
    more = len(values) - MAX_LISTED
    return f"{shown}, dan {more} lainnya" if more > 0 else shown


def _line(value: str) -> str:
    folded = " ".join(value[: 4 * MAX_VALUE].split())
    shown = "".join(character for character in folded if character.isprintable())
    return shown if len(shown) <= MAX_VALUE else f"{shown[: MAX_VALUE - 1]}…"
