"""What the chapters say: numbers that are those of the tables, and no word that nobody explained."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import words
from monitor.checks import build
from monitor.evidence import indicators
from monitor.evidence.blocks import Block, Bullets, Chapter, Prose, Table
from monitor.evidence.chapters import chapters
from monitor.evidence.data import AssetChange, Direction, MonthData
from monitor.evidence.record import brief_of
from monitor.settings import Settings
from tests.unit.evidence import fake

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def month() -> MonthData:
    return fake.month()


def chapter(month: MonthData, title: str) -> Chapter:
    return next(item for item in chapters(month) if item.title == title)


def prose(month: MonthData, title: str) -> str:
    return " ".join(block.text for block in chapter(month, title).blocks if isinstance(block, Prose))


def table(month: MonthData, title: str, start: str) -> Table:
    def wanted(block: Block) -> bool:
        return isinstance(block, Table) and block.title.startswith(start)

    found = next(block for block in chapter(month, title).blocks if wanted(block))
    assert isinstance(found, Table)
    return found


def test_outages_of_sites_that_are_no_longer_watched_are_listed_and_not_counted(month: MonthData) -> None:
    kode = month.outages[0].kode
    of_it = sum(item.kode == kode for item in month.outages)
    sites = tuple(replace(site, active=site.active and site.kode != kode) for site in month.sites)
    without = replace(month, sites=sites)
    own, every = len(month.outages) - of_it, len(month.outages)

    said = prose(without, "Gangguan")
    assert said.startswith(f"{own} gangguan dengan lama turun bersama ")
    assert f"Tabel memuat juga {of_it} gangguan pada situs yang tidak lagi dipantau" in said
    assert f"Tercatat {own} gangguan;" in prose(without, "Ringkasan")
    supports = [
        support.text
        for indicator in indicators.assess(without).indicators
        for criterion in indicator.criteria
        for support in criterion.supports
        if support.file == "csv/gangguan.csv"
    ]
    assert supports
    assert all(f"{own} pada situs yang dipantau dan {of_it} pada yang lain" in text for text in supports)

    assert prose(month, "Gangguan").startswith(f"{every} gangguan")
    assert "tidak lagi dipantau" not in prose(month, "Gangguan")


def test_every_check_is_called_by_a_name_that_people_know(month: MonthData) -> None:
    settings = Settings()
    method = brief_of(settings, build(settings.checks)).method
    rows = table(replace(month, method=method), "Ruang lingkup dan metode", "Pemeriksaan").rows
    assert [row[0].replace("\u200b", "") for row in rows] == [words.CHECKS[check.name] for check in method.checks]


def test_of_an_empty_month_nothing_is_drawn() -> None:
    blocks = chapter(fake.empty(), "Ringkasan").blocks
    assert [type(block) for block in blocks] == [Prose, Table]
    assert prose(fake.empty(), "Ringkasan").startswith("Tidak ada satu pengamatan pun pada bulan ini")


def test_a_register_that_did_not_change_is_said_not_to_have() -> None:
    assert prose(fake.empty(), "Perubahan aset") == "Tidak ada perubahan yang tercatat."


def test_months_are_told_by_their_names(month: MonthData) -> None:
    said = prose(month, "Perbandingan dengan bulan sebelumnya")
    assert said.startswith("Dibandingkan dengan September 2026: ")
    assert table(month, "Perbandingan dengan bulan sebelumnya", "Memburuk").measured == (
        "selama September 2026 dan Oktober 2026 (bulan WIB)"
    )


def test_what_was_not_observed_before_has_no_count_of_outages_before(month: MonthData) -> None:
    new = replace(month.compared[0], direction=Direction.NEW, before=None, outages_before=0, outages=2)
    (row,) = table(replace(month, compared=(new,)), "Perbandingan dengan bulan sebelumnya", "Baru").rows
    assert (row[2], row[4], row[5]) == (words.DASH, words.DASH, "2")


def test_what_changed_an_asset_stands_before_what_was_filled_in_at_first(month: MonthData) -> None:
    def change(number: int, before: str, *, declared: bool) -> AssetChange:
        at = fake.SINCE + number * DAY
        return AssetChange(at=at, kode=f"X-{number}", field="alamat_ip", before=before, after="b", declared=declared)

    changes = (change(1, "", declared=True), change(2, "a", declared=False), change(3, "", declared=False))
    said = replace(month, asset_changes=changes)
    rows = table(said, "Perubahan aset", "Perubahan aset").rows
    assert [(row[1], row[2]) for row in rows] == [("X-2", "alamat ip"), ("X-1", "alamat ip"), ("X-3", "alamat ip")]
    assert prose(said, "Perubahan aset") == (
        "3 perubahan tercatat: 1 dinyatakan orang dan 2 teramati. 2 di antaranya mengisi yang sebelumnya kosong, 1 "
        "mengubah isi."
    )


@pytest.mark.parametrize(
    ("altered", "filled", "rows"),
    [(0, 41, 40), (0, 40, 40), (41, 100, 41), (150, 9, 150), (151, 0, 150), (3, 9, 12)],
)
def test_what_was_filled_in_at_first_does_not_fill_pages(
    month: MonthData, altered: int, filled: int, rows: int
) -> None:
    change = AssetChange(at=fake.SINCE, kode="X", field="versi", before="1", after="2", declared=False)
    changes = (*[replace(change, before="")] * filled, *[change] * altered)
    assert len(table(replace(month, asset_changes=changes), "Perubahan aset", "Perubahan aset").rows) == rows


@pytest.mark.parametrize(
    "term",
    [
        "Ketersediaan", "Aktif", "Terganggu", "Turun", "Tidak teramati", "Pemeliharaan terjadwal", "Gangguan", "MTTR",
        "MTBF", "Capaian", "Respons", "Temuan (T-nomor)", "Insiden (INS-nomor)", "Segel", "Edisi",
    ],
)  # fmt: skip
def test_what_stands_over_figures_is_defined(month: MonthData, term: str) -> None:
    bullets = next(block for block in chapters(month)[0].blocks if isinstance(block, Bullets))
    assert any(re.search(rf"(?:^|\. ){re.escape(term)}: ", item) for item in bullets.items)
