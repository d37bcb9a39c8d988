"""The board in a real browser: complete without scripts, on a phone and on a wall, and current with scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from monitor.findings import Ledger
from monitor.incident import Verb
from monitor.model import Audience, OpenFinding, Rule, Severity, State
from monitor.sections import StatusPage
from monitor.settings import Settings
from monitor.web.view import View
from tests.conftest import require
from tests.e2e.chromium import Chromium, chromium
from tests.integration.web.serving import served
from tests.unit.web import caseload, facts, record
from tests.unit.web.caseload import HIJACKED, Office
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
    "/dinding",
    "/dinding?terang=1",
    "/status",
    "/x",
)
DESK = (
    "/",
    "/insiden",
    "/insiden?selesai=1&untuk=noc",
    "/insiden/2",
    "/insiden/3",
    "/insiden/1",
    "/pemeliharaan",
    "/pesan",
    "/pesan?keadaan=gagal&saluran=noc",
    f"/situs/{HIJACKED}",
    "/situs/OPD-001",
    "/kesehatan",
    "/dinding",
)
"""What people of the NOC and the CSIRT look at, while their hands are full."""
CRITICAL = Rule("domain.non_government", Severity.CRITICAL, Audience.CSIRT)
"""Open on a site that is up."""
UNFOLD = "for (const part of document.querySelectorAll('details')) part.open = true"
FITTING = """
[...document.querySelectorAll('.list')].map((list) => {
  const lines = [...list.querySelectorAll('.fit tbody tr, ol.fit > li')];
  const frame = list.querySelector('.fit tbody, ol.fit');
  const box = frame.getBoundingClientRect();
  const foot = box.bottom - parseFloat(getComputedStyle(frame).paddingBottom);
  const sites = (some) => some.reduce((sum, line) => sum + Number(line.dataset.sites ?? 1), 0);
  const at = (line) => line.getBoundingClientRect();
  const inside = lines.filter((line) => at(line).left < box.right - 1 && at(line).right > box.left + 1);
  const last = inside[inside.length - 1];
  const next = lines[lines.indexOf(last) + 1];
  const label = document.elementFromPoint(box.left + box.width / 2, box.bottom - 5);
  const margin = parseFloat(getComputedStyle(last).marginBottom);
  return {
    first: lines.indexOf(inside[0]),
    last: lines.indexOf(last),
    all: lines.length,
    left: at(inside[0]).left - box.left,
    hidden: sites(lines.slice(lines.indexOf(last) + 1)),
    whole: inside.every((line) => at(line).bottom <= foot + 1),
    room: foot - at(last).bottom,
    next: next ? at(next).height + 2 * margin : 0,
    said: getComputedStyle(label, '::after').content === 'none' ? '' : label.dataset.rest ?? '',
    page: list.querySelector('.turn:not([hidden])')?.innerText ?? '',
  };
})
"""
"""What of the wall's lists is to be seen, whether more of it could be, and what is said of the rest."""
NEXT = "dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}))"
RENEW = "document.dispatchEvent(new Event('visibilitychange'))"
STILL = {"name": "prefers-reduced-motion", "value": "reduce"}
WIDER = """
(() => {
  const lists = [...document.querySelectorAll(".fit tbody, ol.fit")];
  const away = lists.filter((list) => getComputedStyle(list).overflowX === "hidden");  // as the wall puts lines away
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest(".sprite"))
    .filter((node) => !away.some((list) => list !== node && list.contains(node)))
    .map((node) => node.localName + "." + node.className);
})()
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
    return record.view(latest=latest, settings=Settings(status=StatusPage(enabled=True)))


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


HIDDEN = "[...document.querySelectorAll('#daftar .sites tbody tr')].filter((row) => !row.checkVisibility()).length"


PLACEHOLDERS = """
[...document.querySelectorAll('[placeholder]')].map((field) => [
  getComputedStyle(field, '::placeholder').color, getComputedStyle(document.querySelector('.found, .intro')).color,
])
"""


@pytest.mark.parametrize("dark", [pytest.param(False, id="light"), pytest.param(True, id="dark")])
def test_what_may_be_typed_is_told_legibly(browser: Chromium, url: str, dark: bool) -> None:  # noqa: FBT001
    browser.dark(dark)
    browser.open(f"{url}/")

    colours = browser.value(PLACEHOLDERS)

    assert colours
    assert all(one == other for one, other in colours), "as muted as other texts, whose contrast is measured"


def test_the_board_is_complete_without_scripts(browser: Chromium, url: str) -> None:
    browser.scripts(allowed=False)
    try:
        browser.open(f"{url}/")
        rows = browser.value("document.querySelectorAll('#daftar .sites tbody tr').length")
        calm = browser.value("document.querySelectorAll('#daftar details.settled tbody tr').length")
        hidden = browser.value(HIDDEN)
        browser.value("for (const fold of document.querySelectorAll('details.settled > summary')) fold.click()")
        left = browser.value(HIDDEN)
    finally:
        browser.scripts(allowed=True)

    assert (rows, left) == (352, 0)
    assert hidden == calm > 300


@pytest.mark.parametrize("scripts", [pytest.param(True, id="scripts"), pytest.param(False, id="no scripts")])
def test_an_address_within_the_rules_unfolds_what_it_leads_to(browser: Chromium, url: str, scripts: bool) -> None:  # noqa: FBT001
    browser.window(390, 844, phone=True)
    browser.scripts(scripts)
    try:
        browser.open(f"{url}/kesehatan")
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        browser.open(f"{url}/aturan#site.down")
        shown = browser.value(
            "[...document.querySelectorAll('article')].filter((each) => each.checkVisibility()).map((each) => each.id)"
        )
        top = browser.value("document.querySelector('details.rule[open] > summary').getBoundingClientRect().top")
        height = browser.value("document.documentElement.scrollHeight")
    finally:
        browser.scripts(allowed=True)

    assert shown == ["site.down"]
    assert 0 <= top < 844
    assert height < 12_000


LONGEST = {"/": 9_000, "/aturan": 1_500, "/temuan": 5_000, "/status": 5_000, "/?jenis=desa": 14_000}
"""Pixels on a phone; a picture or two of the hand."""


@pytest.mark.parametrize("path", LONGEST)
def test_no_page_is_endless_on_a_phone(browser: Chromium, url: str, path: str) -> None:
    browser.window(390, 844, phone=True)
    browser.open(url + path)

    assert browser.value("document.documentElement.scrollHeight") < LONGEST[path]


@pytest.mark.parametrize(("width", "fields"), [(1440, 6), (390, 1)])
def test_filters_lie_open_where_there_is_room(browser: Chromium, url: str, width: int, fields: int) -> None:
    browser.window(width, 844, phone=width < 500)
    browser.open(f"{url}/")

    shown = "[...document.querySelectorAll('.filter input, .filter select')].filter((each) => each.checkVisibility())"
    assert browser.value(f"{shown}.length") == fields
    browser.value("document.querySelector('.more-filters').open = true")
    assert browser.value(f"{shown}.length") == 6
    browser.value("document.querySelector('.more-filters').open = false")
    browser.value("document.querySelector('select[name=jenis]').focus()")
    assert browser.value("document.activeElement.name") == ("jenis" if width > 760 else None)


@pytest.mark.parametrize(("width", "is_open"), [(1440, True), (390, False)])
def test_the_public_page_lies_open_where_there_is_room(
    browser: Chromium,
    url: str,
    width: int,
    is_open: bool,  # noqa: FBT001
) -> None:
    browser.window(width, 844, phone=width < 500)
    browser.open(f"{url}/status")
    down, well = (
        "document.querySelector('#DESA-046').checkVisibility()",
        "document.querySelector('#OPD-001').checkVisibility()",
    )

    assert browser.value(f"[{down}, {well}]") == [True, is_open]
    browser.open(f"{url}/kesehatan")
    browser.open(f"{url}/status#OPD-001")
    assert browser.value(well), "a badge leads to its site"


def test_on_paper_there_is_what_is_known_and_nothing_to_press(browser: Chromium, url: str) -> None:
    browser.window(1440, 900)
    browser.open(f"{url}/situs/DESA-046")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.call("Emulation.setEmulatedMedia", media="print", features=features)
    try:
        shown = browser.value(
            "[...document.querySelectorAll('nav, form, button, input, .finding, #h-ketersediaan')]"
            ".filter((each) => each.checkVisibility()).map((each) => each.localName)"
        )
        colours = browser.value(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
    finally:
        browser.call("Emulation.setEmulatedMedia", media="", features=[])

    assert set(shown) == {"article", "h2"}
    assert colours == ["rgb(255, 255, 255)", "rgb(22, 33, 44)"]


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
    browser.value(UNFOLD)
    browser.value("document.querySelector('#daftar details').open = false")
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


@pytest.fixture(scope="module")
def desk() -> Iterator[str]:
    """The address of a board on which much is the matter, for tests that only look."""
    office = caseload.busy()
    office.lines["csirt"].alive = False
    caseload.mark(office, office.store.cases[3].members[0].key, Verb.ACKNOWLEDGE)
    with served(office.view()) as address:
        yield address


@pytest.fixture
def office() -> Office:
    return caseload.busy()


@pytest.mark.parametrize("path", DESK)
@pytest.mark.parametrize("width", [390, 320, 1440])
def test_no_page_of_the_desk_scrolls_sideways(browser: Chromium, desk: str, path: str, width: int) -> None:
    browser.window(width, 844, phone=width < 500)

    browser.open(desk + path)
    browser.value(UNFOLD)

    assert browser.value(WIDER) == []
    assert browser.value("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [pytest.param(False, id="light"), pytest.param(True, id="dark")])
@pytest.mark.parametrize("path", DESK)
def test_every_text_of_the_desk_stands_out_from_its_ground(
    browser: Chromium,
    desk: str,
    path: str,
    dark: bool,  # noqa: FBT001
) -> None:
    browser.window(1440, 900)
    browser.dark(dark)

    browser.open(desk + path)
    browser.value(UNFOLD)

    assert browser.value(CONTRAST) == []  # WCAG 2.2 §1.4.3


def test_the_browser_has_nothing_to_complain_about_at_the_desk(browser: Chromium, desk: str) -> None:
    browser.complaints()
    for path in DESK:
        browser.open(desk + path)

    assert browser.complaints() == []


def test_evidence_that_a_browser_opens_runs_nothing(browser: Chromium, desk: str) -> None:
    browser.open(f"{desk}/situs/{HIJACKED}")
    browser.complaints()
    browser.value("window.alert = () => { window.ran = true }")

    shown = browser.value(f"fetch('/situs/{HIJACKED}/bukti/1').then((answer) => answer.headers.get('content-type'))")

    assert shown == "application/zip"
    assert browser.value("window.ran === undefined")


SEND = """
(() => {{
  const form = document.querySelector('form[action="{action}"]');
  for (const [name, value] of Object.entries({values})) form.elements[name].value = value;
  if (!form.checkValidity()) return "invalid";
  form.querySelector("button").click();
  return "sent";
}})()
"""


def send(browser: Chromium, action: str, **values: str) -> None:
    """Fill in the form of *action* and press its button, as a person does; wait for the page that follows."""
    browser.value(UNFOLD)
    browser.forget_loads()
    assert browser.value(SEND.format(action=action, values=json.dumps(values))) == "sent"
    browser.loaded()


@pytest.mark.parametrize("scripts", [pytest.param(True, id="scripts"), pytest.param(False, id="no scripts")])
def test_an_incident_is_taken_on_through_the_form(browser: Chromium, office: Office, scripts: bool) -> None:  # noqa: FBT001
    browser.window(390, 844, phone=True)
    browser.scripts(scripts)
    browser.complaints()
    try:
        with served(office.view()) as url:
            browser.open(f"{url}/insiden/3")
            send(browser, "/insiden/3/terima", nama="Siti Aminah", teks="sedang dibersihkan")
            said = browser.value("document.querySelector('main').innerText")
            remembered = browser.value("document.querySelector('input[name=nama]').value")
            where = browser.value("location.pathname")
    finally:
        browser.scripts(allowed=True)

    assert where == "/insiden/3"
    assert "diterima Siti Aminah" in said
    assert "sedang dibersihkan" in said
    assert remembered == "Siti Aminah"
    assert office.store.cases[3].acknowledged_by == "Siti Aminah"
    assert browser.complaints() == []


def test_maintenance_is_planned_and_ended_through_the_forms(browser: Chromium, office: Office) -> None:
    with served(office.view()) as url:
        browser.open(f"{url}/pemeliharaan")
        send(
            browser,
            "/pemeliharaan",
            nama="Rina",
            cakupan="sasaran",
            nilai="OPD-002",
            mulai="2026-11-24T08:00",
            menit="45",
            alasan="pembaruan",
        )
        planned = browser.value("document.querySelector('#jadwal').innerText")
        send(browser, "/pemeliharaan/4/akhiri", nama="Rina")
        left = browser.value("document.querySelector('#jadwal').innerText")

    assert "sedang berlangsung" in planned
    assert "Sekretariat DPRD" in planned
    assert "Sekretariat DPRD" not in left
    assert office.store.plans[4].ended is not None


def test_a_false_positive_is_marked_through_the_form(browser: Chromium, office: Office) -> None:
    with served(office.view()) as url:
        browser.open(f"{url}/situs/{HIJACKED}")
        browser.forget_loads()
        browser.value("document.querySelector('article.finding a[href*=tandai]').click()")
        browser.loaded()
        send(
            browser,
            "/temuan/tandai",
            nama="Sari",
            tindakan="positif-palsu",
            teks="artikel yang memperingatkan",
            sampai="2026-12-31",
        )
        card = browser.value("document.querySelector('article.finding .tag.dismissed').innerText")
        incidents = browser.value("fetch('/api/v1/incidents').then((answer) => answer.json())")

    assert card == "Positif palsu sampai 31-12-2026 23:59, oleh Sari: artikel yang memperingatkan"
    assert [item["number"] for item in incidents["items"]] == [4, 2]


def test_a_form_that_is_refused_is_shown_again_as_it_was_filled_in(browser: Chromium, office: Office) -> None:
    with served(office.view()) as url:
        browser.open(f"{url}/pemeliharaan")
        send(browser, "/pemeliharaan", nama="R", nilai="OPD-404", mulai="2026-11-25T08:00", menit="45", alasan="x")
        said = browser.value("document.querySelector('[role=alert]').innerText")
        at = browser.value("document.activeElement.name")
        typed = browser.value("[...new FormData(document.querySelector('#baru'))]")

    assert "tidak ada dalam daftar" in said
    assert at == "nilai", "whoever is refused stands where it has to be mended"
    assert {"nama": "R", "nilai": "OPD-404", "mulai": "2026-11-25T08:00", "menit": "45", "alasan": "x"}.items() <= dict(
        typed
    ).items()
    assert len(office.store.plans) == 3


SHOWN = """
[...document.querySelectorAll('#baru input, #baru select')]
  .filter((field) => field.offsetHeight && !['nama', 'alasan', 'ulangi', 'cakupan'].includes(field.name))
  .map((field) => field.name.replace(/_.*/, ''))
  .filter((name, at, all) => all.indexOf(name) === at)
"""


@pytest.mark.parametrize(
    ("choice", "asks"),
    [
        ("sekali", []),
        ("harian", ["sampai"]),
        ("mingguan", ["hari", "sampai"]),
        ("bulanan", ["tanggal", "sampai"]),
        ("lainnya", ["ulang"]),
    ],
)
def test_maintenance_asks_for_what_the_choice_needs_and_repeats_without_scripts(
    browser: Chromium, office: Office, choice: str, asks: list[str]
) -> None:
    browser.window(390, 844, phone=True)
    browser.scripts(allowed=False)
    try:
        with served(office.view()) as url:
            browser.open(f"{url}/pemeliharaan")
            browser.value(f"document.querySelector('#baru [value={choice}]').click()")
            shown = browser.value(SHOWN)
            browser.value("document.querySelector('[name=hari_SU]').checked = true")
            send(browser, "/pemeliharaan", nama="R", nilai="OPD-002", mulai="2026-11-29T22:00", alasan="x")
            told = browser.value("document.querySelector('main').innerText")
    finally:
        browser.scripts(allowed=True)

    assert shown == ["nilai", "mulai", "menit", *asks]
    assert ("aturan ulang kosong" if choice == "lainnya" else "Pemeliharaan nomor 4 tersimpan") in told


def test_a_form_of_another_page_does_nothing(browser: Chromium, office: Office) -> None:
    with served(office.view()) as url, served(record.view()) as elsewhere:
        browser.open(f"{elsewhere}/x")
        browser.forget_loads()
        browser.value(
            f"""
            (() => {{
              const form = document.createElement("form");
              form.method = "post";
              form.action = "{url}/insiden/3/terima";
              form.innerHTML = '<input name="nama" value="Penyusup">';
              document.body.append(form);
              form.submit();
            }})()
            """
        )
        refused = browser.value("document.location.href")

    assert not refused.startswith(f"{url}/insiden"), "the policy of the other page forbids it, or ours does"
    assert office.store.cases[3].acknowledged is None


def test_who_is_filling_in_a_form_is_not_interrupted(browser: Chromium, office: Office) -> None:
    with served(office.view()) as url:
        browser.open(f"{url}/pesan")
        browser.value(UNFOLD)
        browser.value("document.querySelector('#daftar input[name=nama]').value = 'belum selesai'")
        office.store.parcels.pop("ins-2-1-noc")
        browser.value("window.renewed = new Promise((done) => addEventListener('board:renewed', done, {once: true}))")
        browser.value("document.dispatchEvent(new Event('visibilitychange'))")
        browser.value("window.renewed.then(() => true)")
        typed = browser.value("document.querySelector('#daftar input[name=nama]').value")

    assert typed == "belum selesai"


def test_the_keyboard_reaches_every_act_and_shows_where_it_is(browser: Chromium, desk: str) -> None:
    browser.window(1440, 900)
    browser.open(f"{desk}/insiden/3")
    reached = []
    for _ in range(60):
        browser.key("Tab")
        reached.append(
            browser.value(
                "(() => { const at = document.activeElement;"
                " return [at === document.body ? '' : at.innerText || at.name || '',"
                " getComputedStyle(at).outlineStyle] })()"
            )
        )

    names = [name for name, _outline in reached]
    assert "Terima insiden ini" in names
    assert "Tugaskan kepada seseorang" in names
    assert all(outline != "none" for name, outline in reached if name)


SCREENS = [(1280, 720), (1366, 768), (1440, 900), (1280, 1024), (1920, 1080), (2560, 1080), (3840, 2160)]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_wall_is_as_full_as_it_gets_and_never_more(
    browser: Chromium,
    desk: str,
    width: int,
    height: int,
    scripts: bool,  # noqa: FBT001
) -> None:
    browser.window(width, height)
    browser.scripts(scripts)
    browser.open(f"{desk}/dinding")
    shown = browser.value(FITTING)
    browser.scripts(allowed=True)

    assert browser.value("document.documentElement.scrollHeight") <= height
    for part in shown:
        assert part["whole"], "no line is cut"
        assert part["first"] == 0
        assert part["hidden"] == 0 or part["next"] > part["room"], "another one would fit"
        assert part["said"] == (str(part["hidden"]) if part["hidden"] else "")
        assert bool(part["page"]) is (scripts and part["hidden"] > 0)


@pytest.fixture(scope="module")
def crowded() -> Iterator[str]:
    """The address of a board on which more is down, each for a reason of its own, than any screen has room for."""
    office = caseload.busy()
    for number in range(1, 31):
        office.opens(f"OPD-{number:03}", caseload.refused(f"192.0.2.{100 + number}"), NOW, f"192.0.2.{100 + number}")
    with served(office.view()) as address:
        yield address


def test_what_does_not_fit_on_the_wall_comes_in_turn_until_everything_was_shown(
    browser: Chromium, crowded: str
) -> None:
    browser.window(1920, 1080)
    browser.call("Emulation.setEmulatedMedia", features=[STILL])
    browser.complaints()
    browser.open(f"{crowded}/dinding")

    pages = [browser.value(FITTING)]
    while len(pages) < 30 and (len(pages) == 1 or any(part["first"] for part in pages[-1])):
        browser.value(NEXT)
        pages.append(browser.value(FITTING))

    for parts in zip(*pages, strict=True):
        count = int(parts[0]["page"].rpartition(" ")[2])
        told = parts[:count]
        assert count > 1
        assert [part["page"] for part in told] == [f"halaman {number} dari {count}" for number in range(1, count + 1)]
        lines = [number for part in told for number in range(part["first"], part["last"] + 1)]
        assert lines == list(range(parts[0]["all"])), "each once, and none is left out"
        assert all(part["whole"] and abs(part["left"]) < 2 for part in told), "a page begins where a line does"
        assert [part["said"] for part in told] == [str(part["hidden"] or "") for part in told]
        assert parts[count]["page"] == f"halaman 1 dari {count}", "and again from the first"
    assert browser.complaints() == []


@pytest.mark.parametrize("still", [True, False])
def test_the_wall_turns_its_pages_by_itself(browser: Chromium, crowded: str, still: bool) -> None:  # noqa: FBT001
    browser.window(1920, 1080)
    browser.call("Emulation.setEmulatedMedia", features=[STILL] if still else [])
    browser.open(f"{crowded}/dinding")
    browser.value(
        "window.ways = []; const turn = Element.prototype.scrollTo;"
        "window.turned = new Promise((done) => { Element.prototype.scrollTo = function (where) {"
        "  turn.call(this, {...where, behavior: 'instant'}); ways.push(where.behavior); setTimeout(done) } }); 0"
    )
    browser.value("document.getElementById('isi').dataset.turn = 1")
    browser.value("window.turned.then(() => true)")
    browser.value("document.getElementById('isi').dataset.turn = 1e9")

    assert [part["page"][:9] for part in browser.value(FITTING)] == ["halaman 2", "halaman 2"]
    assert set(browser.value("window.ways")) == {"instant" if still else "smooth"}


def test_a_renewal_keeps_the_page_of_the_wall_as_long_as_there_is_one(browser: Chromium, office: Office) -> None:
    keys = {}
    for number in range(1, 31):
        address = f"192.0.2.{100 + number}"
        keys[number] = office.opens(f"OPD-{number:03}", caseload.refused(address), NOW, address)
    renewed = "window.renewed = new Promise((done) => addEventListener('board:renewed', done, {once: true})); 0"
    browser.window(1920, 1080)
    browser.call("Emulation.setEmulatedMedia", features=[STILL])
    with served(office.view()) as url:
        browser.open(f"{url}/dinding")
        browser.value("dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft'}))")
        before = browser.value(FITTING)[0]
        browser.value(renewed)
        browser.value(RENEW)
        browser.value("window.renewed.then(() => true)")
        after = browser.value(FITTING)[0]
        for key in keys.values():
            office.closes(key, NOW)
        browser.value(renewed)
        browser.value(RENEW)
        browser.value("window.renewed.then(() => true)")
        fewer = browser.value(FITTING)[0]

    number, count = before["page"].removeprefix("halaman ").split(" dari ")
    assert number == count > "2", "back from the first leads to the last"
    assert after == before
    assert (fewer["page"][:9], fewer["first"]) == ("halaman 1", 0)


def test_the_space_bar_holds_the_wall_and_lets_it_go(browser: Chromium, crowded: str) -> None:
    space = "dispatchEvent(new KeyboardEvent('keydown', {key: ' '}))"
    browser.window(1920, 1080)
    browser.open(f"{crowded}/dinding")
    browser.value(space)
    held = browser.value("[...document.querySelectorAll('.turn')].map((each) => each.innerText)")
    browser.value("document.getElementById('isi').dataset.turn = 1")
    browser.value(
        "window.told = new Promise((done) => new MutationObserver(done)"
        ".observe(umur, {childList: true, characterData: true, subtree: true})); 0"
    )
    browser.value("window.told.then(() => true)")
    after = browser.value("[...document.querySelectorAll('.turn')].map((each) => each.innerText)")
    browser.value(space)
    released = browser.value("document.querySelector('.turn').innerText")

    assert all(said.startswith("halaman 1") and said.endswith(", dijeda") for said in held)
    assert after == held
    assert not released.endswith("dijeda")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_without_scripts_the_wall_names_what_is_down_although_it_does_not_fit(
    browser: Chromium, crowded: str, width: int, height: int
) -> None:
    browser.window(width, height)
    browser.scripts(allowed=False)
    browser.open(f"{crowded}/dinding")
    named = browser.value("document.querySelector('.down').innerText")
    box = browser.value(
        "(({top, bottom, height}) => ({top, bottom, height}))(document.querySelector('.down').getBoundingClientRect())"
    )
    shown = browser.value(FITTING)
    browser.scripts(allowed=True)

    assert {"OPD-001", "OPD-030", *caseload.MANY} <= set(named.removeprefix("Turun:").replace(",", " ").split())
    assert 0 < box["top"] < box["bottom"] < height / 2
    for part in shown:
        assert part["whole"]
        assert part["said"] == str(part["hidden"])


def test_with_scripts_the_wall_has_the_room_for_its_lists(browser: Chromium, crowded: str) -> None:
    browser.window(1920, 1080)
    browser.open(f"{crowded}/dinding")

    assert browser.value("document.querySelector('main noscript').getClientRects().length") == 0


def test_the_wall_is_legible_from_across_the_room(browser: Chromium, desk: str) -> None:
    browser.window(1920, 1080)
    browser.open(f"{desk}/dinding")

    cut = browser.value(
        "[...document.querySelectorAll('main *')].filter((node) => node.getBoundingClientRect().bottom > innerHeight)"
        ".map((node) => node.localName + ' ' + node.textContent.slice(0, 40))"
    )
    assert cut == []
    assert browser.value("document.documentElement.scrollHeight") <= 1080
    assert browser.value("getComputedStyle(document.querySelector('tbody th')).fontSize.replace('px', '') >= 26")


def test_what_is_up_and_hijacked_is_not_green_on_the_wall(browser: Chromium, url: str) -> None:
    browser.window(1920, 1080)
    browser.open(f"{url}/dinding")

    colours = browser.value(
        "[...document.querySelectorAll('.fit .state')].map((each) => [each.textContent.trim(),"
        " getComputedStyle(each).color])"
    )

    told = dict(colours)
    assert told["Kritis"] == told["Turun"]
    assert len({tuple(each) for each in colours}) == len(told), "a word has one colour"


def test_a_renewal_leaves_the_keyboard_and_the_folds_where_they_were(browser: Chromium, office: Office) -> None:
    with served(office.view()) as url:
        browser.open(f"{url}/")
        browser.value("document.querySelector('#tenang-opd').open = true")
        browser.value("document.querySelector('#tenang-desa > summary').focus()")
        office.opens("OPD-002", caseload.refused("192.0.2.98"), NOW, "192.0.2.98")
        browser.value("window.renewed = new Promise((done) => addEventListener('board:renewed', done, {once: true}))")
        browser.value("document.dispatchEvent(new Event('visibilitychange'))")
        browser.value("window.renewed.then(() => true)")

        state = browser.value("document.querySelector('#daftar a[href=\"/situs/OPD-002\"]').closest('tr').className")
        at = browser.value("document.activeElement.parentElement.id")
        folds = browser.value(
            "[document.querySelector('#tenang-opd').open, document.querySelector('#tenang-desa').open]"
        )

    assert "s-turun" in state
    assert at == "tenang-desa"
    assert folds == [True, False]


def test_the_wall_says_itself_that_it_is_stale(browser: Chromium, office: Office) -> None:
    browser.window(1920, 1080)
    with served(office.view()) as url:
        browser.open(f"{url}/dinding")
        fresh = browser.value("document.querySelector('#macet').offsetHeight")
        age = browser.value("document.querySelector('#umur').textContent")
    browser.value("window.told = new Promise((done) => new MutationObserver(done).observe(macet, {attributes: true}))")
    browser.value("document.dispatchEvent(new Event('visibilitychange'))")
    browser.value("window.told.then(() => true)")
    said = browser.value("document.querySelector('#macet').innerText")

    assert fresh == 0
    assert age.startswith("data ")
    assert said.strip().startswith("Layar ini basi: pembaruan gagal sejak 08.05.09 WIB.")
    assert browser.value("document.querySelector('#macet').offsetHeight > 40")
    assert browser.value("document.documentElement.className") == "dark stale"
    browser.complaints()


def test_the_wall_takes_back_that_it_is_stale(browser: Chromium, office: Office) -> None:
    with served(office.view()) as url:
        browser.open(f"{url}/dinding")
        browser.value("document.querySelector('#macet').hidden = false")
        browser.value("window.renewed = new Promise((done) => addEventListener('board:renewed', done, {once: true}))")
        browser.value("document.dispatchEvent(new Event('visibilitychange'))")
        browser.value("window.renewed.then(() => true)")

        assert browser.value("document.querySelector('#macet').hidden")
        assert "stale" not in browser.value("document.documentElement.className")


def test_the_wall_counts_its_age_although_nothing_answers(browser: Chromium, office: Office) -> None:
    """A renewal that neither comes nor fails is shown by the time that passes."""
    with served(office.view()) as url:
        browser.open(f"{url}/dinding")
        browser.value("window.fetch = () => new Promise(() => {}); 0")
        before = browser.value("document.querySelector('#macet').hidden")
        browser.value(
            "window.told = new Promise((done) => new MutationObserver(done).observe(macet, {attributes: true}))"
        )
        browser.value("document.querySelector('#umur').dataset.patience = 1")
        browser.value("window.told.then(() => true)")

        assert before
        assert not browser.value("document.querySelector('#macet').hidden")
        assert browser.value("document.documentElement.className") == "dark stale"
