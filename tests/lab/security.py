"""The security.txt that half of the town's sites have (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zlib import crc32

from tests.lab.messages import answer
from tests.lab.town import Resident

PATH = "/.well-known/security.txt"
CONTACT = "mailto:csirt@purbalinggakab.go.id"
_LASTS = timedelta(days=180)


def has_file(resident: Resident) -> bool:
    """Whether *resident* is of the half that has one; the same every time."""
    return resident.kind is not None and crc32(resident.host.encode()) % 2 == 0


def served(resident: Resident) -> bytes:
    """The file as an answer."""
    expires = (datetime.now(UTC) + _LASTS).replace(microsecond=0)
    lines = (
        f"Contact: {CONTACT}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: id, en",
        f"Canonical: https://{resident.host}{PATH}",
    )
    return answer(200, "".join(f"{line}\r\n" for line in lines).encode(), kind="text/plain; charset=utf-8")
