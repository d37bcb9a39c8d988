"""Which action each address is: the one table by which the board lets requests pass."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.access.roles import ACTS, Action

OPEN = ("/healthz", "/readyz", "/masuk", "/static/", "/status", "/status/")
"""Addresses that ask nobody who they are; one that ends in a slash stands for all below it."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

PERMITS: Sequence[tuple[str, str, Action]] = (
    ("GET", r"/metrics", Action.METRICS),
    ("GET", r"/audit|/api/v1/audit", Action.AUDIT),
    ("GET", r"/situs/[^/]+/bukti/[^/]+/gambar", Action.LOOK),
    ("GET", r"/situs/[^/]+/bukti/.+", Action.EXHIBIT),
    ("GET", r"/aset/unduh\.\w+", Action.EXPORT),
    ("GET", r"/(?:unduh|bundel)/.+|.*/(?:bundle|bundel|unduh)(?:[./].*)?", Action.BUNDLE),
    ("*", r"/api/v1/(?:accounts|tokens)(?:/.*)?", Action.ADMIN),
    ("POST", r"/keluar|/sandi", Action.READ),
    ("POST", r"/insiden/[^/]+/[^/]+|/api/v1/incidents/.+", Action.INCIDENT),
    ("POST", r"/temuan/tandai|/api/v1/findings/mark", Action.MARK),
    ("POST", r"/pemeliharaan(?:/.*)?|/api/v1/maintenance(?:/.*)?", Action.MAINTAIN),
    ("POST", r"/api/v1/targets/[^/]+/forget", Action.BASELINE),
    ("POST", r"/pesan/[^/]+/ulang|/api/v1/outbox/[^/]+/retry", Action.RESEND),
    ("POST", r"/aset/kandidat|/api/v1/candidates/[^/]+", Action.CANDIDATE),
    ("POST", r"/api/v1/evidence/[^/]+/freeze", Action.FREEZE),
)
"""Method, address (whole), action; the first that fits counts. What does not stand here is read, or else an act."""
_COMPILED = tuple((method, re.compile(path, re.DOTALL), action) for method, path, action in PERMITS)

RECORDED = ACTS | {Action.DISMISS_CSIRT, Action.LOOK, Action.EXHIBIT, Action.EXPORT, Action.BUNDLE}
"""What goes into the trail when it was done; logins and accounts go there by themselves."""


def is_open(path: str) -> bool:
    """Whether *path* asks nobody who they are."""
    return any(path.startswith(each) if each.endswith("/") else path == each for each in OPEN)


def listed(method: str, path: str) -> Action | None:
    """The action of the first line that fits; None when none does."""
    method = "GET" if method in SAFE else method
    return next(
        (action for known, wanted, action in _COMPILED if known in {"*", method} and wanted.fullmatch(path)), None
    )


def action_of(method: str, path: str) -> Action:
    """What a request does."""
    return listed(method, path) or (Action.READ if method in SAFE else Action.ACT)
