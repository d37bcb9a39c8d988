"""Believable small pages in Indonesian, the same for a host every time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from random import Random
from zlib import crc32

from monitor.model import Kind
from tests.lab.town import Resident

_VARIANTS = 8
"""Bodies are shared by this many sites of a kind, so that twenty thousand sites need no memory."""

_TEXT = """
    warga desa kabupaten Purbalingga kegiatan gotong royong musyawarah pembangunan jalan irigasi posyandu balita
    lansia bantuan langsung tunai Dana Desa APBDes perangkat kecamatan puskesmas imunisasi sekolah perpustakaan
    pelatihan UMKM batik nanas knalpot wisata Owabong pasar panen padi kelompok tani karang taruna PKK lomba senam
    bersih sungai Klawing lereng Gunung Slamet pelayanan kependudukan KTP akta kelahiran pajak bumi bangunan
    jadwal dokter vaksinasi pencegahan demam berdarah stunting gizi laporan realisasi anggaran transparansi
    informasi publik pengaduan masyarakat pengumuman lelang agenda bupati kunjungan kerja sosialisasi dan di untuk
    oleh pada dengan bersama dalam telah akan tahun ini
"""
WORDS = _TEXT.split()
_TODAY = datetime.now(UTC).date()
"""When the lab began: what was written yesterday is not old tomorrow."""

WORDPRESS, OPENSID = "WordPress 6.9.1", "OpenSID 2610.0.0"
"""The software that a well-kept site runs."""
_GENERATORS = {Kind.DESA: "OpenSID", Kind.KECAMATAN: "OpenDK"}

_MENUS = {
    Kind.OPD: ("Profil", "Berita", "Agenda", "PPID", "Layanan Publik", "Unduhan"),
    Kind.KECAMATAN: ("Profil", "Desa", "Layanan PATEN", "Berita", "Pengumuman"),
    Kind.KELURAHAN: ("Profil", "Lembaga", "Layanan", "Berita"),
    Kind.DESA: ("Profil Desa", "Pemerintahan", "Data Statistik", "Lapak", "Transparansi Keuangan"),
    Kind.PUSKESMAS: ("Profil", "Jadwal Pelayanan", "Posyandu", "Rujukan", "Pengaduan"),
    Kind.LAYANAN: ("Masuk", "Panduan", "Tanya Jawab"),
}

_CALLED = {
    Kind.DESA: "Website Resmi Desa {name}",
    Kind.KELURAHAN: "Kelurahan {name}",
    Kind.KECAMATAN: "Kecamatan {name}",
    Kind.PUSKESMAS: "UPTD Puskesmas {name}",
}


def page(resident: Resident) -> tuple[bytes, bytes]:
    """The page as (what is the site's own, what it shares with others of its kind), UTF-8, 5–20 KB together."""
    if resident.kind is None:
        return _foreign(resident.name), b""
    kind = resident.kind
    generator = _GENERATORS.get(kind, WORDPRESS)
    return _head(title(resident), generator).encode(), _filler(kind, crc32(resident.host.encode()) % _VARIANTS)


def title(resident: Resident) -> str:
    """The page's title, as a person would read it."""
    if resident.kind is None:
        return resident.name
    pattern = _CALLED.get(resident.kind, "{name}")
    called = pattern.removesuffix("{name}")
    name = (
        resident.name if resident.name.startswith(("Desa ", "Kelurahan ", "Kecamatan ", "Puskesmas ", "UPTD ")) else ""
    )
    return f"{name or called + resident.name} – Kabupaten Purbalingga"


def _head(called: str, generator: str) -> str:
    text = escape(called)
    return (
        '<!DOCTYPE html>\n<html lang="id">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="{generator}">\n<meta property="og:title" content="{text}">\n'
        f"<title>{text}</title>\n</head>\n<body>\n<header><h1>{text}</h1></header>\n"
    )


@lru_cache(maxsize=len(Kind) * _VARIANTS)
def _filler(kind: Kind, variant: int) -> bytes:
    random = Random(f"{kind}/{variant}")
    assets = "/desa/themes/natra" if kind is Kind.DESA else "/wp-content/themes/pemkab"
    menu = "".join(f'<li><a href="/{escape(item.lower().replace(" ", "-"))}">{item}</a></li>' for item in _MENUS[kind])
    articles = "".join(_article(random, number) for number in range(1, random.randint(7, 16)))
    footer = f"Didukung {OPENSID}" if kind is Kind.DESA else "Dinkominfo Kabupaten Purbalingga"
    return (
        f'<link rel="stylesheet" href="{assets}/style.css">\n<nav><ul>{menu}</ul></nav>\n<main>\n{articles}</main>\n'
        f'<aside><img src="{assets}/logo.png" alt="Lambang Kabupaten Purbalingga"></aside>\n'
        f'<footer><p>{footer}</p><p><a href="/feed.xml">Umpan</a> <a href="/sitemap.xml">Peta situs</a></p></footer>\n'
        "</body>\n</html>\n"
    ).encode()


def _article(random: Random, number: int) -> str:
    heading = " ".join(random.sample(WORDS, 6)).capitalize()
    text = " ".join(random.choices(WORDS, k=random.randint(70, 130))).capitalize()
    day = _TODAY - timedelta(days=random.randint(10, 300))
    return (
        f'<article id="artikel-{number}"><h2><a href="/artikel/{day:%Y/%m/%d}/{number}">{heading}</a></h2>\n'
        f'<time datetime="{day:%Y-%m-%d}">{day:%d-%m-%Y}</time>\n<p>{text}.</p></article>\n'
    )


def _foreign(name: str) -> bytes:
    """A page that is nobody's in the county."""
    return f"<!DOCTYPE html>\n<title>{escape(name)}</title>\n<h1>{escape(name)}</h1>\n<p>Situs lain.</p>\n".encode()
