"""`/masuk` and `/keluar`: signing in and out, and who one is."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from monitor.access.people import Via
from monitor.doorkeeper import Doorkeeper, Refusal
from monitor.web import who
from monitor.web.cases import done
from monitor.web.door import address_of, cookie_of, is_secure
from monitor.web.forms import fields
from monitor.web.templating import page
from monitor.web.view import View, Viewed

router = APIRouter(include_in_schema=False)

WRONG, LATER = 401, 429


def _keeper(view: View) -> Doorkeeper:
    if view.door is None or not view.door.is_required:
        raise HTTPException(404, "Papan pantau ini tidak meminta siapa pun masuk.")
    return view.door


def _inside(path: str) -> str:
    """*path* when it is an address of ours; the front page for anything else."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_ours and not path.startswith(("/masuk", "/keluar")) else "/"


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
    age = int(view.settings.login.lifetime.total_seconds())
    _set(response, view, made.secret, age)
    return response


def _again(refusal: Refusal, goal: str, user: str) -> HTMLResponse:
    status = LATER if refusal.wait else WRONG
    response = page("login.html", status, goal=goal, user=user[:40], refusal=str(refusal), lacks=False)
    if refusal.wait:
        response.headers["retry-after"] = str(max(1, -(-int(refusal.wait.total_seconds() * 1000) // 1000)))
    return response


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
