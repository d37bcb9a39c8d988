"""Signing in with a real browser: who sees what, who may do what, on a phone as on a wall."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.conftest import require
from tests.e2e.chromium import Chromium, chromium
from tests.e2e.test_board import CONTRAST, WIDER
from tests.integration.web.serving import served
from tests.unit.web.entrance import PASSWORD, House, build_house

pytestmark = pytest.mark.servers("chromium")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(require("chromium"), tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def house() -> Iterator[House]:
    made = asyncio.run(build_house("127.0.0.1:8620", (), (), {}))
    yield made
    asyncio.run(made.door.close())


@pytest.fixture
def url(house: House, browser: Chromium) -> Iterator[str]:
    browser.call("Network.clearBrowserCookies")
    with served(house.view) as address:
        yield address


def enter(browser: Chromium, url: str, user: str, password: str = PASSWORD, path: str = "/") -> None:
    """Open *path*, and fill in the form that comes instead."""
    browser.open(url + path)
    browser.forget_loads()
    browser.value(
        f"(form => {{ form.nama.value = {user!r}; form.sandi.value = {password!r}; "
        "form.querySelector('button').click() })"
        "(document.querySelector('form[action=\"/masuk\"]'))"
    )
    browser.loaded()


def text(browser: Chromium, selector: str = "main") -> str:
    return str(browser.value(f"document.querySelector({selector!r}).innerText"))


def test_an_operator_signs_in_acts_under_the_own_name_and_signs_out(browser: Chromium, url: str, house: House) -> None:
    browser.complaints()  # about other tests
    enter(browser, url, "operator", path="/insiden/3")
    landed = browser.value("location.pathname")
    browser.forget_loads()
    browser.value("document.querySelector('form[action=\"/insiden/3/terima\"] button').click()")
    browser.loaded()
    taken = text(browser)
    script = browser.value("document.cookie")
    browser.open(f"{url}/keluar")
    browser.forget_loads()
    browser.value("document.querySelector('form[action=\"/keluar\"] button').click()")
    browser.loaded()
    browser.open(f"{url}/insiden/3")

    assert landed == "/insiden/3"
    assert "Diterima operator" in taken
    assert script == "", "no script reads the session"
    assert browser.value("location.pathname") == "/masuk"
    assert house.book.done() == [("operator", "masuk"), ("operator", "insiden"), ("operator", "keluar")]
    assert browser.complaints() == []


def test_a_viewer_sees_no_acts_and_is_refused_all_the_same(browser: Chromium, url: str, house: House) -> None:
    enter(browser, url, "viewer", path="/insiden/3")
    forms = browser.value("document.querySelectorAll('main form[method=post]').length")
    status = browser.value(
        "fetch('/insiden/3/terima', {method: 'POST', body: new URLSearchParams({nama: 'x'})}).then(a => a.status)"
    )
    browser.open(f"{url}/audit")

    assert (forms, status) == (0, 403)
    assert "perlu peran auditor" in text(browser)
    assert house.book.done() == [("viewer", "masuk")]


def test_a_wrong_password_is_said_and_the_name_is_kept(browser: Chromium, url: str) -> None:
    enter(browser, url, "auditor", "salah semua ini", "/audit")
    said = text(browser, "[role=alert]")
    kept = browser.value("document.querySelector('[name=nama]').value")
    browser.forget_loads()
    browser.value(
        f"(form => {{ form.sandi.value = {PASSWORD!r}; form.querySelector('button').click() }})"
        "(document.querySelector('form[action=\"/masuk\"]'))"
    )
    browser.loaded()

    assert (said, kept) == ("Nama atau kata sandi salah.", "auditor")
    assert browser.value("location.pathname") == "/audit"
    assert "gagal masuk" in text(browser)


@pytest.mark.parametrize("dark", [pytest.param(False, id="light"), pytest.param(True, id="dark")])
def test_its_pages_can_be_read_and_fit_a_phone(browser: Chromium, url: str, dark: bool) -> None:  # noqa: FBT001
    browser.window(390, 844, phone=True)
    browser.dark(dark)
    faults = {}
    browser.open(f"{url}/masuk")
    faults["/masuk"] = browser.value(WIDER) + browser.value(CONTRAST)
    enter(browser, url, "auditor")
    for path in ("/", "/audit", "/keluar", "/sandi", "/sandi?diganti=1", "/insiden/3"):
        browser.open(url + path)
        faults[path] = browser.value(WIDER) + browser.value(CONTRAST)

    assert faults == {path: [] for path in faults}
