"""Answers of the DNS as the checks read them: text records whole, mail exchangers with their preference, names bare."""

from __future__ import annotations

from typing import Any

from monitor.net.dns_answer import Answer

MOST = 64
"""Records of one answer that are read."""
LONGEST = 8192
"""Characters of one text record that are read."""


def texts(answer: Answer) -> tuple[str, ...]:
    """The TXT records of *answer*, the strings of each joined without space (RFC 7208 §3.3, RFC 6376 §3.6.2.2)."""
    records: tuple[Any, ...] = answer.records[:MOST]
    return tuple(b"".join(record.strings).decode("utf-8", "replace")[:LONGEST] for record in records)


def exchanges(answer: Answer) -> tuple[tuple[int, str], ...]:
    """(preference, host) of each MX record of *answer*, the preferred first; the host is empty for `.` (RFC 7505)."""
    records: tuple[Any, ...] = answer.records[:MOST]
    return tuple(sorted((int(record.preference), _bare(record.exchange.to_text())) for record in records))


def names(answer: Answer) -> tuple[str, ...]:
    """The targets of the PTR (or NS, CNAME…) records of *answer*, lower case, without the final dot."""
    return tuple(_bare(text) for text in answer.texts[:MOST])


def _bare(name: str) -> str:
    return name.removesuffix(".").lower()
