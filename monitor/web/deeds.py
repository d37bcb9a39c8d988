"""What a line of the audit trail says, as a sentence for people; the line itself stays as it was recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from monitor.access.people import FAILED, LOGIN, LOGOUT, PRUNED, RESTORED, ROTATED, Deed
from monitor.access.roles import Action
from monitor.web.planning import WEEK
from monitor.web.who import DOINGS

MARKS = {
    "terima": "menerima temuan {} pada {}",
    "catat": "mencatat pada temuan {} pada {}",
    "tugaskan": "menugaskan temuan {} pada {}",
    "positif-palsu": "menyatakan positif palsu temuan {} pada {}",
    "cabut": "mencabut tanda pada temuan {} pada {}",
}
PLAIN = {
    LOGIN: "masuk",
    FAILED: "gagal membuktikan diri",
    LOGOUT: "keluar",
    ROTATED: "mengganti kunci segel",
    PRUNED: "melepaskan catatan lama",
    RESTORED: "memulihkan catatan dari cadangan",
}
SAID = {action.value: said for action, said in DOINGS.items()}
"""What is said where an address has no words of its own."""
SPOKEN = ("kode", "temuan", "tindakan", "cakupan", "nilai", "host", "keputusan")
"""Fields of forms that the sentences say."""
_NAMED = re.compile(rf"(?:^| )({'|'.join(SPOKEN)})=(\S*)")
_FIELD = re.compile(r" *([A-Za-z_]+)=")
_LABELS: Mapping[str, str] = {
    "mulai": "mulai", "menit": "lama (menit)", "ulangi": "berulang", "tanggal": "tanggal", "sampai": "sampai",
    "ulang": "ulang", "digest": "SHA-256", "kosong": "walau kosong", "teks": "catatan", "alasan": "alasan",
    "kepada": "kepada", **{f"hari_{day}": f"hari {name}" for day, name in WEEK.items()},
}  # fmt: skip
"""The name of a field of a form → what it is called."""
_TYPED = frozenset({"teks", "alasan", "kepada"})
"""Fields that hold anything at all, up to the end of the line."""
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A deed in words."""

    text: str
    """What was done, with the object; begins in lower case."""
    more: str = ""
    """What was typed or counted besides, as recorded; anything at all."""
    link: str = ""
    """The page of the object; empty when it has none."""

    @property
    def besides(self) -> str:
        """`more` in words: without what `text` says already, and with what people typed as they typed it."""
        return "; ".join(_besides(self.more))


def _besides(more: str) -> Iterator[str]:
    """The parts of *more*; from what is no field that we know, all is as it was recorded."""
    rest = more
    while (field := _FIELD.match(rest)) and (field[1] in _LABELS or field[1] in SPOKEN):
        name = field[1]
        said = rest[field.end() :]
        value, _, left = (said, "", "") if name in _TYPED else said.partition(" ")
        if name in _LABELS:
            yield f"{_LABELS[name]}: {value}"
        rest = left
    if rest.strip():
        yield rest.strip()


Groups = tuple[str, ...]
"""What an address says in its variable parts."""
Teller = Callable[[Groups, Fields], tuple[str, str]]
"""What is said of an address and its form, and the page of the object."""


def _of(text: str, link: str = "") -> Teller:
    """Says *text* with what the address says in its braces."""
    return lambda groups, fields: (text.format(*groups), link.format(*map(_quoted, groups)))


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _mark(groups: Groups, fields: Fields) -> tuple[str, str]:
    said = MARKS.get(fields.get("tindakan", ""), "menandai temuan {} pada {}")
    kode = fields.get("kode", "")
    return said.format(fields.get("temuan", "?"), kode or "?"), f"/situs/{_quoted(kode)}" if kode else ""


def _plan(groups: Groups, fields: Fields) -> tuple[str, str]:
    what = " ".join(filter(None, (fields.get("cakupan"), fields.get("nilai"))))
    return f"menjadwalkan pemeliharaan {what}".strip(), "/pemeliharaan"


def _candidate(groups: Groups, fields: Fields) -> tuple[str, str]:
    host = groups[0] if groups else fields.get("host", "?")
    stand = {"diterima": "menerima", "diabaikan": "mengabaikan", "usulan": "menarik keputusan atas"}
    return f"{stand.get(fields.get('keputusan', ''), 'memutuskan')} kandidat aset {host}", "/aset/kandidat"


_ADDRESSES: tuple[tuple[str, Teller], ...] = (
    (r"/insiden/(\d+)/terima|/api/v1/incidents/(\d+)/acknowledge", _of("menerima insiden INS-{}", "/insiden/{}")),
    (r"/insiden/(\d+)/lepas|/api/v1/incidents/(\d+)/unacknowledge", _of("melepas insiden INS-{}", "/insiden/{}")),
    (r"/insiden/(\d+)/catat|/api/v1/incidents/(\d+)/note", _of("mencatat pada insiden INS-{}", "/insiden/{}")),
    (r"/insiden/(\d+)/tugaskan|/api/v1/incidents/(\d+)/assign", _of("menugaskan insiden INS-{}", "/insiden/{}")),
    (r"/temuan/tandai|/api/v1/findings/mark", _mark),
    (r"/pemeliharaan/(\d+)/akhiri|/api/v1/maintenance/(\d+)/end", _of("mengakhiri pemeliharaan {}", "/pemeliharaan")),
    (r"/pemeliharaan|/api/v1/maintenance", _plan),
    (r"/api/v1/targets/([^/]+)/forget", _of("menghapus rupa wajar {}", "/situs/{}")),
    (r"/pesan/(.+)/ulang|/api/v1/outbox/(.+)/retry", _of("mengirim ulang pesan {}", "/pesan")),
    (r"/aset/kandidat|/api/v1/candidates/([^/]+)", _candidate),
    (r"/api/v1/evidence/([^/]+)/freeze", _of("membekukan bulan {}", "/bukti")),
    (r"/situs/([^/]+)/bukti/(\d+)/gambar", _of("melihat tangkapan layar {}, bukti nomor {}", "/situs/{}#bukti")),
    (r"/situs/([^/]+)/bukti/(\d+)", _of("mengunduh barang bukti {}, nomor {}", "/situs/{}#bukti")),
    (r"/aset/unduh\.(\w+)", _of("mengunduh register aset, berkas {}", "/aset")),
    (r"/bukti/unduh/(.+)", _of("mengunduh berkas audit {}", "/bukti")),
)  # fmt: skip
_ACCOUNTS: tuple[tuple[str, str], ...] = (
    (r"ganti kata sandi (\S+)", "mengganti kata sandi akun {}"),
    (r"tambah (\S+) \((\w+)\)", "menambah akun {} dengan peran {}"),
    (r"peran (\w+) (\S+)", "memberi peran {} kepada akun {}"),
    (r"nonaktifkan (\S+)", "menonaktifkan akun {}"),
    (r"aktifkan (\S+)", "mengaktifkan akun {}"),
    (r"hapus (\S+)", "menghapus akun {}"),
    (r"token (\S+) \((.+)\)", "membuat token {} dengan cakupan {}"),
    (r"cabut token (\S+)", "mencabut token {}"),
)
_COMPILED = tuple((re.compile(path), teller) for path, teller in _ADDRESSES)


def told(deed: Deed) -> Told:
    """
    *deed* in words. Of what a form sent, only what stands before the free texts is read.

    What nobody has words for is told by its action, with all that was recorded.
    """
    if deed.deed in PLAIN:
        return Told(PLAIN[deed.deed], deed.about)
    if deed.deed == Action.ADMIN.value:
        return _account(deed.about)
    path, _, rest = deed.about.partition(" ")
    for pattern, teller in _COMPILED:
        if match := pattern.fullmatch(path):
            return Told(*_words(teller, match, rest))
    return Told(SAID.get(deed.deed, deed.deed), deed.about)


def _words(teller: Teller, match: re.Match[str], rest: str) -> tuple[str, str, str]:
    """Text, what stands besides, link."""
    fields: dict[str, str] = {}
    for name, value in _NAMED.findall(rest):
        fields.setdefault(name, value)  # what comes later may be of a text that somebody typed
    groups = tuple(group for group in match.groups() if group is not None)  # an address is written in one of two ways
    text, link = teller(groups, fields)
    return text, rest, link


def _account(about: str) -> Told:
    for pattern, said in _ACCOUNTS:
        if match := re.fullmatch(pattern, about):
            return Told(said.format(*match.groups()))
    return Told("mengurus akun dan token", about)
