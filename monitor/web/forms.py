"""What a form sends: a few short fields, and who acts, remembered by the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse

from monitor.desk import MAX_NAME
from monitor.moments import BadAct
from monitor.web import who
from monitor.web.problems import form_of

COOKIE = "nama"
MAX_FIELDS = 30
REMEMBERED = timedelta(days=180)
_NOT_TOLD = frozenset({"nama", "csrf"})
_CHOSEN = ("kode", "temuan", "tindakan", "cakupan", "nilai", "host", "keputusan")
"""Fields that are checked before anything is done; in the trail they stand before the texts that people type."""

_TYPED = frozenset({"teks", "alasan", "kepada"})
"""Texts that people type; in the trail they are last, so that nothing in them is taken for a field."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form that was refused said, to be shown again with why; nothing when none was."""

    said: str = ""
    """Why it was refused."""
    about: str = ""
    """The field that is wrong, where that is known; on a page of several forms, which of them was sent."""
    form: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """What the field *name* is to show: what was typed, or else *default*."""
        return self.form.get(name, "") if self.said else default


NOTHING = Typed()


async def fields(request: Request, *, trim: bool = True) -> Mapping[str, str]:
    """
    Name → value of a URL-encoded form, trimmed unless told otherwise; the last of a name counts. Raises `BadAct`.

    `nama` is who acts: the one who is signed in, whatever the form says.
    """
    body = await request.body()  # the guard has seen to its length
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except (UnicodeDecodeError, ValueError) as error:
        raise BadAct("isian formulir tidak dapat dibaca; muat ulang halaman lalu ulangi") from error
    if not trim:
        return dict(pairs)
    found = {name: value.strip() for name, value in pairs}
    tell(found)
    return {**found, "nama": who.acting(found.get("nama", ""))}


def tell(found: Mapping[str, str]) -> None:
    """Have what a form or a document says in the trail beside the address: name=value, what was chosen first."""
    others = (name for name in found if name not in _CHOSEN and name not in _NOT_TOLD)
    names = (*_CHOSEN, *sorted(others, key=_TYPED.__contains__))
    who.tell(" ".join(f"{name}={found[name]}" for name in names if found.get(name))[:500])


def remembered(request: Request) -> str:
    """Who acted last in this browser; empty when nobody has."""
    return unquote(request.cookies.get(COOKIE, ""))[:MAX_NAME]


def back(path: str, actor: str) -> RedirectResponse:
    """The page to show after an act (303, RFC 9110 §15.4.4), with *actor* remembered for the next."""
    response = RedirectResponse(path, 303)
    if who.principal().is_named:
        return response
    response.set_cookie(
        COOKIE, quote(actor[:MAX_NAME]), max_age=int(REMEMBERED.total_seconds()), httponly=True, samesite="strict"
    )
    return response


def returned(request: Request, path: str) -> str:
    """*path* with the query under which the form was seen, so that what was picked is still picked after the act."""
    came_from = form_of(request.scope)
    return came_from if urlsplit(came_from).path == path else path


def minutes(text: str, what: str, name: str) -> timedelta:
    """The span of the field *name*, which is of minutes. Raises `BadAct`, in which it is *what*."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= 31 * 24 * 60):  # noqa: PLR2004
        raise BadAct(f"{what} harus berupa menit, 1 sampai 44640; bukan {text[:20]!r}", name)
    return timedelta(minutes=int(text))
