"""Rule code → title, why it matters, how to fix it, reference; Indonesian, English beside it."""

from __future__ import annotations

from monitor.catalogue.entries import Entry, codes, text
from monitor.catalogue.sentences import PHASES, describe, failure_text, kind_text, severity_text, state_text

__all__ = ["PHASES", "Entry", "codes", "describe", "failure_text", "kind_text", "severity_text", "state_text", "text"]
