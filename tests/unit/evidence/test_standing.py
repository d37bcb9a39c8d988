"""What a month's figures can be leaned on for, as the report, the tables and the cover say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from monitor.evidence import indicators, report, standing
from monitor.evidence.blocks import Prose, Table
from monitor.evidence.chapters import chapters
from monitor.evidence.data import Act, Figures, FindingRow, Gap, MonthData, Shortcoming, Site
from monitor.evidence.grids import grids
from monitor.model import Severity
from tests.unit.evidence import fake

MINUTE = timedelta(minutes=1)
BEGAN = fake.SINCE + timedelta(days=24, minutes=232)
CUT = BEGAN + 7 * MINUTE
SEEN = Figures(up=7 * MINUTE, ratio=Fraction(1), ratio_without_maintenance=Fraction(1))


def short() -> MonthData:
    """Seven minutes of a month, of an inventory that was listed long before."""
    month = fake.month()
    period = replace(fake.PERIOD, cut=CUT)
    sites = tuple(
        replace(site, first_seen=fake.SINCE - timedelta(days=9), figures=SEEN if site.active else Figures())
        for site in month.sites
    )
    return replace(month, period=period, sites=sites, total=SEEN)


def tables(month: MonthData, start: str) -> list[Table]:
    blocks = [block for chapter in chapters(month) for block in chapter.blocks]
    return [block for block in blocks if isinstance(block, Table) and block.title.startswith(start)]


def prose(month: MonthData) -> str:
    return " ".join(block.text for chapter in chapters(month) for block in chapter.blocks if isinstance(block, Prose))


def test_the_record_begins_with_the_first_look_and_not_with_the_inventory() -> None:
    assert standing.began(short()) == BEGAN
    assert {grid.measured for grid in grids(short())} == {"25-10-2026 03:52 sampai 25-10-2026 03:59 WIB"}


def test_what_nobody_saw_for_a_while_is_within_the_record() -> None:
    lost = replace(SEEN, unobserved=CUT - fake.SINCE)
    sites = (replace(short().sites[0], figures=lost), *short().sites[1:])
    assert standing.began(replace(short(), sites=sites)) == fake.SINCE


def test_the_cover_tells_of_the_time_before_the_record() -> None:
    facts = dict(report.month_page(short())["cover"]["facts"])
    assert facts["Sebelum catatan ada"].replace("\u200b", "") == (
        "01-10-2026 00:00 sampai 25-10-2026 03:52 WIB, tidak diukur dan tidak dihitung"
    )
    assert "Sebelum catatan ada" not in dict(report.month_page(fake.month())["cover"]["facts"])


@pytest.mark.parametrize(("late", "said"), [(timedelta(seconds=59), False), (MINUTE, True)])
def test_a_first_look_within_the_first_minute_is_no_late_beginning(late: timedelta, *, said: bool) -> None:
    seen = replace(SEEN, up=fake.UNTIL - fake.SINCE - late)
    sites = tuple(replace(site, figures=seen if site.active else Figures()) for site in short().sites)
    month = replace(fake.month(), sites=sites)
    assert ("Sebelum catatan ada" in dict(report.month_page(month)["cover"]["facts"])) is said


def site(known: timedelta) -> Site:
    return replace(fake.month().sites[0], figures=replace(SEEN, up=known))


@pytest.mark.parametrize(
    ("known", "partly"),
    [
        pytest.param(timedelta(0), False, id="nothing is known: no verdict at all"),
        pytest.param(MINUTE, True, id="little"),
        pytest.param(timedelta(days=15.5) - MINUTE, True, id="less than half"),
        pytest.param(timedelta(days=15.5), False, id="half"),
    ],
)
def test_a_verdict_stands_on_half_a_month(known: timedelta, *, partly: bool) -> None:
    assert standing.is_partly_seen(site(known), fake.month()) is partly


def test_a_target_met_for_seven_minutes_is_not_met_without_a_word() -> None:
    listed = tables(short(), "Ketersediaan Desa")[0]
    assert {row[4].replace("\u200b", "") for row in listed.rows} == {"tercapai*"}
    assert listed.note.startswith("* kurang dari separuh bulan")
    assert "situs: kurang dari separuh bulan" in tables(short(), "Ketersediaan per jenis")[0].note
    (grid,) = [grid for grid in grids(short()) if grid.key == "situs"]
    place = [column.name for column in grid.columns].index("capaian")
    assert {row[place] for row in grid.rows} == {"tercapai, sebagian bulan", "tidak dapat dinilai"}


def targets(month: MonthData) -> list[str]:
    criteria = [each for indicator in indicators.assess(month).indicators for each in indicator.criteria]
    return [item.text for each in criteria for item in each.supports if item.text.startswith("Target ketersediaan")]


def test_the_indicators_say_how_little_was_seen() -> None:
    assert targets(short())
    assert all("situs: kurang dari separuh bulan" in text for text in targets(short()))
    assert all(text.endswith("situs mencapainya.") for text in targets(fake.month()))


def test_a_whole_month_is_told_without_reserve() -> None:
    assert all(table.note == "" for table in tables(fake.month(), "Ketersediaan "))


@pytest.mark.parametrize(
    ("cut", "gaps", "reserved"),
    [
        pytest.param(fake.UNTIL, (), False, id="all hours"),
        pytest.param(fake.UNTIL - MINUTE, (), True, id="within an hour"),
        pytest.param(fake.UNTIL, (Shortcoming(Gap.NO_ROLLUPS, "Rekap jam belum ada."),), True, id="not rolled up"),
    ],
)
def test_looks_are_counted_by_whole_hours_and_said_to_be(
    cut: datetime, gaps: tuple[Shortcoming, ...], *, reserved: bool
) -> None:
    month = fake.month()
    said = prose(replace(month, period=replace(fake.PERIOD, cut=cut), shortcomings=gaps))
    visits = f"{44_000 * len(month.sites):,}".replace(",", ".")
    words = f" pada jam yang sudah direkap, dan {visits} kunjungan yang dijawab sampai akhir;"
    assert ("9.731.204 pengamatan atas situs dan domain" + (words if reserved else ";")) in said


def finding(number: int = 900, **fields: Any) -> FindingRow:
    """A critical finding of the CSIRT's on the first site."""
    row = replace(
        fake.month().findings[0],
        number=number,
        kode="OPD-001",
        severity=Severity.CRITICAL,
        audience="csirt",
        resolved=None,
        acts=(),
        incidents=(12,),
    )
    return replace(row, **fields)


def act(verb: str, until: datetime | None = None) -> Act:
    return Act(at=fake.SINCE, verb=verb, actor="Budi", until=until)


DISMISSED = act("positif-palsu", fake.UNTIL + MINUTE)


@pytest.mark.parametrize(
    ("acts", "resolved", "dismissed"),
    [
        pytest.param((), None, False, id="nobody did anything"),
        pytest.param((act("terima"),), None, False, id="taken on"),
        pytest.param((DISMISSED,), None, True, id="dismissed"),
        pytest.param((DISMISSED, act("catat")), None, True, id="a note changes nothing"),
        pytest.param((DISMISSED, act("cabut")), None, False, id="taken back"),
        pytest.param((act("positif-palsu", fake.UNTIL),), None, False, id="over at the cut"),
        pytest.param((act("positif-palsu", fake.UNTIL),), fake.UNTIL - MINUTE, True, id="while it lasted"),
    ],
)
def test_what_is_a_false_positive(acts: tuple[Act, ...], resolved: datetime | None, *, dismissed: bool) -> None:
    assert standing.is_dismissed(finding(acts=acts, resolved=resolved), fake.UNTIL) is dismissed


def test_false_positives_are_set_apart_from_what_counts() -> None:
    month = replace(fake.month(), findings=(finding(900, acts=(DISMISSED,)), finding(901, incidents=(11,))))
    assert "2 insiden konten, 1 di antaranya ditandai positif palsu." in prose(month)
    assert tables(month, "Temuan per tingkat")[0].note == "Terhitung di atas, tetapi ditandai positif palsu: 1 kritis."
    marked = {
        row[0]: "(ditandai positif palsu)" in row[3].replace("\u200b", "")
        for row in tables(month, "Insiden konten")[0].rows
    }
    assert marked == {"INS-11": False, "INS-12": True}


def test_an_incident_with_one_finding_that_counts_is_none() -> None:
    month = replace(fake.month(), findings=(finding(900, acts=(DISMISSED,)), finding(901)))
    assert standing.dismissed_incidents(month) == frozenset()
    assert "2 insiden konten." in prose(month)


@pytest.mark.parametrize(
    ("of", "note"),
    [
        pytest.param({}, "TEMUAN KRITIS TERBUKA: T-900", id="open"),
        pytest.param({"resolved": fake.UNTIL - MINUTE}, "temuan kritis selesai bulan ini: T-900", id="resolved"),
        pytest.param({"acts": (DISMISSED,)}, "", id="false positive"),
        pytest.param({"severity": Severity.HIGH}, "", id="not critical"),
        pytest.param({"audience": "noc"}, "", id="of the noc"),
    ],
)
def test_a_hijacked_site_is_not_plainly_active(of: dict[str, Any], note: str) -> None:
    month = replace(fake.month(), findings=(finding(**of),))
    told = {
        table.key: text
        for table in month.regulation
        for row, text in standing.noted(table, month)
        if row.kode == "OPD-001"
    }
    assert ("KRITIS" in told["website-opd"].upper()) is bool(note)
    assert told["website-opd"].endswith(note)
    assert "KRITIS" not in told.get("email-opd", "").upper()
    (grid,) = [grid for grid in grids(month) if grid.key == "tabel-peraturan"]
    assert any(note and str(row[5]).endswith(note) for row in grid.rows) is bool(note)
