"""What a finding keeps as evidence, in the county's words: one vocabulary for messages and pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from monitor import words
from monitor.alerts.defang import defanged
from monitor.alerts.evidence import hit
from monitor.alerts.phrases import FAILURES
from monitor.model import Audience, Finding
from monitor.net.facts import Phase

NAMES: Mapping[str, str] = {
    "address": "alamat IP",
    "addresses": "alamat IP",
    "age": "masa berlaku (detik)",
    "aliases": "alias (CNAME)",
    "allowed": "yang diizinkan",
    "answers": "jawaban",
    "at": "pada",
    "bits": "panjang kunci (bit)",
    "canonical": "alamat kanonik",
    "cipher": "sandi TLS",
    "closed": "ditutup karena",
    "code": "kode galat",
    "contacts": "kontak",
    "cookies": "kuki",
    "count": "jumlah",
    "date": "tanggal",
    "days": "sisa hari",
    "destination": "tujuan",
    "destinations": "tujuan",
    "domain": "domain",
    "end": "ujungnya",
    "examples": "contoh",
    "excerpt": "yang tertulis",
    "excerpts": "yang tertulis",
    "expected": "seharusnya",
    "expires": "berlaku sampai",
    "families": "rumpun",
    "foreign": "alamat asing",
    "gambling": "alamat berjudul judi",
    "hits": "yang dinilai",
    "holder": "pemegang",
    "hops": "lompatan",
    "host": "host",
    "hosts": "host",
    "include_subdomains": "termasuk subdomain",
    "issuer": "penerbit",
    "key": "kunci",
    "kind": "gangguan",
    "known": "yang dikenal",
    "language": "bahasa",
    "leads": "mengarah ke",
    "lifetime": "masa berlaku (hari)",
    "likeness": "kemiripan (%)",
    "limit": "batas",
    "links": "tautan",
    "listed": "tercatat",
    "lookups": "pencarian DNS",
    "marks": "tanda peretasan",
    "mode": "mode",
    "most": "paling banyak",
    "named": "yang disebut",
    "names": "nama",
    "networks": "jaringan",
    "newest": "terbaru",
    "not_after": "berlaku sampai",
    "not_before": "berlaku sejak",
    "only_parent": "hanya di induk",
    "only_zone": "hanya di zona",
    "outcome": "hasil",
    "page": "halaman",
    "parent": "induk",
    "patterns": "pola",
    "percent": "persen",
    "phase": "tahap",
    "places": "wilayah lain",
    "points": "nilai",
    "policy": "kebijakan",
    "position": "posisi",
    "preference": "prioritas",
    "problems": "masalah",
    "reason": "alasan",
    "record": "catatan DNS",
    "records": "catatan DNS",
    "registrable": "domain terdaftar",
    "registrar": "registrar",
    "revoked_at": "dicabut pada",
    "right": "urutan yang benar",
    "seconds": "detik",
    "section": "bagian standar",
    "serial": "nomor seri",
    "serials": "nomor seri",
    "served": "yang dikirim",
    "server": "server",
    "servers": "server",
    "service": "layanan",
    "services": "layanan",
    "sha256": "SHA-256",
    "shown_status": "status bagi pengunjung biasa",
    "signature": "tanda tangan",
    "since": "sejak",
    "source": "sumber",
    "standing": "kedudukan",
    "status": "status HTTP",
    "statuses": "status domain",
    "suggested": "usulan",
    "suites": "rangkaian sandi",
    "tag": "bagian",
    "term": "bagian SPF",
    "terms": "bagian SPF",
    "text": "kata pustaka jaringan",
    "texts": "teks",
    "title": "judul",
    "total": "seluruhnya",
    "url": "alamat",
    "urls": "alamat",
    "usual": "biasanya",
    "usual_words": "jumlah kata biasanya",
    "value": "nilai",
    "values": "nilai",
    "verdict": "putusan",
    "version": "versi",
    "versions": "versi",
    "views": "terlihat oleh",
    "voids": "pencarian tanpa hasil",
    "weaker": "yang lebih lemah",
    "words": "kata",
    "zone": "zona",
}
"""Name of a piece of evidence → what people call it."""
HIDDEN = frozenset({"case"})
"""Which of several sentences the catalogue says: that sentence itself is shown."""
PHASES: Mapping[str, str] = {
    Phase.DNS: "cari nama (DNS)",
    Phase.CONNECT: "sambung (TCP)",
    Phase.TLS: "jabat tangan TLS",
    Phase.TTFB: "tunggu jawaban",
    Phase.TRANSFER: "terima isi",
}
_VALUES: Mapping[str, Mapping[str, str]] = {"kind": FAILURES, "phase": PHASES, "views": words.VIEWS}
_INSTANTS = frozenset({"not_before", "not_after", "expires", "revoked_at", "newest", "since"})


def told(finding: Finding) -> Iterator[tuple[str, list[Any]]]:
    """(name, values) of everything that *finding* keeps, in words, not yet harmless; what is empty says nothing."""
    for key, value in finding.detail.items():
        if key not in HIDDEN and value not in (None, "", (), []):
            items = value if isinstance(value, list | tuple) else [value]
            yield NAMES.get(key, key.replace("_", " ")), [_worded(key, item) for item in items]


def _worded(key: str, value: Any) -> Any:
    if key == "hits":
        return hit(value)
    if key in _INSTANTS and isinstance(value, str):
        return _instant(value)
    return _VALUES.get(key, {}).get(value, value) if isinstance(value, str) else value


def _instant(value: str) -> str:
    """As tables have it; a bare day, and what is no instant, as it is."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if found.tzinfo is None else f"{words.table(found)} WIB"


def harmless(text: str, finding: Finding, own: Collection[str]) -> str:
    """
    *text* about *finding*, with the links in it broken that do not lead to hosts of *own*.

    Bare names only in what is the CSIRT's: of a server that is merely misconfigured, people copy the name.
    """
    is_suspect = finding.rule.audience is Audience.CSIRT
    return defanged(text, own, addresses=False) if is_suspect or "://" in text else text
