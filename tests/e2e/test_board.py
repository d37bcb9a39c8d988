"""The board in a real browser: complete without scripts, on a phone and on a wall, and current with scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.findings import Ledger
from monitor.model import Audience, OpenFinding, Rule, Severity, State
from monitor.web.view import View
from tests.conftest import require
from tests.e2e.chromium import Chromium, chromium
from tests.integration.web.serving import served
from tests.unit.web import facts, record
from tests.unit.web.moment import NOW

pytestmark = pytest.mark.servers("chromium")

PAGES = (
    "/",
    "/?q=desa&keadaan=aktif",
    "/situs/DESA-101",
    "/situs/DESA-046",
    "/situs/OPD-099",
    "/situs/OPD-001",
    "/situs/purbalinggakab.go.id",
    "/situs/LAYANAN-002",
    "/?urut=nilai",
    "/?keadaan=tidak-dipantau",
    "/temuan",
    "/temuan?susun=satu&jenis=desa",
    "/aturan",
    "/kesehatan",
    "/?jenis=x",
    "/x",
)
CRITICAL = Rule("domain.non_government", Severity.CRITICAL, Audience.CSIRT)
"""Open on a site that is up."""
UNFOLD = "for (const part of document.querySelectorAll('details')) part.open = true"
WIDER = """
[...document.querySelectorAll("body *")]
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest(".sprite"))
  .map((node) => node.localName + "." + node.className)
"""
CONTRAST = """
(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  for (const node of document.querySelectorAll("body *")) {
    const said = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const box = node.getBoundingClientRect();
    if (!said || !box.width || node.matches(".unseen, .skip, option")) continue;
    const style = getComputedStyle(node);
    const [one, other] = [light(channels(style.color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) poor.add(`${node.localName}.${node.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
})()
"""


@pytest.fixture(scope="module")
def view() -> View:
    latest = facts.furnished()
    redirected = latest.get("DESA-012")
    assert redirected is not None
    redirected.ledger = Ledger({("website", CRITICAL.code, ""): OpenFinding("website", CRITICAL(), NOW)})
    return record.view(latest=latest)


@pytest.fixture(scope="module")
def url(view: View) -> Iterator[str]:
    with served(view) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(require("chromium"), tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [390, 320, 1440])
def test_no_page_scrolls_sideways(browser: Chromium, url: str, path: str, width: int) -> None:
    browser.window(width, 844, phone=width < 500)

    browser.open(url + path)
    browser.value(UNFOLD)

    assert browser.value(WIDER) == []
    assert browser.value("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [pytest.param(False, id="light"), pytest.param(True, id="dark")])
@pytest.mark.parametrize("path", PAGES)
def test_every_text_stands_out_from_its_ground(browser: Chromium, url: str, path: str, dark: bool) -> None:  # noqa: FBT001
    browser.window(1440, 900)
    browser.dark(dark)

    browser.open(url + path)
    browser.value(UNFOLD)

    assert browser.value(CONTRAST) == []  # WCAG 2.2 §1.4.3


def test_the_board_is_complete_without_scripts(browser: Chromium, url: str) -> None:
    browser.scripts(allowed=False)
    try:
        browser.open(f"{url}/")
        rows = browser.value("document.querySelectorAll('#daftar .sites tbody tr').length")
        hidden = browser.value(
            "[...document.querySelectorAll('#daftar .sites tr')].filter((row) => !row.offsetHeight).length"
        )
    finally:
        browser.scripts(allowed=True)

    assert (rows, hidden) == (352, 0)


def test_what_a_rule_is_open_on_unfolds_without_scripts(browser: Chromium, url: str) -> None:
    browser.scripts(allowed=False)
    try:
        browser.open(f"{url}/temuan")
        browser.value("document.querySelector('details.rule summary').click()")
        shown = browser.value("document.querySelector('details.rule tbody tr').offsetHeight > 0")
    finally:
        browser.scripts(allowed=True)

    assert shown is True


def test_the_browser_has_nothing_to_complain_about(browser: Chromium, url: str) -> None:
    browser.complaints()
    for path in PAGES[:-1]:
        browser.open(url + path)

    assert browser.complaints() == []


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(browser: Chromium, url: str) -> None:
    browser.open(f"{url}/")

    browser.key("Tab")

    assert browser.value("document.activeElement.textContent") == "Langsung ke isi"
    assert browser.value("document.activeElement.getBoundingClientRect().top") >= 0


def test_a_change_appears_by_itself_and_leaves_focus_and_what_was_typed_alone(
    browser: Chromium, url: str, view: View
) -> None:
    browser.open(f"{url}/")
    browser.value("document.querySelector('input[name=q]').value = 'belum dikirim'")
    browser.value("document.querySelector('#daftar a[href=\"/situs/OPD-001\"]').focus()")
    entry = view.latest.get("OPD-001")
    assert entry is not None
    entry.state = State.DOWN
    try:
        browser.value("window.renewed = new Promise((done) => addEventListener('board:renewed', done, {once: true}))")
        browser.value("document.dispatchEvent(new Event('visibilitychange'))")
        browser.value("window.renewed.then(() => true)")
    finally:
        entry.state = State.UP

    row = "document.querySelector('#daftar a[href=\"/situs/OPD-001\"]').closest('tr').className"
    assert "s-turun" in browser.value(row).split()
    assert browser.value("document.activeElement.getAttribute('href')") == "/situs/OPD-001"
    assert browser.value("document.querySelector('input[name=q]').value") == "belum dikirim"
    assert browser.value("document.title").startswith("5 turun")
