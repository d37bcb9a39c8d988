from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from monitor.alert_sections import Alerts
from monitor.alerts import render
from monitor.alerts.digest import SEAL, Case, Ending, Ill, noc_digest, owner_digest, slug
from monitor.alerts.situation import Situation
from monitor.incident import NoticeKind
from monitor.model import Audience, Severity, State
from monitor.seal.witness import head_in
from tests.unit.alerts import situations
from tests.unit.alerts.affairs import DAY, DMARC, HEAD, MONDAY, MORNING, busy, case, neat, quiet, rows
from tests.unit.alerts.situations import ALERTS, HEALTH, VILLAGE, minutes, noted


def section(message_sections: tuple[tuple[str, tuple[str, ...]], ...], begins: str) -> tuple[str, ...]:
    return next((lines for heading, lines in message_sections if heading.startswith(begins)), ())


def test_a_quiet_day_is_two_lines() -> None:
    message = noc_digest(quiet(), MORNING, Alerts())
    assert render.text(message).rstrip("\n").split("\n")[:-2] == [
        "Ringkasan 24 November 2026: semua 218 situs aktif",
        "",
        (
            "Tidak ada gangguan sejak 23 November 2026, 07.00 WIB, tidak ada yang berakhir dalam 30 hari,"
            " semua pesan terkirim."
        ),
    ]


def test_keys_are_of_the_day_and_of_the_week_in_wib() -> None:
    assert noc_digest(quiet(), MORNING, ALERTS).key == "digest-noc-2026-11-24"
    assert noc_digest(quiet(), MORNING - timedelta(hours=7, minutes=1), ALERTS).key == "digest-noc-2026-11-23"
    assert owner_digest("Dinas Kesehatan", neat(), MONDAY, ALERTS).key == "digest-owner-dinas-kesehatan-2026-W48"
    assert owner_digest("Dinas Kesehatan", neat(), MONDAY - timedelta(seconds=1), ALERTS).key.endswith("2026-W48")
    sunday = MONDAY - timedelta(hours=7, seconds=1)
    assert owner_digest("Dinas Kesehatan", neat(), sunday, ALERTS).key.endswith("2026-W47")


def test_what_is_down_since_when() -> None:
    message = noc_digest(busy(), MORNING, ALERTS)
    assert message.title == (
        "Ringkasan 24 November 2026: 1 turun, 1 terganggu, 1 tidak teramati, 1 insiden keamanan terbuka"
    )
    assert section(message.sections, "Turun (1)") == (
        "Dinas Kesehatan (OPD-009): tidak menjawab, 2 jam (sejak 05.00 WIB)",
    )


def test_what_came_and_went() -> None:
    message = noc_digest(busy(), MORNING, ALERTS)
    assert section(message.sections, "Dibuka sejak") == (
        "INS-11, selesai setelah 1 jam: 85 situs – alamat 192.0.2.7",
        "INS-12, masih terbuka 2 jam: Dinas Kesehatan (OPD-009) – tidak menjawab",
    )
    assert section(message.sections, "Lama, selesai") == (
        "INS-7, selesai setelah 4 hari 23 jam: Desa Arenan (DESA-003) – galat server 503",
    )
    assert dict(message.facts)["Insiden"] == "2 dibuka, 2 selesai, 2 masih terbuka"


def test_what_is_the_csirts_is_told_until_it_is_over_and_cannot_be_followed() -> None:
    message = noc_digest(busy(), MORNING, ALERTS)
    (line,) = section(message.sections, "Insiden keamanan")
    assert line == (
        "INS-9 (kritis), 3 hari, BELUM DITERIMA: halaman disisipi judi daring pada karangbanjar[.]desa[.]id (DESA-046)"
    )
    assert message.severity is Severity.CRITICAL
    assert message.lead.startswith("Yang terpenting: halaman disisipi judi daring")


@pytest.mark.parametrize(
    ("left", "said"),
    [
        pytest.param(
            timedelta(days=30), "30 hari: sertifikat Dinas Kesehatan (OPD-009), 24 Desember 2026", id="30 days"
        ),
        pytest.param(timedelta(days=30, seconds=1), None, id="a second more"),
        pytest.param(
            timedelta(hours=5), "hari ini: sertifikat Dinas Kesehatan (OPD-009), 24 November 2026", id="today"
        ),
        pytest.param(timedelta(0), "hari ini: sertifikat Dinas Kesehatan (OPD-009), 24 November 2026", id="now"),
        pytest.param(
            timedelta(seconds=-1), "baru lewat: sertifikat Dinas Kesehatan (OPD-009), 24 November 2026", id="just over"
        ),
        pytest.param(
            timedelta(days=-3), "lewat 2 hari: sertifikat Dinas Kesehatan (OPD-009), 21 November 2026", id="long over"
        ),
    ],
)
def test_what_ends_within_thirty_days(left: timedelta, said: str | None) -> None:
    end = Ending(what="sertifikat", target=HEALTH, at=MORNING + left)
    message = noc_digest(replace(quiet(), endings=(end,)), MORNING, ALERTS)
    assert section(message.sections, "Berakhir dalam 30 hari") == ((said,) if said else ())
    assert message.data["digest"]["ending"] == bool(said)


def test_what_ends_first_comes_first() -> None:
    lines = section(noc_digest(busy(), MORNING, ALERTS).sections, "Berakhir")
    assert [line.partition(":")[0] for line in lines] == ["lewat 3 hari", "hari ini", "29 hari"]


def test_a_long_list_is_cut() -> None:
    many = tuple(Ill(target=site, state=State.DOWN, since=MORNING) for site in situations.villages(25))
    message = noc_digest(replace(quiet(), ill=many, counts={State.DOWN: 25}), MORNING, ALERTS)
    lines = section(message.sections, "Turun (25)")
    assert len(lines) == 11
    assert lines[-1] == "…dan 15 lainnya"


@pytest.mark.parametrize(
    ("change", "heading"),
    [
        ({"unobserved": timedelta(seconds=1)}, "Pemantauan"),
        ({"dead": busy().dead}, "Pesan yang gagal terkirim"),
        ({"ill": (Ill(target=HEALTH, state=State.UNOBSERVED, since=MORNING),)}, "Tidak teramati (1)"),
        ({"cases": (case(1, "x", opened=MORNING - 9 * DAY, audience=Audience.CSIRT),)}, "Insiden keamanan"),
    ],
)
def test_a_day_with_anything_in_it_is_not_quiet(change: dict[str, object], heading: str) -> None:
    message = noc_digest(replace(quiet(), **change), MORNING, ALERTS)  # type: ignore[arg-type]
    assert section(message.sections, heading)
    assert "Tidak ada gangguan" not in message.lead


def test_numbers_for_machines() -> None:
    assert noc_digest(busy(), MORNING, ALERTS).data["digest"] == {
        "since": "2026-11-23T07:00:00+07:00",
        "states": {"aktif": 215, "terganggu": 1, "turun": 1, "tidak-teramati": 1},
        "opened": 2,
        "resolved": 2,
        "open": 2,
        "ending": 3,
        "dead_letters": 2,
        "unobserved_seconds": 720,
        "seal": busy().seal,
    }


@pytest.mark.parametrize(
    ("item", "gist"),
    [
        (situations.single_down(), "Dinas Kesehatan (OPD-009) – tidak menjawab"),
        (situations.shared_down(), "tidak menjawab pada 85 situs – alamat 192.0.2.7"),
        (situations.hijacked(), "halaman disisipi judi daring pada karangbanjar.desa.id (DESA-046)"),
        (situations.vantage_lost(), "TITIK PANTAU TERPUTUS sejak 08.05 WIB: tidak ada situs yang dapat diamati"),
    ],
)
def test_a_case_in_one_line(item: Situation, gist: str) -> None:
    made = Case.of(item)
    assert (made.number, made.gist, made.audience) == (12, gist, item.incident.audience)


def test_who_has_taken_a_case() -> None:
    taken = situations.situation(noted(HEALTH, situations.timed_out()), acknowledged=situations.OPENED)
    assert Case.of(taken).acknowledged_by == "petugas"
    assert Case.of(situations.single_down()).acknowledged_by == ""


def test_an_owner_reads_what_to_mend_and_how() -> None:
    message = owner_digest("Pemerintah Desa Karangbanjar", rows(), MONDAY, ALERTS)
    assert message.kind is NoticeKind.DIGEST
    assert message.audience is Audience.OWNER
    assert message.title == "Pekan ini: 2 hal perlu diperbaiki – Pemerintah Desa Karangbanjar"
    lines = section(message.sections, "Desa Karangbanjar (DESA-046): ketersediaan 99,95%, nilai B")
    assert [line.partition(" Cara memperbaiki: ")[0] for line in lines] == [
        "Domain tanpa DMARC (sedang): Domain karangbanjar.desa.id tidak menerbitkan DMARC.",
        "HSTS belum dipasang (rendah): karangbanjar.desa.id tidak mengirim header Strict-Transport-Security.",
    ]
    assert all(line.partition(" Cara memperbaiki: ")[2] for line in lines)
    assert section(message.sections, "Membaik sejak ringkasan sebelumnya") == (
        "Sertifikat segera berakhir – Desa Karangbanjar (DESA-046)",
    )


def test_an_owner_with_nothing_to_do() -> None:
    message = owner_digest("Dinas Kesehatan", neat(), MONDAY, ALERTS)
    assert message.title == "Pekan ini: tidak ada yang perlu diperbaiki – Dinas Kesehatan"
    assert message.lead == "1 situs dipantau, tidak ada temuan terbuka."
    assert not message.sections


def test_availability_is_never_rounded_up() -> None:
    row = replace(neat()[0], availability=Fraction(999_999, 1_000_000))
    message = owner_digest("Dinas Kesehatan", (row,), MONDAY, ALERTS)
    assert section(message.sections, "Dinas Kesehatan (OPD-009): ketersediaan 99,99%") == (
        "tidak ada yang perlu diperbaiki",
    )


def test_a_site_that_is_down_is_in_the_owners_title() -> None:
    row = replace(neat()[0], state=State.DOWN)
    assert owner_digest("Dinas Kesehatan", (row,), MONDAY, ALERTS).title.startswith("Pekan ini: 1 situs turun")


def test_an_owner_with_a_long_list() -> None:
    many = tuple(noted(VILLAGE, DMARC(f"d{place}")) for place in range(14))
    message = owner_digest("x", (replace(rows()[0], findings=many),), MONDAY, ALERTS)
    lines = section(message.sections, "Desa Karangbanjar")
    assert len(lines) == 11
    assert lines[-1] == "…dan 4 lainnya"
    assert message.data["findings_total"] == 14


def test_an_owner_may_follow_the_own_site() -> None:
    said = render.text(owner_digest("x", rows(), MONDAY + minutes(1), ALERTS))
    assert "\n  https://karangbanjar.desa.id/\n" in said


@pytest.mark.parametrize(
    ("owner", "key"),
    [("Dinas Kesehatan", "dinas-kesehatan"), ("RSUD 1", "rsud-1")],
)
def test_a_plain_name_is_its_own_key(owner: str, key: str) -> None:
    assert slug(owner) == key


def test_no_two_owners_share_a_key() -> None:
    owners = [
        "Dinas Kesehatan",
        "Dinas, Kesehatan",
        "Dinas-Kesehatan",
        "Dinas Kesehatan!",
        "",
        "!!",
        "x" * 90,
        "x" * 91,
    ]
    keys = [slug(owner) for owner in owners]
    assert len(set(keys)) == len(owners)
    assert all(key.isascii() and key.strip("-") == key and 0 < len(key) <= 60 for key in keys)


def test_the_seal_is_told_in_full_on_a_quiet_day_too_and_every_channel_leaves_it_whole() -> None:
    line = busy().seal
    message = noc_digest(replace(quiet(), seal=line), MORNING, ALERTS)

    assert message.lead.startswith("Tidak ada gangguan")
    assert message.facts == ()
    assert message.sections == ((SEAL, (line,)),)
    said = (render.text(message), render.html(message), *render.telegram(message), *render.whatsapp(message))
    assert all(HEAD in each for each in said)
    assert head_in(line) == HEAD
