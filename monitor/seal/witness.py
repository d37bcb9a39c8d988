"""
What of the chain is shown outside the machine.

Whoever owns the machine owns the key, and could make the whole chain anew; not so what was mailed, printed or scraped
meanwhile. One head that others hold stands for every day before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor import words
from monitor.seal.days import DAY
from monitor.seal.sealed import Sealed
from monitor.seal.verify import SHORTEST_HEAD

_HEAD = re.compile(rf"[0-9a-f]{{{SHORTEST_HEAD},64}}")


def head_line(sealed: Sealed) -> str:
    """`Segel catatan s.d. 23 November 2026 (hari ke-30): 3fa9…`, the head in full: for a mail, or a cover."""
    return f"Segel catatan s.d. {words.date(sealed.until - DAY)} (hari ke-{sealed.height}): {sealed.head}"


def labels(sealed: Sealed) -> Mapping[str, str]:
    """For `monitor_seal_info`, whose value is 1."""
    return {"day": sealed.day.isoformat(), "head": sealed.head, "key": sealed.key_id}


def head_in(text: str) -> str | None:
    """
    The head that a person copied: alone or with the line around it, in full or its beginning; None when there is none.

    Blanks and line ends within it, as printers and mail programs make them, do not count.
    """
    found = re.sub(r"[\s…]", "", text.rpartition(":")[2]).lower()
    return found if _HEAD.fullmatch(found) else None
