"""What each operation of the API does, in the county's words: for its description, by method and path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SITES, FINDINGS, INCIDENTS, MAINTENANCE = "Situs", "Temuan", "Insiden", "Pemeliharaan"
MESSAGES, AVAILABILITY, ASSETS, EVIDENCE = "Pesan", "Ketersediaan", "Aset", "Bukti"
MONITOR, TRAIL = "Pemantau", "Jejak tindakan"

TAGS: Mapping[str, str] = {
    MONITOR: "Pemantau sendiri: keadaan seluruhnya, dan jaringannya.",
    SITES: "Situs, layanan, dan domain, dengan keadaannya sekarang.",
    FINDINGS: "Yang terbuka pada situs, dan apa yang dilakukan orang dengannya.",
    INCIDENTS: "Temuan yang sebabnya sama, dengan lini masanya.",
    MAINTENANCE: "Waktu pemberitahuan ditahan; pemantauan jalan terus.",
    MESSAGES: "Pesan kepada orang, yang menunggu, terkirim, dan gagal.",
    AVAILABILITY: "Angka bulan, sama dengan angka pada bundel bukti.",
    ASSETS: "Register aset TIK, dan host yang terlihat tetapi tidak tercatat.",
    EVIDENCE: "Bundel bukti audit: yang pernah diserahkan, dan berkasnya.",
    TRAIL: "Siapa melakukan apa, dari mana, kapan.",
}
"""Group of operations → what it is about, in the order of the description."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation in words."""

    tag: str
    summary: str
    """A few words, for a list."""
    description: str


OPERATIONS: Mapping[str, Operation] = {
    "GET /api/v1/status": Operation(
        MONITOR,
        "Keadaan seluruhnya",
        "Versi, waktu, berapa situs dalam tiap keadaan, berapa temuan terbuka, dan apakah titik pantau tersambung.",
    ),
    "GET /api/v1/vantage": Operation(
        MONITOR, "Jaringan pemantau", "Apakah jaringan kita sendiri tersambung, menurut tiap saksi di luar."
    ),
    "GET /api/v1/targets": Operation(
        SITES,
        "Daftar situs",
        "Situs, layanan, dan domain yang dipantau menurut urutan inventaris, masing-masing dengan keadaannya sekarang.",
    ),
    "GET /api/v1/targets/{kode}": Operation(
        SITES, "Satu situs", "Kunjungan terakhirnya lompatan demi lompatan, temuan terbuka, nilai, dan pemeriksaannya."
    ),
    "POST /api/v1/targets/{kode}/forget": Operation(
        SITES,
        "Lupakan rupa wajar",
        "Satu pemeriksaan melupakan apa yang dipelajarinya tentang situs ini dan mempelajarinya lagi dari awal;"
        " sesudah desain baru, misalnya.",
    ),
    "GET /api/v1/findings": Operation(
        FINDINGS,
        "Temuan terbuka",
        "Semua yang terbuka, dalam kata-kata: yang paling parah dahulu, lalu yang paling lama.",
    ),
    "POST /api/v1/findings/mark": Operation(
        FINDINGS,
        "Tandai temuan",
        "Terima, catat, tugaskan, nyatakan positif palsu (dengan alasan dan tanggal berakhir), atau cabut lagi,"
        " untuk satu temuan terbuka.",
    ),
    "GET /api/v1/incidents": Operation(
        INCIDENTS, "Daftar insiden", "Yang terbuka, atau dengan `open=false` semuanya; yang terbaru dahulu."
    ),
    "GET /api/v1/incidents/{number}": Operation(
        INCIDENTS, "Satu insiden", "Anggotanya dan lini masanya, yang paling lama dahulu."
    ),
    "POST /api/v1/incidents/{number}/acknowledge": Operation(
        INCIDENTS, "Terima insiden", "Seseorang menanganinya; tidak ada yang diingatkan lagi."
    ),
    "POST /api/v1/incidents/{number}/unacknowledge": Operation(
        INCIDENTS, "Lepaskan insiden", "Tidak ada lagi yang menanganinya; pengingat dikirim sampai ada yang menerima."
    ),
    "POST /api/v1/incidents/{number}/note": Operation(
        INCIDENTS, "Catat pada insiden", "Satu baris pada lini masanya; juga pada insiden yang sudah selesai."
    ),
    "POST /api/v1/incidents/{number}/assign": Operation(
        INCIDENTS, "Tugaskan insiden", "Siapa yang hendaknya menanganinya."
    ),
    "GET /api/v1/maintenance": Operation(
        MAINTENANCE,
        "Daftar pemeliharaan",
        "Yang tidak diakhiri seseorang, atau dengan `ended=true` semuanya; yang terbaru dahulu.",
    ),
    "POST /api/v1/maintenance": Operation(
        MAINTENANCE,
        "Jadwalkan pemeliharaan",
        "Sekali, atau berulang menurut RFC 5545 dalam WIB. Yang sama dari orang yang sama dijadwalkan sekali.",
    ),
    "POST /api/v1/maintenance/{number}/end": Operation(
        MAINTENANCE, "Akhiri pemeliharaan", "Sekarang, untuk seterusnya."
    ),
    "GET /api/v1/outbox": Operation(
        MESSAGES, "Daftar pesan", "Pesan tanpa isinya, yang terbaru dahulu: keadaan, percobaan, dan galat terakhirnya."
    ),
    "POST /api/v1/outbox/{key}/retry": Operation(
        MESSAGES, "Kirim lagi", "Pesan yang gagal dan tidak dicoba lagi, dicoba sekali lagi."
    ),
    "GET /api/v1/availability": Operation(
        AVAILABILITY,
        "Angka satu bulan",
        "Semua yang dipantau sekarang atau pada bulan itu, masing-masing dengan ketersediaan dan waktu responsnya.",
    ),
    "GET /api/v1/targets/{kode}/availability": Operation(
        AVAILABILITY,
        "Angka satu situs",
        "Ketersediaan sebulan dengan tiap gangguannya; juga dari yang sudah keluar dari inventaris.",
    ),
    "GET /api/v1/assets": Operation(
        ASSETS, "Register aset", "Baris register menurut kolomnya: yang dinyatakan dan yang terlihat."
    ),
    "GET /api/v1/candidates": Operation(
        ASSETS,
        "Host yang belum tercatat",
        "Setiap host yang terlihat dan tidak ada di inventaris, yang terbaru dahulu.",
    ),
    "POST /api/v1/candidates/{host}": Operation(
        ASSETS, "Putuskan tentang host", "Terima sebagai calon aset, abaikan, atau tarik kembali keputusan sebelumnya."
    ),
    "GET /api/v1/evidence": Operation(
        EVIDENCE,
        "Bundel semua bulan",
        "Setiap bulan yang pernah diserahkan atau ada berkasnya, yang terbaru dahulu, dengan kekurangan tiap berkas.",
    ),
    "GET /api/v1/evidence/{month}": Operation(
        EVIDENCE,
        "Bundel satu bulan",
        "Setiap edisi yang pernah diserahkan, yang paling lama dahulu, dan berkas di sampingnya; tanpa satu pun juga"
        " jawaban.",
    ),
    "POST /api/v1/evidence/{month}/freeze": Operation(
        EVIDENCE,
        "Bekukan bulan",
        "Catat bahwa bulan itu diserahkan. Angka yang lain daripada sebelumnya memerlukan alasan, dan keduanya"
        " disimpan; bulan tanpa satu pengamatan pun hanya dicatat dengan `empty`.",
    ),
    "GET /api/v1/audit": Operation(
        TRAIL, "Jejak tindakan", "Apa yang dilakukan orang dan program, yang terbaru dahulu; tidak pernah diubah."
    ),
}
"""`METHOD path` → what it does."""

PARAMETERS: Mapping[str, str] = {
    "audience": "Hanya yang menjadi urusan mereka.",
    "channel": "Hanya lewat saluran ini.",
    "deed": "Hanya tindakan ini.",
    "actor": "Hanya oleh nama ini.",
    "grade": "Hanya yang bernilai ini.",
    "host": "Nama host, seperti yang terlihat.",
    "jenis": "Hanya dari jenis ini.",
    "key": "Kunci pesan, seperti dalam daftarnya.",
    "kode": "Kode situs menurut inventaris, mis. `DESA-046`.",
    "limit": "Paling banyak sekian baris.",
    "month": "Bulan dalam WIB, mis. `2026-11`.",
    "number": "Nomornya, seperti dalam daftarnya.",
    "offset": "Lewati sekian baris pertama.",
    "q": "Kata yang harus ada.",
    "state": "Hanya yang dalam keadaan ini.",
    "status": "Hanya yang berstatus ini.",
}
"""Name of a parameter → what it says, where nothing closer to it does."""
