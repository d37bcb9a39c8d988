"""Cells of spreadsheets: texts that stay texts, and instants as people here read them."""

from __future__ import annotations

import re
from datetime import datetime

from monitor.words import WIB

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell of a CSV file (OWASP: CSV Injection)."""
LONGEST = 32_000
"""Characters of a cell of a workbook; the format ends at 32,767."""

_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 §2.2 does not allow."""


def inert(text: str) -> str:
    """*text* as a cell of a CSV file that no spreadsheet computes: behind an apostrophe where one would."""
    return f"'{text}" if text.startswith(FORMULA) else text


def sayable(text: str) -> str:
    """*text* with U+FFFD for every character that a workbook cannot hold."""
    return _UNSAYABLE.sub("\ufffd", text)


def naive(instant: datetime) -> datetime:
    """*instant* as WIB reads it: spreadsheets know no time zones."""
    return instant.astimezone(WIB).replace(tzinfo=None)
