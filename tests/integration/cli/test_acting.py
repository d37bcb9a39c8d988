"""Acting from a terminal: through the daemon that runs, or on the record itself when none does."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from monitor import alarms, inventory
from monitor.access import local
from monitor.checks import build
from monitor.checks.website.availability import DOWN
from monitor.doorkeeper import Doorkeeper
from monitor.findings import Ledger
from monitor.ground import rules_of
from monitor.incident import Parcel, ParcelState, Scope, Verb, Window
from monitor.incidents.causes import Features
from monitor.latest import Latest
from monitor.model import Change, OpenFinding, Outcome, Record, State, Turn
from monitor.settings import Alerts, Settings
from monitor.store import Store
from monitor.vitals import Vitals
from monitor.web import templating
from monitor.words import table
from tests.integration.cli.typed import ROOT, Ended, Run
from tests.integration.web.serving import served
from tests.unit.web import caseload

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
KODE = "DESA-046"
FINDING = DOWN(phase="connect", kind="refused", address="192.0.2.7", text="", host="", case="")


SECRET = "rahasia-terminal"  # noqa: S105 – of a test


@dataclass(frozen=True)
class Place:
    """Where a command finds the record, and where it expects a daemon."""

    config: Path
    url: str

    async def asked(self) -> tuple[tuple[Window, ...], tuple[Parcel, ...], list[str], str]:
        """Windows, parcels, verbs of marks, and who has taken INS-1 on, as the record has it."""
        store = Store.open(self.url, Vitals(started=BEGAN), rules_of(build(Settings().checks)))
        try:
            incident = await store.incident(1)
            assert incident is not None
            marks = [mark.verb.value for mark in await store.marks(KODE)]
            return await store.windows(all=True), await store.outbox(), marks, incident.acknowledged_by
        finally:
            await store.close()


async def fill(url: str) -> None:
    """INS-1: a site is down, and one message about it was given up."""
    settings = Settings(alerts=Alerts.model_validate({"channels": caseload.CHANNELS}))
    checks, latest = build(settings.checks), Latest()
    targets = inventory.with_domains(inventory.load(ROOT / "inventory"))
    latest.settle(targets)
    store = Store.open(url, Vitals(started=BEGAN), rules_of(checks))
    try:
        await store.sync(targets, BEGAN)
        book = alarms.open_book(settings, latest, lambda: BEGAN)
        book.resume((), (), (), BEGAN)
        entry = latest.get(KODE)
        assert entry is not None
        entry.ledger = Ledger({("website", *FINDING.key): OpenFinding("website", FINDING, BEGAN)})
        change = Change(kode=KODE, check="website", finding=FINDING, turn=Turn.OPENED, at=BEGAN, opened=BEGAN)
        ripples = book.take((change,), (), Features(address="192.0.2.7"), BEGAN, kode=KODE)
        run = Record(
            kode=KODE, check="website", at=BEGAN, outcome=Outcome.OBSERVED, state=State.DOWN,
            duration=timedelta(seconds=1), changes=(change,), memory={"seen": 9},
        )  # fmt: skip
        store.put(run, ripples)
        store.put_ripples(book.tick(BEGAN + timedelta(minutes=1)))
        await store.flush()
        await store.settle("ins-1-1-noc", at=BEGAN + timedelta(minutes=2), error="401: token ditolak", dead=True)
    finally:
        await store.close()


@pytest.fixture
def port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def own(port: int) -> dict[str, object]:
    return {"web": {"listen": f"127.0.0.1:{port}"}, "alerts": {"channels": caseload.CHANNELS}}


@pytest.fixture(autouse=True)
def place(config: Path) -> Place:
    """A record with an incident, where *config* says."""
    url = f"sqlite:///{config.parent / 'monitor.db'}"
    asyncio.run(fill(url))
    return Place(config, url)


def test_without_a_daemon_the_record_itself_is_read(run: Run) -> None:
    listed, shown = run("incident", "list"), run("incident", "show", "1")

    assert (listed.code, listed.err) == (0, "")
    assert "INS-1" in listed.out
    assert "belum diterima" in listed.out
    assert KODE in shown.out
    assert "dibuka: Situs tidak dapat dibuka" in shown.out


def test_what_shows_no_page_makes_no_page_ready(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = templating.environment()
    monkeypatch.setattr(templating, "_ENVIRONMENT", pages)
    ended = run("incident", "list")

    assert ended.code == 0
    assert pages.cache is not None
    assert len(pages.cache) == 0


def test_what_is_read_by_a_script_is_json(run: Run) -> None:
    listed = json.loads(run("incident", "list", "--json").out)
    shown = json.loads(run("incident", "show", "1", "--json").out)

    assert [item["number"] for item in listed["items"]] == [1]
    assert shown["kodes"] == [KODE]


def test_without_a_daemon_an_act_is_in_the_record(run: Run, place: Place) -> None:
    ended = run("incident", "acknowledge", "1", "--oleh", "Siti", "--catatan", "ya")

    assert (ended.code, ended.out) == (0, "INS-1 diterima oleh Siti.\n")
    assert asyncio.run(place.asked())[3] == "Siti"
    assert "diterima oleh Siti: ya" in run("incident", "show", "1").out


ACTS = [
    pytest.param(["incident", "acknowledge", "1"], "menerima insiden INS-1", id="acknowledge"),
    pytest.param(["incident", "note", "1", "x"], "mencatat pada insiden INS-1", id="note"),
    pytest.param(["incident", "assign", "1", "Budi"], "menugaskan insiden INS-1", id="assign"),
    pytest.param(
        ["finding", "mark", KODE, "site.down", "acknowledge"], f"menerima temuan site.down pada {KODE}", id="mark"
    ),
    pytest.param(
        ["maintenance", "add", "sasaran", KODE, "--alasan", "x"],
        f"menjadwalkan pemeliharaan sasaran {KODE}",
        id="maintenance",
    ),
    pytest.param(["alerts", "retry", "ins-1-1-noc"], "mengirim ulang pesan ins-1-1-noc", id="retry"),
    pytest.param(["baseline", "reset", KODE], f"menghapus rupa wajar {KODE}", id="baseline"),
    pytest.param(["token", "add", "siem", "--scope", "read"], "membuat token siem dengan cakupan read", id="token"),
]


@pytest.mark.parametrize(("words", "told"), ACTS)
def test_without_a_daemon_an_act_is_in_the_trail(run: Run, words: list[str], told: str) -> None:
    ended = run(*words)
    trail = json.loads(run("account", "audit", "--json").out)["items"]
    shown = " ".join(run("account", "audit").out.split())

    assert ended.code == 0, ended.err
    assert [(item["told"], item["via"]) for item in trail] == [(told, "terminal")]
    assert trail[0]["actor"]
    assert "terminal" in shown


def test_acts_follow_one_another(run: Run) -> None:
    said = [
        run("incident", "acknowledge", "1", "--oleh", "Siti").out,
        run("incident", "release", "1", "--oleh", "Siti").out,
        run("incident", "assign", "1", "Budi", "--oleh", "Siti").out,
        run("incident", "note", "1", "kabel putus", "--oleh", "Siti").out,
    ]

    assert said == [
        "INS-1 diterima oleh Siti.\n",
        "INS-1 dilepas oleh Siti.\n",
        "INS-1 ditugaskan kepada Budi.\n",
        "Catatan ditambahkan pada INS-1.\n",
    ]
    shown = run("incident", "show", "1").out
    assert "ditugaskan kepada Budi" in shown
    assert "dicatat oleh Siti: kabel putus" in shown


@pytest.mark.parametrize("typed", ["1", "INS-1", "ins-1"])
def test_an_incident_is_named_by_its_number_or_as_lists_show_it(run: Run, typed: str) -> None:
    assert run("incident", "acknowledge", typed, "--oleh", "Siti").out == "INS-1 diterima oleh Siti.\n"


@pytest.mark.parametrize("typed", ["abc", "INS-", "INS-1x", "1.5", "²", "9" * 19])
def test_what_is_no_number_of_an_incident_is_said_with_the_remedy(run: Run, typed: str) -> None:
    ended = run("incident", "acknowledge", typed, "--oleh", "Siti")
    assert (ended.code, ended.out) == (2, "")
    assert "bukan nomor insiden" in ended.err


def test_who_acts_is_who_is_logged_in(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "rina")

    assert run("incident", "acknowledge", "1").out == "INS-1 diterima oleh rina.\n"


def test_a_finding_is_dismissed_through_the_last_day(run: Run, place: Place) -> None:
    day = (datetime.now(UTC) + timedelta(days=20)).date()

    ended = run(
        "finding", "mark", KODE, "site.down", "dismiss", "--catatan", "artikel", "--sampai", str(day), "--oleh", "S"
    )

    assert (ended.code, ended.out) == (0, f"site.down pada {KODE}: positif-palsu oleh S.\n")
    assert asyncio.run(place.asked())[2] == ["positif-palsu"]
    assert "Tidak ada insiden terbuka." in run("incident", "list").out
    assert "selesai setelah" in run("incident", "list", "--semua").out


def test_maintenance_is_planned_listed_and_ended(run: Run, place: Place) -> None:
    added = run("maintenance", "add", "sasaran", KODE, "--lama", "90m", "--alasan", "pindah", "--oleh", "Rina")
    listed = run("maintenance", "list")
    ended = run("maintenance", "end", "1", "--oleh", "Rina")

    assert added.out.startswith(f"Pemeliharaan nomor 1 dijadwalkan: sasaran {KODE}, mulai ")
    assert "1 jam 30 menit" in listed.out
    assert ended.out == "Pemeliharaan nomor 1 diakhiri.\n"
    assert "Tidak ada pemeliharaan yang dijadwalkan." in run("maintenance", "list").out
    assert "pindah (diakhiri oleh Rina)" in run("maintenance", "list", "--semua").out
    assert json.loads(run("maintenance", "list", "--semua", "--json").out)["total"] == 1
    (window,) = asyncio.run(place.asked())[0]
    assert (window.scope, window.length, window.actor) == (Scope.TARGET, timedelta(minutes=90), "Rina")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param("FREQ=WEEKLY;BYDAY=MO,TH", "setiap Senin dan Kamis", id="that has words"),
        pytest.param("FREQ=DAILY;INTERVAL=2", "menurut aturan FREQ=DAILY;INTERVAL=2", id="that has none"),
    ],
)
def test_how_often_maintenance_comes_is_said_in_words(run: Run, rule: str, said: str) -> None:
    added = run("maintenance", "add", "semua", "--alasan", "x", "--ulang", rule, "--oleh", "Rina")
    listed = run("maintenance", "list")

    assert added.out.rstrip().endswith(f", {said}.")
    assert said in " ".join(listed.out.split())
    assert ("FREQ=" in added.out + listed.out) is ("FREQ=" in said)
    assert json.loads(run("maintenance", "list", "--json").out)["items"][0]["rule"] == rule


TWICE = [
    pytest.param(
        [["incident", "acknowledge", "1"]],
        "INS-1 sudah diterima oleh Siti sejak {}; tidak ada yang diubah.\n",
        id="acknowledge",
    ),
    pytest.param(
        [["incident", "acknowledge", "1"], ["incident", "release", "1"]],
        "INS-1 sudah dilepas oleh Siti sejak {}; tidak ada yang diubah.\n",
        id="release",
    ),
    pytest.param(
        [["incident", "assign", "1", "Budi"]],
        "INS-1 sudah ditugaskan kepada Budi oleh Siti sejak {}; tidak ada yang diubah.\n",
        id="assign",
    ),
    pytest.param(
        [["maintenance", "add", "sasaran", KODE, "--alasan", "x"], ["maintenance", "end", "1"]],
        "Pemeliharaan nomor 1 sudah diakhiri oleh Siti sejak {}; tidak ada yang diubah.\n",
        id="end",
    ),
    pytest.param(
        [["maintenance", "add", "sasaran", KODE, "--alasan", "x", "--mulai", "2030-12-01 22:00", "--lama", "2h"]],
        "Pemeliharaan ini sudah dijadwalkan dengan nomor 1 oleh Siti sejak {}; tidak ada yang diubah.\n",
        id="add",
    ),
    pytest.param(
        [["finding", "mark", KODE, "site.down", "acknowledge"]],
        f"site.down pada {KODE} sudah ditandai terima oleh Siti sejak {{}}; tidak ada yang diubah.\n",
        id="mark",
    ),
    pytest.param(
        [["finding", "mark", KODE, "site.down", "dismiss", "--catatan", "x", "--sampai", "{until}"]],
        f"site.down pada {KODE} sudah ditandai positif-palsu oleh Siti sejak {{}}; tidak ada yang diubah.\n",
        id="dismiss",
    ),
    pytest.param(
        [["finding", "mark", KODE, "site.down", "acknowledge"], ["finding", "mark", KODE, "site.down", "withdraw"]],
        f"site.down pada {KODE} sudah ditandai cabut oleh Siti sejak {{}}; tidak ada yang diubah.\n",
        id="withdraw",
    ),
]


@pytest.mark.parametrize(("acts", "said"), TWICE)
def test_what_was_done_before_is_said_with_by_whom_and_since_when(run: Run, acts: list[list[str]], said: str) -> None:
    until = str((datetime.now(UTC) + timedelta(days=20)).date())
    typed = [[word.format(until=until) for word in act] for act in acts]
    first = [run(*act, "--oleh", "Siti") for act in typed]
    trail = run("account", "audit", "--json").out
    again = run(*typed[-1], "--oleh", "Siti")

    assert [ended.code for ended in first] == [0] * len(acts), first
    assert "sudah" not in first[-1].out
    assert (again.code, again.err) == (0, "")
    pattern = re.escape(said).replace(r"\{\}", r"\d\d-\d\d-\d{4} \d\d:\d\d")
    assert re.fullmatch(pattern, again.out), again.out
    assert run("account", "audit", "--json").out == trail, "nothing was done"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(["assign", "--catatan", "Budi"], ["assign", "--catatan", "Rina"], id="to another"),
        pytest.param(["note", "--catatan", "x"], ["note", "--catatan", "x"], id="a note may be made twice"),
        pytest.param(["acknowledge"], ["acknowledge", "--catatan", "y"], id="with other words"),
        pytest.param(
            ["dismiss", "--catatan", "x", "--sampai", "{until}"],
            ["dismiss", "--catatan", "x", "--sampai", "{later}"],
            id="for longer",
        ),
    ],
)
def test_what_is_not_quite_the_same_is_done(run: Run, first: list[str], second: list[str]) -> None:
    days = [str((datetime.now(UTC) + timedelta(days=days)).date()) for days in (20, 30)]
    typed = [[word.format(until=days[0], later=days[1]) for word in words] for words in (first, second)]
    ended = [run("finding", "mark", KODE, "site.down", *words, "--oleh", "Siti") for words in typed]

    assert [(each.code, "sudah" in each.out) for each in ended] == [(0, False)] * 2, ended


def test_whoever_takes_on_what_another_has_is_told_how_and_a_note_is_kept(run: Run, place: Place) -> None:
    run("incident", "acknowledge", "1", "--oleh", "Siti")
    ended = run("incident", "acknowledge", "1", "--oleh", "Budi", "--catatan", "saya bantu")

    assert ended.code == 0
    assert "INS-1 sudah diterima oleh Siti sejak " in ended.out
    assert "untuk mengambil alih: `monitor incident assign 1 Budi`" in ended.out
    assert "Catatan ditambahkan pada INS-1." in ended.out
    assert asyncio.run(place.asked())[3] == "Siti"
    assert "dicatat oleh Budi: saya bantu" in run("incident", "show", "1").out


def test_a_message_that_is_on_its_way_again_is_not_sent_twice(run: Run) -> None:
    run("alerts", "retry", "ins-1-1-noc", "--oleh", "Rina")
    again = run("alerts", "retry", "ins-1-1-noc", "--oleh", "Rina")

    assert again.code == 0
    assert again.out.startswith("ins-1-1-noc sudah menunggu, dikirim ")
    assert again.out.endswith("; tidak ada yang diubah.\n")


def test_a_line_of_the_outbox_says_when_to_whom_about_what_and_how_it_went(run: Run) -> None:
    listed = run("alerts", "outbox").out.splitlines()
    as_json = json.loads(run("alerts", "outbox", "--json").out)["items"]

    headings = ("DIBUAT", "SALURAN", "MACAM", "TENTANG", "KEADAAN", "PERCOBAAN", "GALAT TERAKHIR", "KUNCI")
    assert [heading for heading in headings if heading in listed[0]] == [*headings]
    line = " ".join(next(line for line in listed if "ins-1-1-noc" in line).split())
    created, settled = (table(datetime.fromisoformat(as_json[0][name])) for name in ("created", "settled"))
    assert line == (
        f"{created} noc gangguan INS-1 Desa Jetis ({KODE}) gagal {settled} 1 401: token ditolak ins-1-1-noc"
    )
    assert {item["key"] for item in as_json} >= {"ins-1-1-noc"}


def test_messages_are_listed_and_sent_again(run: Run, place: Place) -> None:
    listed, dead = run("alerts", "outbox"), run("alerts", "outbox", "--keadaan", "menunggu")
    again = run("alerts", "retry", "ins-1-1-noc", "--oleh", "Rina")

    assert "401: token ditolak" in listed.out
    assert dead.out == "Tidak ada pesan.\n"
    assert again.out == "ins-1-1-noc dicoba lagi.\n"
    assert [parcel.state for parcel in asyncio.run(place.asked())[1]] == [ParcelState.WAITING]


def test_what_was_learned_of_a_site_is_forgotten(run: Run) -> None:
    ended = run("baseline", "reset", KODE, "--oleh", "Rina")

    assert (ended.code, ended.out) == (0, f"Rupa wajar {KODE} dilupakan; dipelajari lagi dari kunjungan berikutnya.\n")


def test_reading_changes_nothing_in_the_register(run: Run, place: Place, tmp_path: Path) -> None:
    other = tmp_path / "lain"
    shutil.copytree(ROOT / "inventory", other)
    villages = (other / "desa.csv").read_text().splitlines()
    (other / "desa.csv").write_text("\n".join([*villages[:2], ""]))
    text = place.config.read_text().replace(str(ROOT / "inventory"), str(other))
    place.config.write_text(text)

    assert run("incident", "list").code == 0

    async def retired() -> int:
        store = Store.open(place.url, Vitals(started=BEGAN), rules_of(build(Settings().checks)))
        try:
            return len(await store.retired())
        finally:
            await store.close()

    assert asyncio.run(retired()) == 0, "only a daemon retires what its inventory lacks"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ["incident", "show", "9"],
            "Tidak ada insiden INS-9 – lihat `monitor incident list --semua`",
            id="no such incident",
        ),
        pytest.param(
            ["incident", "acknowledge", "9", "--oleh", "S"],
            "Tidak ada insiden INS-9 – lihat `monitor",
            id="nothing to take on",
        ),
        pytest.param(["incident", "release", "1", "--oleh", "S"], "belum diterima siapa pun", id="nobody took it on"),
        pytest.param(["incident", "note", "1", " ", "--oleh", "S"], "catatan kosong", id="an empty note"),
        pytest.param(["incident", "assign", "1", "x" * 81, "--oleh", "S"], "to: ", id="a long name"),
        pytest.param(
            ["finding", "mark", KODE, "x.y", "acknowledge", "--oleh", "S"],
            "Tidak ada temuan x.y yang terbuka pada DESA-046 – lihat temuan yang",
            id="no such finding",
        ),
        pytest.param(
            ["finding", "mark", KODE, "site.down", "dismiss", "--oleh", "S", "--catatan", "x"],
            "tanggal berakhir kosong; sebutkan sampai kapan",
            id="dismissed for ever",
        ),
        pytest.param(
            ["finding", "mark", KODE, "site.down", "dismiss", "--oleh", "S", "--sampai", "besok"],
            "--sampai: 'besok' bukan waktu – tulis seperti",
            id="no day",
        ),
        pytest.param(["maintenance", "add", "sasaran", KODE], "--alasan: kosong – tuliskan alasannya", id="no reason"),
        pytest.param(
            ["maintenance", "add", "semua", "--alasan", "x", "--lama", "9" * 30 + "d"], "bukan durasi", id="endless"
        ),
        pytest.param(["maintenance", "add", "semua", "--alasan", "x", "--lama", "60"], "seperti 90m", id="no unit"),
        pytest.param(["maintenance", "add", "semua", "--alasan", "x", "--mulai", "kini"], "--mulai: 'kini'", id="when"),
        pytest.param(
            ["maintenance", "add", "sasaran", "X-1", "--alasan", "x", "--oleh", "S"], "tidak ada dalam daftar", id="who"
        ),
        pytest.param(
            ["maintenance", "add", "semua", "--alasan", "x", "--ulang", "FREQ=HOURLY", "--oleh", "S"],
            "aturan ulang",
            id="a bad rule",
        ),
        pytest.param(["maintenance", "add", "kota", "x"], "'kota' tidak dikenal", id="no such scope"),
        pytest.param(["maintenance", "end", "7", "--oleh", "S"], "nomor 7", id="no such window"),
        pytest.param(
            ["alerts", "retry", "x", "--oleh", "S"],
            "x: tidak ada pesan dengan kunci ini – lihat `monitor alerts outbox`",
            id="no such message",
        ),
        pytest.param(
            ["baseline", "reset", "X-1", "--oleh", "S"],
            "Tidak ada situs dengan kode 'X-1' yang sedang dipantau – lihat `monitor inventory",
            id="no such site",
        ),
        pytest.param(
            ["baseline", "reset", KODE, "--periksa", "zone", "--oleh", "S"], "yang ada: website", id="no such check"
        ),
        pytest.param(
            ["alerts", "test", "x"], "x: bukan saluran yang disetel – yang ada: noc, csirt", id="no such channel"
        ),
        pytest.param(["alerts", "explain", "X-1", "site.down"], "X-1: bukan kode inventaris", id="explain: whom"),
        pytest.param(["alerts", "explain", KODE, "site.x"], "site.x: bukan kode aturan – yang sekeluarga: ", id="what"),
        pytest.param(["alerts", "explain", KODE, "site.down", "--pada", "kini"], "--pada: 'kini'", id="explain: when"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy_and_ends_with_2(run: Run, words: list[str], said: str) -> None:
    ended = run(*words)

    assert ended.code == 2, ended
    assert said in " ".join(ended.err.split())
    assert ended.out == ""
    assert "Traceback" not in ended.err


def test_who_would_be_told_is_explained(run: Run) -> None:
    ended = run("alerts", "explain", KODE, "site.down")

    assert ended.code == 0
    assert "noc" in ended.out


def test_a_trial_that_does_not_arrive_ends_with_3_and_keeps_the_secret(run: Run) -> None:
    ended = run("alerts", "test", "noc")

    assert ended.code == 3
    assert ended.err.startswith("noc: tidak terkirim – ")
    assert "rahasia" not in ended.err


def test_a_record_that_another_process_holds_is_said_so(run: Run, place: Place) -> None:
    store = Store.open(place.url, Vitals(started=BEGAN), {})
    try:
        ended = run("incident", "acknowledge", "1", "--oleh", "S")
    finally:
        asyncio.run(store.close())

    assert ended.code == 2
    assert "sedang dipakai daemon lain" in ended.err


@pytest.fixture
def stranger(place: Place, tmp_path: Path) -> Iterator[caseload.Office]:
    """A board that runs where the settings say, on a record of its own."""
    office, store = caseload.busy(), Store.open(f"sqlite:///{tmp_path / 'lain.db'}", Vitals(started=BEGAN))
    try:
        door = asyncio.run(Doorkeeper.open(office.settings, store, lambda: BEGAN, SECRET))
        with served(office.view(door=door)) as url:
            listens_at(place, url.removeprefix("http://"))
            yield office
    finally:
        asyncio.run(store.close())


@pytest.fixture
def daemon(place: Place, stranger: caseload.Office) -> caseload.Office:
    """As `stranger`; but commands take it for the one of their record."""
    local.write(place.config.parent / local.NAME, SECRET)
    return stranger


@pytest.mark.parametrize("secret", ["", "of an earlier start"])
def test_a_daemon_of_another_record_is_not_acted_through(
    run: Run, place: Place, stranger: caseload.Office, secret: str
) -> None:
    if secret:
        local.write(place.config.parent / local.NAME, secret)
    before = stranger.store.cases[3]
    ended = run("incident", "acknowledge", "3", "--oleh", "Siti")

    assert (ended.code, ended.out) == (2, "")
    assert "bukan daemon dari catatan pada setelan ini" in ended.err
    assert "--config" in ended.err
    assert stranger.store.cases[3] == before


def test_beside_a_daemon_of_another_record_our_own_is_read_and_that_is_said(
    run: Run, stranger: caseload.Office
) -> None:
    ended = run("incident", "list", "--json")

    assert ended.code == 0
    assert [item["kodes"] for item in json.loads(ended.out)["items"]] == [[KODE]], "what our record says"
    assert "bukan daemon dari catatan pada setelan ini" in ended.err
    assert "dijawab dari catatan pada setelan ini, tanpa daemon" in ended.err


@pytest.mark.usefixtures("stranger")
def test_what_our_own_record_does_not_say_is_not_taken_from_another(run: Run, place: Place) -> None:
    (place.config.parent / "monitor.db").unlink()
    ended = run("incident", "list", "--json")

    assert (ended.code, ended.out) == (2, "")
    assert "bukan daemon dari catatan pada setelan ini" in ended.err
    assert "monitor.db belum ada – jalankan `monitor serve` dahulu" in ended.err
    assert "--config" in ended.err
    assert not (place.config.parent / "monitor.db").exists()


@pytest.mark.usefixtures("stranger")
def test_nor_when_a_daemon_elsewhere_holds_our_own(run: Run, place: Place) -> None:
    holder = Store.open(place.url, Vitals(started=BEGAN), {})
    try:
        ended = run("incident", "list", "--json")
    finally:
        asyncio.run(holder.close())

    assert (ended.code, ended.out) == (2, "")
    assert "bukan daemon dari catatan pada setelan ini" in ended.err
    assert "monitor.db sedang dipakai daemon lain" in ended.err


def test_a_daemon_that_runs_is_asked(run: Run, daemon: caseload.Office, place: Place) -> None:
    listed = run("incident", "list")
    ended = run("incident", "acknowledge", "3", "--oleh", "Siti")

    assert "85" not in listed.err
    assert "DESA-001, DESA-002, DESA-003 dan 82 lagi" in listed.out
    assert ended.out == "INS-3 diterima oleh Siti.\n"
    assert daemon.store.cases[3].acknowledged_by == "Siti"
    assert asyncio.run(place.asked())[3] == "", "its record is its own"


def test_what_a_daemon_refuses_is_said_in_its_words(run: Run, daemon: caseload.Office) -> None:
    ended = run("incident", "acknowledge", "1", "--oleh", "S")

    assert (ended.code, ended.err) == (2, "INS-1 sudah selesai; yang masih dapat ditambahkan hanyalah catatan\n")


class _Stranger(BaseHTTPRequestHandler):
    """Some other program on the port, which has an answer for everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"total": 0, "items": []}')

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – the base class's word
        """Say nothing."""


@pytest.fixture
def program(place: Place) -> Iterator[str]:
    """The address of another program, where the settings say that the daemon listens."""
    with serving(place, _Stranger) as address:
        yield address


@contextmanager
def serving(place: Place, handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        address = f"127.0.0.1:{server.server_address[1]}"
        listens_at(place, address)
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()


class _Overrun(_Stranger):
    """The web server of a daemon that more people ask than it lets in: what it says, it says by itself."""

    def do_GET(self) -> None:
        self.send_error(503)


@pytest.fixture
def overrun(place: Place) -> Iterator[str]:
    """The address of a daemon that lets nobody in for the moment."""
    with serving(place, _Overrun) as address:
        yield address


def listens_at(place: Place, address: str) -> None:
    lines = place.config.read_text().splitlines()
    place.config.write_text("\n".join(f'listen = "{address}"' if "listen" in line else line for line in lines))


def test_what_another_program_says_is_not_taken_for_the_record(run: Run, program: str) -> None:
    ended = run("incident", "list", "--json")

    assert ended.code == 0
    assert [item["kodes"] for item in json.loads(ended.out)["items"]] == [[KODE]], "what our record says"
    assert f"yang menjawab di {program} bukan pemantau; dijawab dari catatan pada setelan ini" in ended.err


@pytest.mark.parametrize("words", [["incident", "list"], ["maintenance", "add", "semua", "--alasan", "x"]])
def test_a_daemon_that_is_too_busy_is_not_taken_for_another_program(run: Run, overrun: str, words: list[str]) -> None:
    ended = run(*words)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"yang menjawab di {overrun} sedang terlalu sibuk; ulangi sebentar lagi\n"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["incident", "acknowledge", "1", "--oleh", "S"], id="after a question"),
        pytest.param(["maintenance", "add", "semua", "--alasan", "x", "--oleh", "S"], id="at once"),
    ],
)
def test_nothing_is_done_through_another_program(run: Run, place: Place, program: str, words: list[str]) -> None:
    ended = run(*words)

    assert (ended.code, ended.out) == (2, "")
    assert f"yang menjawab di {program} bukan pemantau; periksa bahwa [web] listen menunjuk ke pemantau" in ended.err
    assert "--config" in ended.err
    windows, _parcels, _marks, taken_by = asyncio.run(place.asked())
    assert (windows, taken_by) == ((), "")


def test_a_program_that_hangs_up_is_no_daemon(run: Run, place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        threading.Thread(target=_hang_up, args=(mute,)).start()
        listens_at(place, f"127.0.0.1:{mute.getsockname()[1]}")
        ended = run("incident", "list")

    assert ended.code == 2
    assert "[web] listen menunjuk ke pemantau" in ended.err
    assert "Traceback" not in ended.err


def _hang_up(listener: socket.socket) -> None:
    connection, _address = listener.accept()
    connection.close()


def test_marks_of_a_finding_come_back_in_the_next_command(run: Run, place: Place) -> None:
    run("finding", "mark", KODE, "site.down", "acknowledge", "--oleh", "S")
    run("finding", "mark", KODE, "site.down", "withdraw", "--oleh", "S")

    assert asyncio.run(place.asked())[2] == [Verb.ACKNOWLEDGE.value, Verb.WITHDRAW.value]


def test_ctrl_c_ends_a_command_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def impatient(*_words: object) -> None:
        raise KeyboardInterrupt  # as the runner does on the signal, to which a worker of the tests is deaf

    monkeypatch.setattr("monitor.cli.alerts._send", impatient)
    ended = run("alerts", "test", "noc")

    assert ended == Ended(130, "", "")
