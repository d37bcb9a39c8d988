"""`python -m tests.e2e.pictures`: the pictures in `docs/img`, of a made-up regency on a busy morning."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.alerts.compose import compose
from monitor.alerts.render.html import html
from monitor.availability import History, Step
from monitor.evidence import report
from monitor.latest import Entry
from monitor.model import State
from monitor.sections import StatusPage
from tests.conftest import require
from tests.e2e.chromium import Chromium, chromium
from tests.integration.web.serving import served
from tests.unit.alerts import situations
from tests.unit.evidence import fake
from tests.unit.web import caseload
from tests.unit.web.caseload import HIJACKED, Office
from tests.unit.web.moment import NOW
from tests.unit.web.record import eventful, second

HERE = Path(__file__).parents[2] / "docs" / "img"
WATCHED = timedelta(days=140)
CHARTS = "5"
"""The report's page with the charts."""
SEED = 0
"""Of the site that has a page of its own: a few outages, some of them this month."""
PICTURES = (
    ("board", "/", 1440, 1040),
    ("situs", f"/situs/{HIJACKED}", 1440, 1180),
    ("insiden", "/insiden/2", 1440, 1000),
    ("dinding", "/dinding", 1920, 1080),
    ("status", "/status", 1440, 900),
    ("ponsel", "/", 390, 844),
)


def lived(entry: Entry, chance: random.Random) -> History:
    """A life with a few outages, slow days and hours that nobody saw, which ends as *entry* is now."""
    begin = second(NOW - WATCHED)
    steps = [Step(begin, State.UP), *sorted(_troubles(begin, second(NOW) - 86_400, chance))]
    if entry.since is not None and entry.state is not State.UP:
        steps.append(Step(second(max(entry.since, NOW - timedelta(hours=20))), entry.state, entry.cause))
    blind = second(NOW - timedelta(days=33, hours=5))
    return History(begin=begin, horizon=second(NOW), steps=steps, gaps=[(blind, blind + 50_000)])


def _troubles(begin: int, end: int, chance: random.Random) -> Iterator[Step]:
    for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 6])):
        at = chance.randrange(begin, end)
        state = chance.choice([State.DOWN, State.DOWN, State.DEGRADED])
        yield Step(at, state, "site.down")
        yield Step(at + int(chance.lognormvariate(8.3, 1.2)), State.UP)


def furnish(office: Office) -> None:
    """Give every site of *office* a past."""
    chance = random.Random(7)
    office.store.lives = {entry.target.kode: lived(entry, chance) for entry in office.latest.entries()}
    hijacked = office.latest.get(HIJACKED)
    assert hijacked is not None
    office.store.lives = {**office.store.lives, HIJACKED: lived(hijacked, random.Random(SEED))}
    office.store.runs = eventful().runs


def show_message(browser: Chromium, folder: Path) -> None:
    """A message to the CSIRT, as its mail program shows it."""
    page = folder / "pesan.html"
    page.write_text(html(compose(situations.hijacked(), situations.ALERTS)), encoding="utf-8")
    browser.call("Emulation.setDeviceMetricsOverride", width=760, height=1100, deviceScaleFactor=1, mobile=False)
    browser.open(page.as_uri())
    browser.picture(HERE / "pesan.png")
    print(HERE / "pesan.png")


def show_report(folder: Path) -> None:
    """The page of the monthly report that has the charts."""
    document = folder / "laporan.pdf"
    document.write_bytes(report.month_pdf(fake.month(complete=True)))
    words = ("-png", "-singlefile", "-r", "75", "-f", CHARTS, document, HERE / "laporan")
    subprocess.run([require("pdftotext").with_name("pdftoppm"), *words], check=True)
    print(HERE / "laporan.png")


def take(browser: Chromium, url: str) -> None:
    """All of them."""
    for name, path, width, height in PICTURES:
        scale = 0.7 if width > 1500 else 1
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 500,
        )
        browser.open(url + path)
        browser.picture(HERE / f"{name}.png")
        print(HERE / f"{name}.png")


def main() -> None:
    """Take them anew."""
    office = caseload.busy()
    furnish(office)
    settings = office.settings.model_copy(update={"status": StatusPage(enabled=True)})
    view = office.view(settings=settings)
    with TemporaryDirectory() as home, chromium(require("chromium"), Path(home)) as browser, served(view) as url:
        browser.dark(wanted=False)
        take(browser, url)
        show_message(browser, Path(home))
        show_report(Path(home))


if __name__ == "__main__":
    main()
