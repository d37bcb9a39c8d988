"""The door: who is let in, what each may do whatever the pages show, and what stands in the trail."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from monitor.access import passwords
from monitor.access.roles import ROLES, Action, Role, Scope
from monitor.doorkeeper import lacks_people
from monitor.settings import Login, Settings, Web
from monitor.web import permits
from monitor.web.app import ROUTERS
from monitor.web.permits import action_of, is_open, listed
from monitor.web.templating import HERE as WEB
from tests.unit.web.caseload import HIJACKED
from tests.unit.web.entrance import LOCAL, PASSWORD, account, csrf_in, house, sign_in, token
from tests.unit.web.moment import NOW

DAY = timedelta(days=1)
TOKENS = (
    token("baca", Scope.READ),
    token("aksi", Scope.ACT),
    token("ukur", Scope.METRICS),
    token("bukti", Scope.EVIDENCE),
    token("usang", Scope.READ, expires=NOW),
)

ADDRESSES = [
    ("GET", "/", Action.READ),
    ("HEAD", "/situs/DESA-046", Action.READ),
    ("GET", "/api/v1/status", Action.READ),
    ("GET", "/metrics", Action.METRICS),
    ("GET", "/audit", Action.AUDIT),
    ("GET", "/api/v1/audit", Action.AUDIT),
    ("GET", "/situs/DESA-046/bukti/7", Action.EXHIBIT),
    ("GET", "/situs/DESA-046/bukti/7/gambar", Action.LOOK),
    ("GET", "/aset/unduh.csv", Action.EXPORT),
    ("GET", "/aset/unduh.xlsx", Action.EXPORT),
    ("GET", "/api/v1/evidence/2026-10", Action.READ),
    ("GET", "/api/v1/evidence/2026-10/bundle", Action.BUNDLE),
    ("GET", "/api/v1/accounts", Action.ADMIN),
    ("POST", "/api/v1/accounts/ani/remove", Action.ADMIN),
    ("POST", "/api/v1/tokens", Action.ADMIN),
    ("POST", "/insiden/3/terima", Action.INCIDENT),
    ("POST", "/api/v1/incidents/3/note", Action.INCIDENT),
    ("POST", "/temuan/tandai", Action.MARK),
    ("POST", "/pemeliharaan", Action.MAINTAIN),
    ("POST", "/api/v1/maintenance/3/end", Action.MAINTAIN),
    ("POST", "/api/v1/targets/DESA-046/forget", Action.BASELINE),
    ("POST", "/api/v1/outbox/k/retry", Action.RESEND),
    ("POST", "/aset/kandidat", Action.CANDIDATE),
    ("POST", "/api/v1/evidence/2026-10/freeze", Action.FREEZE),
    ("POST", "/keluar", Action.READ),
    ("POST", "/sandi", Action.READ),
    ("POST", "/yang-belum-ada", Action.ACT),
    ("DELETE", "/", Action.ACT),
    ("GET", "/situs/x/bukti/7/../../..", Action.EXHIBIT),
]


@pytest.mark.parametrize(("method", "path", "action"), ADDRESSES)
def test_what_an_address_does(method: str, path: str, action: Action) -> None:
    assert action_of(method, path) is action


@pytest.mark.parametrize(
    ("path", "is_it"),
    [
        ("/healthz", True), ("/readyz", True), ("/masuk", True), ("/static/board.css", True), ("/static", False),
        ("/", False), ("/masuk/", False),
        ("/status", True), ("/status/feed.atom", True), ("/statuses", False), ("/dinding", False),
        ("/healthz/x", False), ("/metrics", False), ("/api/v1/status", False),
    ],
)  # fmt: skip
def test_what_asks_nobody(path: str, is_it: bool) -> None:  # noqa: FBT001
    assert is_open(path) is is_it


ACTING = [
    pytest.param(method, route.path, id=f"{method} {route.path}")
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in (route.methods or set()) - permits.SAFE
]


@pytest.mark.parametrize(("method", "path"), ACTING)
def test_every_way_to_change_something_stands_in_the_table(method: str, path: str) -> None:
    example = re.sub(r"\{\w+\}", "x", path)

    assert is_open(example) or listed(method, example) is not None, "give it a line in permits.PERMITS"


def test_every_form_that_changes_something_is_ours() -> None:
    for template in Path(WEB / "templates").rglob("*.html"):
        for form in re.findall(r'<form method="post".*?</form>', template.read_text(encoding="utf-8"), re.DOTALL):
            fine = (
                "parts.me(" in form
                or (template.name == "parts.html" and "{{ me(" in form)
                or "parts.csrf()" in form
                or 'action="/masuk"' in form
            )
            assert fine, f"{template.name}: a form without parts.csrf()"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/aset/unduh.csv%0A"), ("GET", "/audit%0a"), ("POST", "/api/v1/accounts%0A"),
        ("GET", f"/situs/{HIJACKED}/bukti/1%0A"), ("GET", "/%00"),
    ],
)  # fmt: skip
async def test_no_address_is_another_one_for_the_table_than_for_the_router(method: str, path: str) -> None:
    async with house(tokens=TOKENS) as board, board.browser(authorization="Bearer baca") as program:
        answer = await program.request(method, path)

    assert answer.status_code == 404


async def test_whoever_is_nobody_is_asked_to_sign_in() -> None:
    async with house() as board, board.browser() as browser:
        page = await browser.get("/temuan?jenis=desa")
        read = await browser.get("/api/v1/status")
        act = await browser.post("/insiden/3/terima", data={"nama": "x"})
        alive = await browser.get("/healthz")
        metrics = await browser.get("/metrics")

    assert (page.status_code, page.headers["location"]) == (303, "/masuk?ke=%2Ftemuan%3Fjenis%3Ddesa")
    assert (read.status_code, read.headers["content-type"]) == (401, "application/problem+json")
    assert read.headers["www-authenticate"].startswith("Bearer")
    assert (act.status_code, alive.status_code, metrics.status_code) == (401, 200, 200)
    assert board.book.deeds == []


async def test_signing_in_and_out() -> None:
    async with house() as board, board.browser() as browser:
        form = await browser.get("/masuk?ke=/temuan")
        entered = await sign_in(browser, " Operator ", goal="/temuan?jenis=desa")
        page = await browser.get("/insiden/3")
        secret = browser.cookies["sesi"]
        left = await browser.post("/keluar", data={"csrf": csrf_in((await browser.get("/keluar")).text)})
        browser.cookies.set("sesi", secret, domain="localhost.local")
        after = await browser.get("/insiden/3", headers={"cookie": f"sesi={secret}"})

    assert 'type="password"' in form.text
    assert (entered.status_code, entered.headers["location"]) == (303, "/temuan?jenis=desa")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert page.status_code == 200
    assert "operator" in page.text
    assert (left.status_code, left.headers["location"]) == (303, "/masuk")
    assert (after.status_code, after.headers["location"][:6]) == (303, "/masuk")
    assert board.book.done() == [("operator", "masuk"), ("operator", "keluar")]


@pytest.mark.parametrize(
    ("login", "listen", "names", "name"),
    [
        ({}, "127.0.0.1:8620", [], "sesi"),
        ({}, "10.1.2.3:8620", [], "__Host-sesi"),
        ({}, "127.0.0.1:8620", ["papan.example"], "__Host-sesi"),
        ({"secure_cookie": True}, "127.0.0.1:8620", [], "__Host-sesi"),
        ({"secure_cookie": False}, "10.1.2.3:8620", [], "sesi"),
    ],
)
async def test_the_cookie_is_for_https_only_but_on_this_machine(
    login: dict[str, bool], listen: str, names: list[str], name: str
) -> None:
    async with house(login, listen=listen, names=names) as board, board.browser() as browser:
        cookie = (await sign_in(browser, "viewer")).headers["set-cookie"]

    assert cookie.startswith(f"{name}=")
    assert ("; Secure" in cookie) is name.startswith("__Host-")
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "goal", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "", "/masuk?ke=/", "/a\nb"]
)
async def test_nobody_is_sent_elsewhere(goal: str) -> None:
    async with house() as board, board.browser() as browser:
        entered = await sign_in(browser, "viewer", goal=goal)

    assert (entered.status_code, entered.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("viewer", "salah semua ini"), ("tidak-ada", PASSWORD), ("tutup", PASSWORD), ("", ""),
        ("viewer", PASSWORD + " "), ("viewer", "x" * 60_000),
    ],
)  # fmt: skip
async def test_whoever_fails_hears_the_same(user: str, password: str) -> None:
    async with house() as board, board.browser() as browser:
        answer = await sign_in(browser, user, password)
        page = await browser.get("/")

    assert answer.status_code == 401
    assert "Nama atau kata sandi salah." in answer.text
    assert "set-cookie" not in answer.headers
    assert page.status_code == 303
    known = user if user in {"viewer", "tutup"} else "(tidak dikenal)"
    assert board.book.done() == [(known, "gagal-masuk")]
    assert not password or password not in answer.text + repr(board.book.deeds)


async def test_the_wait_grows_is_the_same_for_all_and_ends() -> None:
    async with house() as board, board.browser("192.0.2.1") as browser, board.browser("192.0.2.9") as elsewhere:
        failed = [(await sign_in(browser, f"hantu{number}", "x" * 12)).status_code for number in range(10)]
        own = await sign_in(browser, "operator")
        failed += [(await sign_in(browser, "hantu", "x" * 12)).status_code for _ in range(2)]
        waiting = await sign_in(browser, "viewer")
        other = await sign_in(elsewhere, "viewer")
        board.clock.passes(timedelta(seconds=2))
        again = await sign_in(browser, "viewer")

    assert (own.status_code, failed) == (303, [401] * 11 + [429]), "one's own account frees nobody"
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "2")
    assert "Coba lagi dalam 2 detik" in waiting.text
    assert (other.status_code, again.status_code) == (303, 303)
    tried = [deed.about for deed in board.book.deeds if deed.deed == "gagal-masuk"]
    assert tried == ["", *(f"{count} kali berturut-turut" for count in (2, 4, 8))], "not every failure is recorded"


async def test_an_account_is_slowed_down_from_everywhere_at_once() -> None:
    async with house() as board:
        codes = []
        for number in range(7):
            async with board.browser(f"192.0.2.{number}") as browser:
                codes.append((await sign_in(browser, "viewer", "salah semua ini")).status_code)

    assert codes == [401] * 6 + [429]


async def test_a_session_ends_when_it_is_idle_or_old() -> None:
    async with house({"idle": "12h", "lifetime": "2d"}) as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        codes = []
        for hours in (11, 11, 11, 11, 11):  # used every eleven hours
            board.clock.passes(timedelta(hours=hours))
            codes.append((await browser.get("/")).status_code)
        await sign_in(browser, "viewer")
        board.clock.passes(timedelta(hours=11))
        renewed = await browser.get("/", headers={"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"})
        board.clock.passes(timedelta(hours=1))
        idle = await browser.get("/")

    assert codes == [200, 200, 200, 200, 303], "two days are over after the fifth"
    assert (renewed.status_code, idle.status_code) == (200, 303), "a page that renews itself is no use"


async def test_signing_in_makes_a_new_session_and_ends_the_old_one() -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        first = browser.cookies["sesi"]
        await sign_in(browser, "viewer")
        second = browser.cookies["sesi"]
        old = await browser.get("/", headers={"cookie": f"sesi={first}"})

    assert first != second
    assert old.status_code == 303
    assert len(board.book.ended) == 1


@pytest.mark.parametrize("act", ["password", "role", "disable", "remove"])
async def test_whatever_changes_an_account_signs_it_out(act: str) -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "operator")
        encoded = board.book.accounts[0].password
        match act:
            case "password":
                await board.door.set_password("operator", encoded, "root")
            case "role":
                await board.door.set_role("operator", Role.VIEWER, "root")
            case "disable":
                await board.door.set_disabled("operator", disabled=True, by="root")
            case _:
                await board.door.remove("operator", "root")
        page = await browser.get("/")

    assert page.status_code == 303
    assert board.book.done()[-1] == ("root", "akun")


async def test_a_password_is_encoded_anew_when_parameters_have_changed() -> None:
    async with house(hasher=passwords._HASHER) as board, board.browser() as browser:
        await sign_in(browser, "operator")
        again = await sign_in(browser, "operator")

    assert [text[:31] for text in board.book.encoded] == ["$argon2id$v=19$m=65536,t=3,p=1$"]
    assert again.status_code == 303


FORMS = [
    pytest.param("/insiden/3/terima", {"teks": ""}, Action.INCIDENT, id="incident"),
    pytest.param(
        "/pemeliharaan",
        {"cakupan": "semua", "mulai": "2026-11-25T08:00", "menit": "60", "alasan": "uji"},
        Action.MAINTAIN,
        id="maintenance",
    ),
]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("path", "form", "action"), FORMS)
async def test_the_server_refuses_whatever_the_page_shows(
    path: str, form: dict[str, str], action: Action, role: Role
) -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, role.value)
        csrf = csrf_in((await browser.get("/keluar")).text)
        answer = await browser.post(path, data={**form, "nama": "Orang Lain", "csrf": csrf})

    if action in ROLES[role]:
        assert answer.status_code == 303, answer.text
        assert board.book.done()[-1] == (role.value, action.value), "under one's own name"
        assert path in board.book.deeds[-1].about
    else:
        assert answer.status_code == 403
        assert f"Peran Anda ({role.value})" in answer.text
        assert "perlu peran operator atau csirt" in answer.text
        assert board.book.done() == [(role.value, "masuk")]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("method", "path", "action"), [row for row in ADDRESSES if row[1] != "/keluar" and ".." not in row[1]]
)
async def test_every_address_is_closed_to_every_role_that_may_not(
    method: str, path: str, action: Action, role: Role
) -> None:
    async with house() as board, board.browser() as browser:
        browser._transport = httpx.ASGITransport(board.app, raise_app_exceptions=False)  # not all are in its record
        await sign_in(browser, role.value)
        csrf = csrf_in((await browser.get("/keluar")).text)
        answer = await browser.request(method, path, headers={"x-csrf-token": csrf})

    assert (answer.status_code == 403) is (action not in ROLES[role]), answer.text
    if answer.status_code == 403:
        assert board.book.done() == [(role.value, "masuk")]


LOOKS = f"/situs/{HIJACKED}/bukti/2/gambar"


async def test_a_picture_on_a_page_is_a_look_and_counts_once_for_each_person_and_half_day() -> None:
    async with house() as board, board.browser() as csirt, board.browser() as auditor:
        await sign_in(csirt, "csirt")
        await sign_in(auditor, "auditor")
        codes = [(await browser.get(LOOKS)).status_code for browser in (csirt, csirt, auditor)]
        archive = [(await csirt.get(LOOKS.removesuffix("/gambar"))).status_code for _ in range(2)]
        board.clock.passes(timedelta(hours=11, minutes=59))
        await csirt.get(LOOKS)
        board.clock.passes(timedelta(minutes=1))
        await sign_in(csirt, "csirt")
        await csirt.get(LOOKS)

    assert (codes, archive) == ([200] * 3, [200] * 2)
    assert [line for line in board.book.done() if line[1] != "masuk"] == [
        ("csirt", "lihat-bukti"), ("auditor", "lihat-bukti"), ("csirt", "unduh-bukti"), ("csirt", "unduh-bukti"),
        ("csirt", "lihat-bukti"),
    ]  # fmt: skip


async def test_whoever_fails_in_an_office_keeps_out_nobody_who_has_signed_in_there() -> None:
    async with house() as board, board.browser("192.0.2.7") as office, board.browser("192.0.2.7") as intruder:
        await sign_in(office, "viewer")
        await office.post("/keluar", data={"csrf": csrf_in((await office.get("/keluar")).text)})
        for number in range(16):
            await sign_in(intruder, f"nama-{number}", "salah semua ini")
        stranger = await sign_in(intruder, "operator")
        known = await sign_in(office, "viewer")
        guesses = [(await sign_in(intruder, "viewer", f"salah semua {number}")).status_code for number in range(7)]

    assert stranger.status_code == 429, "who has not been there before waits with the intruder"
    assert known.status_code == 303
    assert guesses == [401] * 6 + [429], "and with the account itself nobody has more tries than elsewhere"


@pytest.mark.parametrize(("role", "shown"), [(Role.VIEWER, False), (Role.OPERATOR, True), (Role.AUDITOR, False)])
async def test_acts_are_shown_to_those_who_may(role: Role, shown: bool) -> None:  # noqa: FBT001
    async with house() as board, board.browser() as browser:
        await sign_in(browser, role.value)
        incident = (await browser.get("/insiden/3")).text
        site = (await browser.get(f"/situs/{HIJACKED}")).text
        planned = (await browser.get("/pemeliharaan")).text
        given_up = (await browser.get("/pesan")).text

    assert ('action="/pemeliharaan' in planned) is shown
    assert ('action="/pesan/' in given_up) is shown
    assert ("/insiden/3/terima" in incident) is shown
    assert ('action="/temuan/tandai"' in site) is shown
    assert ('name="nama"' in incident) is False, "who acts is known"
    assert ('href="/audit"' in incident) is (role is Role.AUDITOR)


@pytest.mark.parametrize(
    ("csrf", "headers", "status"),
    [
        pytest.param(None, {}, 403, id="missing"),
        pytest.param("", {}, 403, id="empty"),
        pytest.param("0" * 64, {}, 403, id="wrong"),
        pytest.param("of another session", {}, 403, id="of another session"),
        pytest.param("right", {}, 303, id="right"),
        pytest.param(None, {"x-csrf-token": "right"}, 303, id="in a header"),
        pytest.param("right", {"x-csrf-token": "wrong"}, 403, id="contradictions"),
        pytest.param("right", {"origin": "https://evil.example"}, 403, id="right, from another page"),
    ],
)
async def test_a_form_must_be_of_this_session(csrf: str | None, headers: dict[str, str], status: int) -> None:
    async with house() as board, board.browser() as browser, board.browser() as other:
        await sign_in(browser, "operator")
        await sign_in(other, "operator")
        right = csrf_in((await browser.get("/insiden/3")).text)
        known = {"right": right, "of another session": csrf_in((await other.get("/insiden/3")).text)}
        form = {"teks": "x"} if csrf is None else {"teks": "x", "csrf": known.get(csrf, csrf)}
        sent = {name: known.get(value, value) for name, value in headers.items()}
        answer = await browser.post("/insiden/3/catat", data=form, headers=sent)

    assert len(right) == 64
    assert answer.status_code == status, answer.text


async def test_the_api_takes_no_cookie_without_the_header() -> None:
    async with house() as board, board.browser() as browser:
        await sign_in(browser, "operator")
        csrf = csrf_in((await browser.get("/insiden/3")).text)
        path, body = "/api/v1/incidents/3/note", {"actor": "x", "text": "y"}
        without = await browser.post(path, json=body)
        with_it = await browser.post(path, json=body, headers={"x-csrf-token": csrf})

    assert (without.status_code, with_it.status_code) == (403, 200)
    assert with_it.json()["timeline"][-1]["actor"] == "operator"


async def test_a_false_positive_among_the_csirts_findings_is_the_csirts() -> None:
    answers, about = {}, ""
    for role in (Role.OPERATOR, Role.CSIRT):
        async with house() as board, board.browser() as browser:
            await sign_in(browser, role.value)
            page = (await browser.get(f"/situs/{HIJACKED}")).text
            code = re.search(r'<option value="(content\.\S+ [^"]*)"', page)
            assert code is not None
            form = {"kode": HIJACKED, "temuan": code[1], "teks": "bukan", "sampai": "2026-12-24", "csrf": csrf_in(page)}
            answers[role] = [
                (await browser.post("/temuan/tandai", data={**form, "tindakan": act})).status_code
                for act in ("terima", "positif-palsu")
            ]
            about = board.book.deeds[-1].about

    assert answers == {Role.OPERATOR: [303, 403], Role.CSIRT: [303, 303]}
    assert f"kode={HIJACKED}" in about
    assert "tindakan=positif-palsu" in about
    assert "csrf" not in about


@pytest.mark.parametrize(
    ("secret", "codes"),
    [
        ("baca", (200, 403, 403, 403)), ("aksi", (403, 200, 403, 403)), ("ukur", (403, 403, 200, 403)),
        ("bukti", (403, 403, 403, 404)), ("usang", (401, 401, 401, 303)), ("tidak-ada", (401, 401, 401, 303)),
        ("", (401, 401, 401, 303)), (LOCAL, (200, 200, 200, 404)),
    ],
)  # fmt: skip
async def test_what_a_token_opens(secret: str, codes: tuple[int, ...]) -> None:
    async with (
        house(listen="10.1.2.3:8620", tokens=TOKENS) as board,
        board.browser("10.9.9.9", authorization=f"Bearer {secret}") as program,
    ):
        answers = (
            await program.get("/api/v1/status"),
            await program.post("/api/v1/incidents/3/note", json={"actor": "Ani", "text": "y"}),
            await program.get("/metrics"),
            await program.get("/situs/DESA-046/bukti/999"),
        )

    assert tuple(answer.status_code for answer in answers) == codes
    assert answers[0].status_code == 200 or answers[0].headers["content-type"] == "application/problem+json"
    done = {"aksi": [("Ani (token aksi)", "insiden")], LOCAL: [("Ani", "insiden")]}
    assert board.book.done() == done.get(secret, [])


async def test_a_revoked_token_opens_nothing_and_a_new_one_does() -> None:
    async with house() as board:
        secret = await board.door.add_token("siem", frozenset({Scope.READ}), NOW + DAY, "root")
        async with board.browser(authorization=f"bearer {secret}") as program:
            before = await program.get("/api/v1/status")
            board.clock.passes(DAY)
            expired = await program.get("/api/v1/status")
            await board.door.revoke("siem", "root")
            gone = await program.get("/api/v1/status")

    assert secret.startswith("mtk_")
    assert (before.status_code, expired.status_code, gone.status_code) == (200, 401, 401)
    assert secret not in repr(board.book.deeds)
    assert board.book.deeds[0].about == "token siem (read)"


PROXY = {"mode": "proxy", "proxies": ["192.0.2.10"], "roles": {"tim-csirt": "csirt", "noc": "operator"}}


@pytest.mark.parametrize(
    ("address", "headers", "status", "role"),
    [
        pytest.param(
            "192.0.2.10", [("Remote-User", "Ani"), ("Remote-Groups", "umum, noc")], 200, "operator", id="group"
        ),
        pytest.param("192.0.2.10", [("Remote-User", "viewer")], 200, "viewer", id="account"),
        pytest.param("192.0.2.10", [("Remote-User", "ani")], 403, "", id="no role"),
        pytest.param("192.0.2.10", [("Remote-User", "tutup"), ("Remote-Groups", "noc")], 403, "", id="disabled"),
        pytest.param("192.0.2.10", [("Remote-User", "<b>"), ("Remote-Groups", "noc")], 403, "", id="no name"),
        pytest.param("192.0.2.10", [], 303, "", id="nobody"),
        pytest.param("192.0.2.10", [("Remote-User", "a"), ("Remote-User", "viewer")], 303, "", id="two"),
        pytest.param("192.0.2.11", [("Remote-User", "viewer")], 303, "", id="from a neighbour"),
        pytest.param("127.0.0.1", [("Remote-User", "viewer"), ("Remote-Groups", "noc")], 303, "", id="from here"),
    ],
)
async def test_a_proxy_is_believed_and_nobody_else(
    address: str, headers: list[tuple[str, str]], status: int, role: str
) -> None:
    async with house(PROXY) as board, board.browser(address) as browser:
        answer = await browser.get("/insiden/3", headers=headers)

    assert answer.status_code == status
    assert not role or f'<span class="where">{role}</span>' in answer.text


async def test_the_header_means_nothing_where_no_proxy_is_set() -> None:
    async with house({"proxies": ["192.0.2.10"]}) as board, board.browser("192.0.2.10") as browser:
        answer = await browser.get("/", headers={"Remote-User": "csirt"})

    assert answer.status_code == 303


async def test_forms_through_a_proxy_are_ours_too() -> None:
    async with house(PROXY) as board, board.browser("192.0.2.10") as browser:
        headers = {"Remote-User": "ani", "Remote-Groups": "noc", "X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        csrf = csrf_in((await browser.get("/insiden/3", headers=headers)).text)
        without = await browser.post("/insiden/3/catat", data={"teks": "x"}, headers=headers)
        done = await browser.post("/insiden/3/catat", data={"teks": "x", "csrf": csrf}, headers=headers)
        budi = {**headers, "Remote-User": "budi"}
        other = await browser.post("/insiden/3/catat", data={"teks": "x", "csrf": csrf}, headers=budi)

    assert (without.status_code, done.status_code, other.status_code) == (403, 303, 403)
    assert [(deed.actor, deed.via, deed.address) for deed in board.book.deeds] == [("ani", "proksi", "198.51.100.7")]


async def test_a_wall_is_used_as_long_as_it_hangs_there() -> None:
    async with house({"idle": "12h", "lifetime": "2d"}) as board, board.browser() as browser:
        await sign_in(browser, "viewer")
        codes = []
        for _ in range(5):
            board.clock.passes(timedelta(hours=11))
            renewed = await browser.get("/dinding", headers={"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"})
            codes.append(renewed.status_code)

    assert codes == [200, 200, 200, 200, 303]


async def test_the_public_page_asks_nobody() -> None:
    async with house() as board, board.browser() as browser:
        page = await browser.get("/status")

    assert page.status_code == 404, "it is not there unless the settings say so, and that is all one hears"


async def test_metrics_are_open_on_this_machine_only() -> None:
    codes = []
    for board_of in (house(), house(listen="10.1.2.3:1"), house(names=["papan.example"]), house(PROXY)):
        async with board_of as board, board.browser() as browser:
            codes.append((await browser.get("/metrics")).status_code)

    assert codes == [200, 401, 401, 401]


async def test_a_month_frozen_by_a_command_is_in_the_trail_under_the_name_of_who_did_it() -> None:
    body = {"digest": "a" * 64, "bundle": "b" * 64, "actor": "Ani"}
    async with house() as board, board.browser(authorization=f"Bearer {LOCAL}") as browser:
        answer = await browser.post("/api/v1/evidence/2026-10/freeze", json=body)

    assert answer.status_code == 200, answer.text
    assert [(deed.actor, deed.via, deed.deed) for deed in board.book.deeds] == [("Ani", "terminal", "bekukan-bulan")]


async def test_a_board_that_asks_nobody_records_all_the_same_and_makes_no_accounts() -> None:
    async with house({"mode": "auto"}) as board, board.browser() as browser:
        page = await browser.get("/insiden/3")
        act = await browser.post("/insiden/3/terima", data={"nama": "Ani"})
        make = await browser.post("/api/v1/accounts", json={"name": "x", "role": "csirt", "password": "y"})
        form = await browser.get("/masuk")

    assert (page.status_code, act.status_code, make.status_code, form.status_code) == (200, 303, 403, 404)
    assert 'name="nama"' in page.text
    assert 'name="csrf"' not in page.text
    assert [(deed.actor, deed.via, deed.deed) for deed in board.book.deeds] == [("Ani", "terbuka", "insiden")]


async def test_a_board_with_other_names_is_reached_by_others_and_asks_by_itself() -> None:
    async with house({"mode": "auto"}, names=["papan.example"]) as board, board.browser() as browser:
        page = await browser.get("/")
        act = await browser.post("/insiden/3/terima", data={"nama": "Ani"}, headers={"host": "papan.example"})

    assert (page.status_code, act.status_code) == (303, 401)
    assert board.book.deeds == []


async def test_what_was_refused_is_not_said_to_be_done() -> None:
    async with house({"mode": "auto"}) as board, board.browser() as browser:
        answer = await browser.post("/insiden/999/terima", data={"nama": "Ani"})

    assert (answer.status_code, board.book.deeds) == (404, [])


async def test_the_trail_is_read_by_auditors_on_a_page_and_by_programs_in_parts() -> None:
    async with house(tokens=TOKENS) as board, board.browser() as browser:
        await sign_in(browser, "operator")
        refused = await browser.get("/audit")
        await sign_in(browser, "auditor")
        page = await browser.get("/audit?apa=masuk&siapa=operator")
        program = {"authorization": "Bearer bukti", "cookie": ""}
        part = (await browser.get("/api/v1/audit?limit=1&offset=1", headers=program)).json()

    assert refused.status_code == 403
    assert "perlu peran auditor" in refused.text
    assert page.status_code == 200
    assert "1 tindakan cocok" in page.text
    assert (part["total"], [(item["actor"], item["deed"]) for item in part["items"]]) == (2, [("operator", "masuk")])


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, False), ({"listen": "10.1.2.3:1"}, True), ({"listen": "[2001:db8::1]:1"}, True),
        ({"listen": "10.1.2.3:1", "mode": "none"}, False), ({"listen": "10.1.2.3:1", "proxies": ["10.1.2.4"]}, True),
        ({"listen": "10.1.2.3:1", "mode": "proxy", "proxies": ["10.1.2.4"]}, False),
        ({"listen": "10.1.2.3:1", "mode": "required"}, True), ({"mode": "required"}, False),
    ],
)  # fmt: skip
def test_a_board_for_others_needs_somebody_who_can_sign_in(changes: dict[str, str], lacks: bool) -> None:  # noqa: FBT001
    listen = changes.get("listen", "127.0.0.1:1")
    login = {name: value for name, value in changes.items() if name != "listen"}
    settings = Settings(web=Web(listen=listen), login=Login.model_validate(login))

    assert lacks_people(settings, ()) is lacks
    assert lacks_people(settings, (account("ani", Role.VIEWER),)) is False


async def test_the_name_of_the_board_is_known_to_the_guard() -> None:
    async with house(names=["papan.example"]) as board, board.browser() as browser:
        known = await browser.get("/masuk", headers={"host": "papan.example"})
        strange = await browser.get("/masuk", headers={"host": "evil.example"})

    assert (known.status_code, strange.status_code) == (200, 421)


async def test_no_secret_is_in_an_answer_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    async with house() as board, board.browser() as browser:
        entered = await sign_in(browser, "operator")
        secret = browser.cookies["sesi"]
        pages = [(await browser.get(path)).text for path in ("/", "/insiden/3", "/keluar", "/x", "/audit")]
        failed = await sign_in(browser, "operator", "rahasia-yang-salah")

    everything = entered.text + failed.text + "".join(pages) + caplog.text + repr(board.book.deeds)
    assert secret not in everything
    assert "rahasia-yang-salah" not in everything
    assert "$argon2" not in everything
