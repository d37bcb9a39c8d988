"""Who is asking, for whatever runs while the request is answered: handlers, forms, templates."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field

from fastapi import HTTPException

from monitor.access.people import Principal, Via, anybody
from monitor.access.roles import Action, Role, roles_for, scopes_for

DOINGS = {
    Action.READ: "membaca papan ini",
    Action.METRICS: "membaca metrik",
    Action.INCIDENT: "menindak insiden",
    Action.MARK: "menandai temuan",
    Action.DISMISS_CSIRT: "menyatakan positif palsu atas temuan untuk CSIRT",
    Action.MAINTAIN: "mengatur pemeliharaan",
    Action.BASELINE: "menghapus rupa wajar",
    Action.RESEND: "mengirim ulang pesan",
    Action.CANDIDATE: "memutuskan kandidat aset",
    Action.FREEZE: "membekukan bulan",
    Action.ACT: "bertindak di papan ini",
    Action.LOOK: "melihat barang bukti",
    Action.EXHIBIT: "mengunduh barang bukti",
    Action.EXPORT: "mengunduh register aset",
    Action.BUNDLE: "mengunduh berkas audit",
    Action.AUDIT: "membaca jejak tindakan",
    Action.ADMIN: "mengurus akun dan token",
}
"""Actions, as one says what somebody may not do."""


@dataclass(slots=True)
class Visit:
    """One request: who sends it, and what is to stand in the trail."""

    principal: Principal = field(default_factory=anybody)
    actor: str = ""
    """The name that was given where none is known."""
    about: str = ""
    """More than the address says."""


_CURRENT: ContextVar[Visit | None] = ContextVar("visit", default=None)


def begin(principal: Principal) -> Visit:
    """The visit of *principal*, which begins."""
    visit = Visit(principal)
    _CURRENT.set(visit)
    return visit


def visit() -> Visit:
    """The visit that is being answered; of anybody outside of one."""
    return _CURRENT.get() or Visit()


def principal() -> Principal:
    """Who is asking."""
    return visit().principal


def may(action: str) -> bool:
    """Whether whoever asks may do *action*, an `Action`'s value."""
    return principal().may(Action(action))


def acting(said: str) -> str:
    """The name to record an act under, where *said* was given: nobody who is known acts under another's."""
    here = visit()
    here.actor = said
    return here.principal.acting(said)


def tell(about: str) -> None:
    """Have *about* in the trail beside the address."""
    visit().about = about


def require(action: Action) -> None:
    """Raise 403 unless whoever asks may do *action*."""
    if not principal().may(action):
        raise HTTPException(403, refusal(principal(), action))


def refusal(who: Principal, action: Action) -> str:
    """Why *who* may not do *action*, and who may."""
    if action is Action.ADMIN:
        return "Akun dan token diurus dari terminal mesin ini: `monitor account`, `monitor token`."
    if who.via is Via.TOKEN:
        needed = " atau ".join(scopes_for(action)) or "– tidak ada untuk tindakan ini"
        return f"Token {who.name} tidak boleh {DOINGS[action]}; perlu cakupan {needed}."
    return (
        f"Peran Anda ({_said(who.role)}) tidak boleh {DOINGS[action]}; perlu peran {' atau '.join(roles_for(action))}."
    )


def _said(role: Role | None) -> str:
    return "tidak ada" if role is None else role.value
