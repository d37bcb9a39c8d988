"""Roles, scopes, and the one table that says what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    CSIRT = "csirt"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """What an API token is for."""

    READ = "read"
    ACT = "act"
    EVIDENCE = "evidence"
    METRICS = "metrics"


class Action(StrEnum):
    """What can be asked of the board; the value is its name in the audit trail."""

    READ = "baca"
    METRICS = "metrik"
    INCIDENT = "insiden"
    """Take on, give back, note, assign."""
    MARK = "temuan"
    """The same for one finding; a false positive of what is not the CSIRT's."""
    DISMISS_CSIRT = "positif-palsu-csirt"
    """A false positive among the CSIRT's findings."""
    MAINTAIN = "pemeliharaan"
    BASELINE = "rupa-wajar"
    RESEND = "kirim-ulang"
    CANDIDATE = "kandidat-aset"
    FREEZE = "bekukan-bulan"
    ACT = "tindakan"
    """Whatever else changes something."""
    LOOK = "lihat-bukti"
    """A picture that was kept, to look at on a page."""
    EXHIBIT = "unduh-bukti"
    EXPORT = "unduh-aset"
    BUNDLE = "unduh-berkas-audit"
    AUDIT = "baca-audit"
    ADMIN = "akun"
    """Accounts and tokens: from a terminal of this machine only."""


ACTS = frozenset(
    {
        Action.INCIDENT,
        Action.MARK,
        Action.MAINTAIN,
        Action.BASELINE,
        Action.RESEND,
        Action.CANDIDATE,
        Action.FREEZE,
        Action.ACT,
    }
)
"""What an operator does."""
_LOOKS = frozenset({Action.READ, Action.METRICS})

ROLES: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: _LOOKS,
    Role.OPERATOR: _LOOKS | ACTS | {Action.EXPORT, Action.BUNDLE},
    Role.CSIRT: _LOOKS | ACTS | {Action.EXPORT, Action.BUNDLE, Action.LOOK, Action.EXHIBIT, Action.DISMISS_CSIRT},
    Role.AUDITOR: _LOOKS | {Action.EXPORT, Action.BUNDLE, Action.LOOK, Action.EXHIBIT, Action.AUDIT},
}
"""What each role may do."""

SCOPES: Mapping[Scope, frozenset[Action]] = {
    Scope.READ: frozenset({Action.READ}),
    Scope.ACT: ACTS,
    Scope.EVIDENCE: frozenset({Action.LOOK, Action.EXHIBIT, Action.EXPORT, Action.BUNDLE, Action.AUDIT}),
    Scope.METRICS: frozenset({Action.METRICS}),
}
"""What each scope of a token opens; a token has the sum of its scopes."""

EVERYTHING = frozenset(Action)
"""For whoever owns the machine."""
UNGUARDED = EVERYTHING - {Action.ADMIN}
"""For everybody on a board that asks nobody who they are."""


def roles_for(action: Action) -> tuple[Role, ...]:
    """The roles that may do *action*, in the order of the table; empty when none may."""
    return tuple(role for role, actions in ROLES.items() if action in actions)


def scopes_for(action: Action) -> tuple[Scope, ...]:
    """The scopes that open *action*; empty when none does."""
    return tuple(scope for scope, actions in SCOPES.items() if action in actions)
