"""`/masuk`, `/keluar`, `/sandi`: signing in and out, who one is, and another password."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from monitor.access.passwords import LONGEST, SHORTEST
from monitor.access.people import BadAccount, Via
from monitor.doorkeeper import WRONG as NOT_THE_PASSWORD
from monitor.doorkeeper import Doorkeeper, Refusal
from monitor.web import who
from monitor.web.cases import done
from monitor.web.door import address_of, cookie_of, is_secure
from monitor.web.forms import fields
from monitor.web.templating import first_upper, page
from monitor.web.view import View, Viewed

router = APIRouter(include_in_schema=False)

WRONG, LATER, UNFIT = 401, 429, 422


def _keeper(view: View) -> Doorkeeper:
    if view.door is None or not view.door.is_required:
        raise HTTPException(404, "Papan pantau ini tidak meminta siapa pun masuk.")
    return view.door


def _inside(path: str) -> str:
    """*path* when it is an address of ours; the front page for anything else."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_ours and not path.startswith(("/masuk", "/keluar", "/sandi")) else "/"


@router.get("/masuk")
async def ask(request: Request, view: Viewed) -> Response:
    """The form; whoever is signed in already is sent on."""
    keeper, goal = _keeper(view), _inside(request.query_params.get("ke", ""))
    cookie = request.cookies.get(cookie_of(view.settings), "")
    if cookie and keeper.by_cookie(cookie, ""):
        return RedirectResponse(goal, 303)
    return page("login.html", goal=goal, user="", refusal="", lacks=not keeper.accounts)


@router.post("/masuk")
async def enter(request: Request, view: Viewed) -> Response:
    """Sign in, with a new session whatever the browser had."""
    keeper, form = _keeper(view), await done(fields(request, trim=False))
    goal, name = _inside(form.get("ke", "")), cookie_of(view.settings)
    old, user = request.cookies.get(name, ""), form.get("nama", "")
    try:
        made = await keeper.sign_in(user, form.get("sandi", ""), _address(request.scope, keeper), old)
    except Refusal as refusal:
        return _again(refusal, goal, user)
    response = RedirectResponse(goal, 303)
    _set(response, view, made.secret, _age(view))
    return response


def _again(refusal: Refusal, goal: str, user: str) -> HTMLResponse:
    status = LATER if refusal.wait else WRONG
    response = page("login.html", status, goal=goal, user=user[:40], refusal=str(refusal), lacks=False)
    return _later(response, refusal)


def _later(response: HTMLResponse, refusal: Refusal) -> HTMLResponse:
    if refusal.wait:
        response.headers["retry-after"] = str(max(1, -(-int(refusal.wait.total_seconds() * 1000) // 1000)))
    return response


def _age(view: View) -> int:
    return int(view.settings.login.lifetime.total_seconds())


def _set(response: Response, view: View, value: str, age: int) -> None:
    secure = is_secure(view.settings)
    response.set_cookie(
        cookie_of(view.settings), value, max_age=age, path="/", secure=secure, httponly=True, samesite="lax"
    )


def _address(scope: Scope, keeper: Doorkeeper) -> str:
    return address_of(scope, keeper)


@router.get("/keluar")
async def leave_page(view: Viewed) -> HTMLResponse:
    """Who is signed in, and the button to end it."""
    _keeper(view)
    return page("logout.html", is_session=who.principal().via is Via.SESSION)


@router.post("/keluar")
async def leave(request: Request, view: Viewed) -> Response:
    """End the session, here and in the record."""
    keeper = _keeper(view)
    await keeper.sign_out(request.cookies.get(cookie_of(view.settings), ""), _address(request.scope, keeper))
    response = RedirectResponse("/masuk", 303)
    _set(response, view, "", 0)
    return response


@router.get("/sandi")
async def password_page(request: Request, view: Viewed) -> HTMLResponse:
    """The form for another password."""
    _keeper(view)
    return _password(is_done=request.query_params.get("diganti") == "1")


@router.post("/sandi")
async def change_password(request: Request, view: Viewed) -> Response:
    """Another password, for whoever is signed in with the old one; every other browser is signed out."""
    keeper, form, who_asks = _keeper(view), await done(fields(request, trim=False)), who.principal()
    if who_asks.via is not Via.SESSION:
        raise HTTPException(403, "Hanya yang masuk dengan kata sandi yang dapat menggantinya di sini.")
    new = form.get("baru", "")
    if new != form.get("ulang", ""):
        return _password(UNFIT, "Kata sandi baru dan ulangannya tidak sama.")
    try:
        made = await keeper.change_password(who_asks, form.get("sandi", ""), new)
    except BadAccount as error:
        return _password(UNFIT, f"{first_upper(str(error))}.")
    except Refusal as refusal:
        said = "Kata sandi lama salah." if str(refusal) == NOT_THE_PASSWORD else str(refusal)
        return _later(_password(LATER if refusal.wait else UNFIT, said), refusal)
    response = RedirectResponse("/sandi?diganti=1", 303)
    _set(response, view, made.secret, _age(view))
    return response


def _password(status: int = 200, refusal: str = "", *, is_done: bool = False) -> HTMLResponse:
    is_session = who.principal().via is Via.SESSION
    shown = {"is_session": is_session, "refusal": refusal, "is_done": is_done, "least": SHORTEST, "most": LONGEST}
    return page("password.html", status, **shown)
