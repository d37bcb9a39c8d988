"""Every kind of page before axe-core: no serious and no critical finding, in light and dark, on desk and phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.sections import StatusPage
from monitor.settings import Settings
from tests.conftest import require
from tests.e2e.chromium import Chromium, chromium
from tests.integration.web.serving import served
from tests.unit.web import caseload, facts, record
from tests.unit.web.caseload import HIJACKED

pytestmark = pytest.mark.servers("chromium")

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PAGES = (
    "/", "/?q=desa&keadaan=aktif", "/situs/DESA-101", "/situs/DESA-046", "/situs/OPD-099", "/situs/LAYANAN-002",
    "/situs/purbalinggakab.go.id", "/temuan", "/aturan", "/bukti", "/kesehatan", "/dinding", "/dinding?terang=1",
    "/status", "/x",
)  # fmt: skip
DESK = (
    "/",
    f"/situs/{HIJACKED}",
    "/insiden",
    "/insiden/3",
    "/pemeliharaan",
    "/pesan",
    "/pesan/ins-3-1-csirt",
    "/kesehatan",
    "/dinding",
)
UNFOLD = "for (const part of document.querySelectorAll('details')) part.open = true"
THIN = """
(() => {
  const seen = {};
  for (const row of document.querySelectorAll("tbody tr, ol > li, ul > li")) {
    const shape = row.parentNode.className + [row, ...row.querySelectorAll("*")].map((node) =>
      [node.localName, node.className, ...node.getAttributeNames(), node.childNodes.length]).join("|");
    seen[shape] = (seen[shape] || 0) + 1;
    if (seen[shape] > 3) row.remove();
  }
})()
"""
"""Of rows that are alike but for their words three stay: axe takes seconds for what it has judged a hundred times."""
JUDGE = """
axe.run(document, {resultTypes: ["violations"]}).then((found) => JSON.stringify(found.violations.map((rule) => ({
  id: rule.id, impact: rule.impact, nodes: rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)),
}))))
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(require("chromium"), tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def board() -> Iterator[str]:
    with served(record.view(latest=facts.furnished(), settings=Settings(status=StatusPage(enabled=True)))) as address:
        yield address


@pytest.fixture(scope="module")
def desk() -> Iterator[str]:
    office = caseload.busy()
    office.lines["csirt"].alive = False
    with served(office.view()) as address:
        yield address


def violations(browser: Chromium) -> list[Any]:
    """What axe finds on the page that is open."""
    browser.value(THIN)
    browser.value(AXE + ";0")
    found: list[Any] = json.loads(browser.value(JUDGE))
    return found


def judged(browser: Chromium, url: str) -> list[Any]:
    """What axe finds on the page at *url*, everything unfolded, that is serious or critical."""
    browser.open(url)
    browser.value(UNFOLD)
    return [rule for rule in violations(browser) if rule["impact"] in {"serious", "critical"}]


LOOKS = [
    pytest.param(1440, False, id="desk"),
    pytest.param(1440, True, id="desk at night"),
    pytest.param(390, False, id="phone"),
]


@pytest.mark.parametrize(("width", "dark"), LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(browser: Chromium, board: str, path: str, width: int, dark: bool) -> None:  # noqa: FBT001
    browser.window(width, 900, phone=width < 500)
    browser.dark(dark)

    assert judged(browser, board + path) == []


@pytest.mark.parametrize(("width", "dark"), LOOKS)
@pytest.mark.parametrize("path", DESK)
def test_axe_finds_nothing_serious_at_the_desk(
    browser: Chromium,
    desk: str,
    path: str,
    width: int,
    dark: bool,  # noqa: FBT001
) -> None:
    browser.window(width, 900, phone=width < 500)
    browser.dark(dark)

    assert judged(browser, desk + path) == []


def test_axe_sees_what_is_wrong(browser: Chromium, board: str) -> None:
    browser.open(f"{board}/")
    browser.value("document.documentElement.removeAttribute('lang')")
    browser.value("document.querySelector('input').removeAttribute('placeholder')")
    browser.value("document.querySelector('label.wide').replaceWith(document.querySelector('input'))")

    assert {"html-has-lang", "label"} <= {rule["id"] for rule in violations(browser)}


def test_axe_is_shown_every_shape_of_row(browser: Chromium, board: str) -> None:
    browser.open(f"{board}/")
    rows = "document.querySelectorAll('tbody tr').length"
    before = browser.value(rows)
    browser.value("document.querySelector('tbody tr:last-child').insertAdjacentHTML('beforeend', '<td><img></td>')")

    assert "image-alt" in {rule["id"] for rule in violations(browser)}
    assert browser.value(rows) < before - 100
