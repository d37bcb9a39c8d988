"""Another password: who may set one, what it must be, and what it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from monitor.access import passwords
from monitor.access.people import Account, Via
from monitor.access.roles import Role, Scope
from monitor.doorkeeper import Doorkeeper, SignedIn
from tests.unit.web.entrance import PASSWORD, House, csrf_in, house, sign_in, token

NEW = "sapi hitam di tepi kali"


async def change(browser: httpx.AsyncClient, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> httpx.Response:
    csrf = csrf_in((await browser.get("/sandi")).text)
    return await browser.post("/sandi", data={"sandi": old, "baru": new, "ulang": again, "csrf": csrf})


def encoded(board: House, name: str) -> str:
    return next(item.password for item in board.door.accounts if item.name == name)


async def test_the_old_one_is_no_good_any_more_and_every_other_browser_is_signed_out() -> None:
    async with house() as board, board.browser() as browser, board.browser() as other, board.browser() as third:
        await sign_in(browser, "viewer")
        await sign_in(other, "viewer")
        before = browser.cookies["sesi"]
        changed = await change(browser)
        told = await browser.get(changed.headers["location"])
        here, there = await browser.get("/insiden"), await other.get("/insiden")
        stolen = await third.get("/insiden", headers={"cookie": f"sesi={before}"})
        old, new = await sign_in(third, "viewer"), await sign_in(third, "viewer", NEW)

    assert (changed.status_code, changed.headers["location"]) == (303, "/sandi?diganti=1")
    assert "httponly" in changed.headers["set-cookie"].lower()
    assert "sudah diganti" in told.text
    assert (here.status_code, there.status_code, stolen.status_code) == (200, 303, 303)
    assert (old.status_code, new.status_code) == (401, 303)
    assert encoded(board, "viewer").startswith("$argon2id$v=19$")
    assert passwords.is_right(encoded(board, "viewer"), NEW)


async def test_it_is_in_the_trail_under_the_own_name_and_without_the_secret() -> None:
    async with house() as board, board.browser("192.0.2.7") as browser:
        await sign_in(browser, "viewer")
        await change(browser)

    made = next(item for item in board.book.deeds if item.deed == "akun")
    assert (made.actor, made.via, made.address) == ("viewer", Via.SESSION, "192.0.2.7")
    assert made.about == "ganti kata sandi viewer"
    assert NEW not in repr(board.book.deeds)
    assert PASSWORD not in repr(board.book.deeds)


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        pytest.param("salah semua ini", NEW, NEW, "Kata sandi lama salah.", id="old is wrong"),
        pytest.param(PASSWORD, NEW, NEW + "x", "tidak sama", id="typed otherwise"),
        pytest.param(PASSWORD, "sebelas huru", "sebelas huru", "", id="twelve"),
        pytest.param(PASSWORD, "sebelashuru", "sebelashuru", "12 sampai 256", id="eleven"),
        pytest.param(PASSWORD, "a" * 20, "a" * 20, "seragam", id="dull"),
        pytest.param(PASSWORD, PASSWORD, PASSWORD, "sama dengan yang lama", id="the same"),
        pytest.param("", "", "", "12 sampai 256", id="empty"),
    ],
)
async def test_what_is_refused_changes_nothing(old: str, new: str, again: str, said: str) -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        before = encoded(board, "viewer")
        answer = await change(browser, old, new, again)
        page = await browser.get("/insiden")
        after = encoded(board, "viewer")

    assert page.status_code == 200
    if not said:
        assert answer.status_code == 303
        return
    assert (answer.status_code, before == after) == (422, True)
    assert said in answer.text
    assert all(secret not in answer.text for secret in (old, new) if secret)
    assert 'role="alert"' in answer.text


async def test_whoever_guesses_the_old_one_has_to_wait() -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        codes = [(await change(browser, f"salah semua {number}")).status_code for number in range(7)]
        waited = await change(browser)
        board.clock.passes(timedelta(minutes=1))
        after = await change(browser)

    assert codes == [422] * 6 + [429]
    assert (waited.status_code, after.status_code) == (429, 303)
    assert int(waited.headers["retry-after"]) >= 1
    assert ("viewer", "gagal-masuk") in board.book.done()


async def test_an_account_that_another_changes_meanwhile_is_not_said_to_have_a_wrong_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        begin = board.door._begin

        async def after_another(account: Account, *rest: str) -> SignedIn:
            await board.door.set_role("viewer", Role.OPERATOR, "admin")
            return await begin(account, *rest)

        monkeypatch.setattr(Doorkeeper, "_begin", lambda _self, *all_: after_another(*all_))
        answer = await change(browser)
        monkeypatch.undo()
        again = await sign_in(browser, "viewer", NEW)

    assert answer.status_code == 422
    assert "baru saja diubah" in answer.text
    assert again.status_code == 303


async def test_a_form_of_another_session_changes_nothing() -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        before = encoded(board, "viewer")
        form = {"sandi": PASSWORD, "baru": NEW, "ulang": NEW}
        codes = [(await browser.post("/sandi", data={**form, **more})).status_code for more in ({}, {"csrf": "0" * 64})]

    assert codes == [403, 403]
    assert encoded(board, "viewer") == before


async def test_only_who_is_signed_in_by_password_has_one_to_change() -> None:
    proxy = {"mode": "proxy", "proxies": ["192.0.2.10"], "roles": {"noc": "operator"}}
    named = {"Remote-User": "ani", "Remote-Groups": "noc"}
    form = {"sandi": PASSWORD, "baru": NEW, "ulang": NEW}
    async with house(proxy) as board, board.browser("192.0.2.10", **named) as browser:
        page = await browser.get("/sandi")
        csrf = csrf_in((await browser.get("/insiden/3")).text)
        answer = await browser.post("/sandi", data={**form, "csrf": csrf})
    async with house(tokens=(token("baca", Scope.READ),)) as board:
        async with board.browser(authorization="Bearer baca") as program:
            by_token = await program.post("/sandi", data=form)
        async with board.browser() as stranger:
            by_nobody = await stranger.post("/sandi", data=form)
    async with house({"mode": "auto"}) as board, board.browser() as anybody:
        nowhere = await anybody.get("/sandi")

    assert "<form" not in page.text.partition("<main")[2]
    assert (answer.status_code, by_token.status_code, by_nobody.status_code) == (403, 403, 401)
    assert nowhere.status_code == 404


async def test_password_managers_know_which_field_is_which() -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        page = (await browser.get("/sandi")).text
        account = (await browser.get("/keluar")).text

    assert re.findall(r'autocomplete="([\w-]+)"', page) == [
        "username", "current-password", "new-password", "new-password",
    ]  # fmt: skip
    assert 'href="/sandi"' in account
