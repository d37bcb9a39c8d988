"""What the audit trail says in words, for lines as they were recorded."""

from __future__ import annotations

import pytest

from monitor.access.people import FAILED, LOGIN, LOGOUT, PRUNED, ROTATED, Deed, Via
from monitor.access.roles import Action
from monitor.web import permits
from monitor.web.deeds import Told, told
from monitor.web.who import DOINGS
from tests.unit.web.moment import NOW


def deed(what: str, about: str) -> Deed:
    return Deed(at=NOW, actor="ani", via=Via.SESSION, address="192.0.2.1", deed=what, about=about)


@pytest.mark.parametrize(
    ("what", "about", "text", "more", "link"),
    [
        ("insiden", "/insiden/3/terima", "menerima insiden INS-3", "", "/insiden/3"),
        ("insiden", "/insiden/3/terima teks=ya", "menerima insiden INS-3", "teks=ya", "/insiden/3"),
        ("insiden", "/api/v1/incidents/12/acknowledge", "menerima insiden INS-12", "", "/insiden/12"),
        ("insiden", "/insiden/3/lepas", "melepas insiden INS-3", "", "/insiden/3"),
        ("insiden", "/api/v1/incidents/3/unacknowledge", "melepas insiden INS-3", "", "/insiden/3"),
        ("insiden", "/insiden/3/catat teks=x", "mencatat pada insiden INS-3", "teks=x", "/insiden/3"),
        ("insiden", "/api/v1/incidents/3/note", "mencatat pada insiden INS-3", "", "/insiden/3"),
        ("insiden", "/insiden/3/tugaskan kepada=Budi", "menugaskan insiden INS-3", "kepada=Budi", "/insiden/3"),
        ("insiden", "/api/v1/incidents/3/assign", "menugaskan insiden INS-3", "", "/insiden/3"),
        (
            "temuan", "/temuan/tandai kode=DESA-046 temuan=site.down  tindakan=terima",
            "menerima temuan site.down pada DESA-046", "kode=DESA-046 temuan=site.down  tindakan=terima",
            "/situs/DESA-046",
        ),
        (
            "temuan", "/api/v1/findings/mark kode=DESA-046 temuan=site.down tindakan=positif-palsu teks=uji",
            "menyatakan positif palsu temuan site.down pada DESA-046",
            "kode=DESA-046 temuan=site.down tindakan=positif-palsu teks=uji", "/situs/DESA-046",
        ),
        ("temuan", "/temuan/tandai", "menandai temuan ? pada ?", "", ""),
        ("pemeliharaan", "/pemeliharaan cakupan=jenis nilai=desa alasan=pindah", "menjadwalkan pemeliharaan jenis desa",
         "cakupan=jenis nilai=desa alasan=pindah", "/pemeliharaan"),
        ("pemeliharaan", "/api/v1/maintenance", "menjadwalkan pemeliharaan", "", "/pemeliharaan"),
        ("pemeliharaan", "/pemeliharaan/7/akhiri", "mengakhiri pemeliharaan 7", "", "/pemeliharaan"),
        ("pemeliharaan", "/api/v1/maintenance/7/end", "mengakhiri pemeliharaan 7", "", "/pemeliharaan"),
        ("rupa-wajar", "/api/v1/targets/OPD-011/forget website", "menghapus rupa wajar OPD-011", "website",
         "/situs/OPD-011"),
        ("kirim-ulang", "/pesan/ins-1-1-noc/ulang", "mengirim ulang pesan ins-1-1-noc", "", "/pesan"),
        ("kirim-ulang", "/api/v1/outbox/ins-1-1-noc/retry", "mengirim ulang pesan ins-1-1-noc", "", "/pesan"),
        ("kandidat-aset", "/aset/kandidat host=a.desa.id keputusan=diterima", "menerima kandidat aset a.desa.id",
         "host=a.desa.id keputusan=diterima", "/aset/kandidat"),
        ("kandidat-aset", "/api/v1/candidates/a.desa.id keputusan=diabaikan", "mengabaikan kandidat aset a.desa.id",
         "keputusan=diabaikan", "/aset/kandidat"),
        ("bekukan-bulan", "/api/v1/evidence/2026-10/freeze", "membekukan bulan 2026-10", "", "/bukti"),
        ("lihat-bukti", "/situs/OPD-019/bukti/7/gambar", "melihat tangkapan layar OPD-019, bukti nomor 7", "",
         "/situs/OPD-019#bukti"),
        ("unduh-bukti", "/situs/OPD-019/bukti/7", "mengunduh barang bukti OPD-019, nomor 7", "",
         "/situs/OPD-019#bukti"),
        ("unduh-aset", "/aset/unduh.csv", "mengunduh register aset, berkas csv", "", "/aset"),
        ("unduh-berkas-audit", "/bukti/unduh/b.zip", "mengunduh berkas audit b.zip", "", "/bukti"),
        (LOGIN, "", "masuk", "", ""),
        (FAILED, "4 kali berturut-turut", "gagal membuktikan diri", "4 kali berturut-turut", ""),
        (LOGOUT, "", "keluar", "", ""),
        (ROTATED, "a menggantikan b: hilang", "mengganti kunci segel", "a menggantikan b: hilang", ""),
        (PRUNED, "sample=7", "melepaskan catatan lama", "sample=7", ""),
        ("akun", "ganti kata sandi ani", "mengganti kata sandi akun ani", "", ""),
        ("akun", "tambah ani (csirt)", "menambah akun ani dengan peran csirt", "", ""),
        ("akun", "peran auditor ani", "memberi peran auditor kepada akun ani", "", ""),
        ("akun", "nonaktifkan ani", "menonaktifkan akun ani", "", ""),
        ("akun", "aktifkan ani", "mengaktifkan akun ani", "", ""),
        ("akun", "hapus ani", "menghapus akun ani", "", ""),
        ("akun", "token siem (act, read)", "membuat token siem dengan cakupan act, read", "", ""),
        ("akun", "cabut token siem", "mencabut token siem", "", ""),
        ("akun", "yang lain", "mengurus akun dan token", "yang lain", ""),
        ("tindakan", "/yang-belum-ada x", "bertindak di papan ini", "/yang-belum-ada x", ""),
        ("dari-versi-lain", "apa saja", "dari-versi-lain", "apa saja", ""),
    ],
)  # fmt: skip
def test_a_line_in_words(what: str, about: str, text: str, more: str, link: str) -> None:
    assert told(deed(what, about)) == Told(text, more, link)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", ""),
        ("cakupan=jenis nilai=opd alasan=ganti server", "alasan: ganti server"),
        ("kode=DESA-046 temuan=site.down  tindakan=positif-palsu sampai=2026-12-01 teks=dipensiunkan",
         "sampai: 2026-12-01; catatan: dipensiunkan"),
        ("cakupan=semua mulai=2026-12-01T22:00 menit=60 ulangi=mingguan hari_MO=ya alasan=a",
         "mulai: 2026-12-01T22:00; lama (menit): 60; berulang: mingguan; hari Senin: ya; alasan: a"),
        ("teks=x sampai=2099-01-01 kepada=Budi", "catatan: x sampai=2099-01-01 kepada=Budi"),
        ("kepada=Budi Santoso", "kepada: Budi Santoso"),
        ("sample=7", "sample=7"),
        ("a menggantikan b: hilang", "a menggantikan b: hilang"),
    ],
)  # fmt: skip
def test_what_was_recorded_besides_is_said_in_words_and_a_typed_text_as_it_is(more: str, words: str) -> None:
    assert Told("", more).besides == words


def test_a_text_that_somebody_typed_names_no_object() -> None:
    about = "/temuan/tandai kode=DESA-046 temuan=site.down tindakan=catat teks=x kode=OPD-001 tindakan=terima"

    assert told(deed("temuan", about)).text == "mencatat pada temuan site.down pada DESA-046"


def test_a_name_in_an_address_leads_to_no_other_page() -> None:
    assert told(deed("rupa-wajar", "/api/v1/targets/..%2f?x/forget")).link == "/situs/..%252f%3Fx"


@pytest.mark.parametrize("action", sorted(permits.RECORDED))
def test_whatever_is_recorded_has_words(action: Action) -> None:
    assert told(deed(action.value, "")).text == DOINGS[action]
