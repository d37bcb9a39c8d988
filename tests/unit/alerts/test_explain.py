from __future__ import annotations

from dataclasses import replace

from monitor.alert_sections import Alerts
from monitor.alerts.explain import explain
from monitor.model import Audience, Kind, Rule, Severity, State
from tests.unit.alerts.situations import DOWN, EXPIRED, EXPIRING, GAMBLING, HEALTH, OPENED, VILLAGE

APPRISE = {"type": "apprise", "url": "json://127.0.0.1/"}
BOTH = Alerts.model_validate({"channels": {"noc": APPRISE, "csirt": APPRISE}})
HIJACKING = (
    "content.*, cloaking.*, ownership.parked, names.takeover_possible, names.dangling_cname, redirect.off_government,"
    " transport.plain_off_government, tls.revoked, tls.issuer_revoked"
)
HSTS = Rule("transport.hsts_missing", Severity.LOW, Audience.OWNER)
MISSING = Rule("site.missing", Severity.MEDIUM, Audience.OWNER, state=State.DEGRADED)


def test_an_outage() -> None:
    assert explain(HEALTH, DOWN, BOTH, OPENED) == (
        "site.down – Situs tidak dapat dibuka – pada Dinas Kesehatan (OPD-009): keparahan tinggi, ditangani NOC",
        "dibuka setelah terlihat 3 kali berturut-turut, diamati ulang dalam hitungan detik",
        "menjadi insiden; rute pada Selasa, 24 November 2026, 08.05 WIB:",
        "  rute bawaan 1: tidak – hanya untuk CSIRT, sedangkan ini untuk NOC",
        f"  rute bawaan 2: tidak – hanya untuk aturan {HIJACKING}, sedangkan ini site.down",
        "  rute bawaan 3: tidak – hanya untuk jenis layanan, sedangkan ini opd",
        "  rute bawaan 4: ya, ke noc – cocok: NOC; keparahan mulai sedang",
        "diberitahukan ke: noc",
    )


def test_a_hijacked_page() -> None:
    lines = explain(VILLAGE, GAMBLING, BOTH, OPENED)
    assert lines[1] == "dibuka pada pengamatan pertama yang menemukannya"
    assert lines[-1] == "diberitahukan ke: csirt"


def test_an_e_services_certificate_goes_to_both() -> None:
    service = replace(HEALTH, kode="LYN-001", kind=Kind.LAYANAN)
    assert explain(service, EXPIRED, BOTH, OPENED)[-1] == "diberitahukan ke: csirt, noc"


def test_what_an_owner_is_to_mend_but_a_visitor_feels_is_the_nocs() -> None:
    assert explain(HEALTH, MISSING, BOTH, OPENED)[-1] == "diberitahukan ke: noc"


def test_what_waits_for_the_morning() -> None:
    assert explain(HEALTH, EXPIRING, BOTH, OPENED)[2:] == (
        "tidak menjadi insiden, sehingga tidak ada pemberitahuan segera",
        "masuk ringkasan pagi NOC: saluran noc, pukul 07.00 WIB",
    )
    assert explain(HEALTH, EXPIRING, BOTH, OPENED, severity=Severity.HIGH)[-1] == "diberitahukan ke: noc"


def test_what_waits_for_monday() -> None:
    assert explain(HEALTH, HSTS, BOTH, OPENED)[-1] == (
        "tampil di papan pantau; ringkasan mingguan pemilik situs tidak dikirim karena saluran owner tidak ada dalam"
        " setelan"
    )
    named = Alerts.model_validate({"channels": {"surat": APPRISE}, "digest": {"owner": "surat"}, "digest_at": "06:30"})
    assert explain(HEALTH, HSTS, named, OPENED)[-1] == (
        "masuk ringkasan mingguan pemilik situs: saluran surat, pukul 06.30 WIB"
    )


def test_nobody_to_tell() -> None:
    assert explain(HEALTH, DOWN, Alerts(), OPENED)[-2:] == (
        "tidak seorang pun diberi tahu",
        "tidak ada saluran dalam setelan ([alerts.channels])",
    )


def test_what_is_not_watched() -> None:
    lines = explain(replace(HEALTH, active=False), DOWN, BOTH, OPENED)
    assert lines[1:] == ("sasaran ini tidak aktif: tidak diamati, sehingga tidak ada yang diberitahukan",)
