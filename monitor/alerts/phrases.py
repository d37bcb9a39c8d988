"""The words that messages are made of: what happened in three words, why, how sure, what first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor import words
from monitor.catalogue import text
from monitor.incident import Cause, CauseKind
from monitor.model import Finding, Rule, Severity, State, Target


@dataclass(frozen=True, slots=True)
class CauseWords:
    """How a cause that many share is told; `{value}` and `{count}` are filled in."""

    short: str
    """For the title, after the number of sites: what they share."""
    probable: str
    remedy: str
    """What to do first; empty: what the catalogue says of the finding."""


CAUSES: Mapping[CauseKind, CauseWords] = {
    CauseKind.SITE: CauseWords(
        "", "server, hosting, atau aplikasi situs ini sendiri; tidak ada situs lain yang terganggu bersamanya", ""
    ),
    CauseKind.ADDRESS: CauseWords(
        "alamat {value}",
        "alamat {value} dipakai bersama oleh {count} situs ini: server atau jaringannya, bukan situsnya satu per satu",
        "Mulai dari server di alamat {value}: menyala, layanan web berjalan, jaringan dan firewall membuka port 80 dan"
        " 443. Bila server itu pulih, situs-situs ini umumnya ikut pulih.",
    ),
    CauseKind.NAME_SERVER: CauseWords(
        "server nama {value}",
        "server nama {value} melayani nama {count} situs ini",
        "Mulai dari server nama {value}: menyala, menjawab di port 53 UDP dan TCP, dan memuat zonanya.",
    ),
    CauseKind.DOMAIN: CauseWords(
        "DNS domain {value}",
        "{count} situs ini berada di bawah domain {value}: delegasi, server nama, DNSSEC, atau masa berlaku domainnya",
        "Mulai dari domain {value}: masa berlaku di registri, delegasi server nama, lalu isi zonanya.",
    ),
    CauseKind.CERTIFICATE: CauseWords(
        "satu sertifikat",
        "{count} situs ini memakai sertifikat yang sama (SHA-256 {value})",
        "Perbarui satu sertifikat itu dan pasang di semua server yang memakainya; periksa mengapa perpanjangan otomatis"
        " tidak berjalan.",
    ),
    CauseKind.AUTHORITY: CauseWords(
        "penerbit {value}",
        "sertifikat {count} situs ini dari penerbit yang sama: {value}",
        "Periksa kabar penerbit {value}; bila penerbitnya tidak lagi dipercaya, ganti sertifikat dengan penerbit lain.",
    ),
    CauseKind.VANTAGE: CauseWords(
        "titik pantau",
        "jaringan tempat pemantau ini berjalan; situs yang dipantau belum tentu bermasalah",
        "Periksa sambungan internet server pemantau: perangkat jaringan, gerbang (gateway), DNS, lalu penyedia.",
    ),
    CauseKind.DELIVERY: CauseWords(
        "saluran {value}",
        "penerima pada saluran {value} menolak atau tidak menjawab",
        "Periksa token, alamat tujuan, kuota, dan masa langganan saluran {value}, lalu kirim pesan uji"
        " (monitor alerts test {value}). Sesudah itu kirim ulang pesan yang gagal dari halaman Pesan, atau dengan"
        " monitor alerts retry KUNCI.",
    ),
}

OWN_NAMES = (
    "DNS domain {domain}: server namanya, delegasinya, atau isi zonanya; tidak ada situs lain yang terganggu bersamanya"
)
"""Why a site is down whose name nobody can find."""

BREACHES: Mapping[CauseKind, CauseWords] = {
    CauseKind.ADDRESS: CauseWords(
        "alamat {value}",
        "alamat {value} melayani {count} situs ini: kemungkinan satu server atau akun hosting yang disusupi",
        "Satu server melayani semuanya: amankan server di alamat {value} lebih dahulu, bukan situs satu per satu.",
    ),
    CauseKind.DOMAIN: CauseWords(
        "domain {value}",
        "{count} situs ini berada di bawah domain {value}: kemungkinan DNS atau server bersamanya yang disusupi",
        "Periksa lebih dahulu akun pengelola DNS domain {value} dan perubahan catatannya yang terakhir.",
    ),
}
"""The same of what is the CSIRT's: there the machine has not failed, somebody has got in."""

BRIEF: Mapping[str, str] = {
    "site.error": "galat server",
    "site.slow": "lambat",
    "name.not_found": "nama tidak terdaftar di DNS",
    "redirect.loop": "pengalihan tanpa akhir",
}
"""Rule code → what is wrong, shorter than the catalogue's title."""

ENDING: Mapping[str, str] = {
    "certificate.expiring": "sertifikat",
    "tls.chain_expiring": "sertifikat penerbit",
    "registration.expiring": "domain",
}
"""Rule code → what ends; when, its detail says."""

FAILURES: Mapping[str, str] = {
    "timeout": "tidak menjawab",
    "refused": "koneksi ditolak",
    "reset": "koneksi diputus",
    "closed": "koneksi diputus",
    "unreachable": "tidak dapat dicapai",
    "servfail": "server nama gagal menjawab",
    "dns-refused": "server nama menolak menjawab",
    "no-address": "nama tanpa alamat",
    "name-not-found": "nama tidak terdaftar di DNS",
    "tls-protocol": "jabat tangan TLS gagal",
    "tls-error": "jabat tangan TLS gagal",
    "malformed": "jawaban tidak sah",
    "headers-too-large": "jawaban tidak sah",
}
"""Kind of failure → `site.down` in a few words; others: `tidak dapat dibuka`."""

AFTERMATH = (
    "Tidak terlihat lagi belum berarti bersih: pastikan celah yang dipakai sudah ditutup, sandi pengelola diganti, dan"
    " berkas asing tidak tertinggal, lalu catat tindakan koreksinya."
)
"""What is left to do once a matter of the CSIRT's is no longer seen."""

DETERMINISTIC = "pasti: dibaca langsung dari jawaban yang diterima, bukan gangguan sesaat"
SUSPECTED = (
    "dugaan: tanda-tandanya terbaca di jawaban, tetapi belum cukup untuk memastikan; periksa dengan mata sendiri"
)
_SUSPECTED = "suspected"
"""What the codes of rules end in that suspect more than they know."""
_MAX_VALUE = 60


def brief(finding: Finding) -> str:
    """What *finding* is, in a few words without a capital: `tidak menjawab`, `galat server 503`."""
    detail = finding.detail
    if finding.code == "site.down":
        return FAILURES.get(str(detail.get("kind")), "tidak dapat dibuka")
    if finding.code in ENDING and isinstance(left := detail.get("days"), int) and left >= 0:
        return f"{ENDING[finding.code]} berakhir {f'{words.number(left)} hari lagi' if left else 'hari ini'}"
    said = BRIEF.get(finding.code) or lowered(text(finding.code).title)
    status = detail.get("status")
    return f"{said} {status}" if finding.code == "site.error" and isinstance(status, int) else said


def lowered(title: str) -> str:
    """*title* for the middle of a sentence; an abbreviation at its beginning stays (`DNSSEC gagal`)."""
    return title if title[1:2].isupper() or title[1:2].isdigit() else f"{title[:1].lower()}{title[1:]}"


def alarm(severity: Severity, states: frozenset[State | None]) -> str:
    """The word a title begins with: what the worst means to a visitor, or else how bad it is."""
    if State.DOWN in states:
        return "TURUN"
    if State.DEGRADED in states:
        return "TERGANGGU"
    return "KRITIS" if severity is Severity.CRITICAL else "PERLU TINDAKAN"


def called(kode: str, target: Target | None) -> str:
    """`Dinas Kesehatan (OPD-009)`; the kode alone for what the inventory no longer lists."""
    return f"{target.name} ({kode})" if target and target.name != kode else kode


def cause_words(cause: Cause, count: int, *, breach: bool = False) -> CauseWords:
    """The words of *cause* with its value and the number of sites filled in; *breach*: it is the CSIRT's."""
    said = (BREACHES.get(cause.kind) if breach else None) or CAUSES[cause.kind]
    values = {"value": shortened(cause), "count": words.number(count)}
    return CauseWords(*(part.format(**values) for part in (said.short, said.probable, said.remedy)))


def shortened(cause: Cause) -> str:
    """The value of *cause* as people read it: a fingerprint cut to its beginning, an address as it is."""
    value = cause.value if cause.kind is not CauseKind.CERTIFICATE else cause.value[:16]
    return value if len(value) <= _MAX_VALUE else f"{value[: _MAX_VALUE - 1]}…"


def certainty(rule: Rule, *, looks: int, vantage_connected: bool | None) -> str:
    """How sure it is: seen how often, read or only suspected, and whether it may be our own network."""
    read = SUSPECTED if rule.code.endswith(_SUSPECTED) else DETERMINISTIC
    seen = f"dikonfirmasi {looks} pengamatan berturut-turut" if rule.confirm else read
    if vantage_connected is None:
        return seen
    return f"{seen}; titik pantau {'tersambung' if vantage_connected else 'TERPUTUS – periksa dahulu jaringan sendiri'}"
