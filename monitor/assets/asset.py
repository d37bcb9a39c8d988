"""An asset as the register shows it: every column, declared and observed beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from monitor.assets import observed as fields
from monitor.assets.changes import Said, Sheet
from monitor.assets.declared import COLUMNS as DECLARED
from monitor.assets.lifecycle import PROCESSES, Process, Status, status_of
from monitor.assets.observed import members
from monitor.domains import registrable
from monitor.model import Criticality, Kind, Verification
from monitor.sections import AvailabilityTargets

GROUPS: Mapping[Kind, str] = {Kind.LAYANAN: "aplikasi dan layanan", Kind.DOMAIN: "nama domain"}
"""kelompok where nobody has declared another; every other jenis is a site."""
SITE = "situs web"
SYSTEMS = frozenset(
    {"OpenSID", "OpenDK", "WordPress", "Joomla", "Drupal", "Moodle", "SLiMS", "TYPO3", "Blogger", "Wix"}
)
"""Products of which a site runs one: another than the declared one contradicts it."""

_VERSION = re.compile(r"(.*?)\s+v?(\d[\w.]*)")


class Basis(StrEnum):
    """On what a value rests."""

    DECLARED = "dinyatakan"
    OBSERVED = "teramati"
    DERIVED = "diturunkan"
    """Worked out from what the inventory says of the target."""
    UNKNOWN = "belum-diketahui"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the value of a column comes from."""

    basis: Basis = Basis.UNKNOWN
    declared: str = ""
    """Canonical text; empty when nobody has."""
    observed: str = ""
    since: datetime | None = None
    """UTC, since when it was seen to be so; None for what was not observed."""
    conflict: bool = False
    """What is declared cannot be true if what is observed is."""


NOWHERE = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One asset; the fields are the columns, in their order. Texts are empty, and the rest None or (), when unknown."""

    kode_aset: str
    kode_barang_bmd: str = ""
    nama: str
    jenis: Kind
    kelompok: str
    url_resmi: str = ""
    """Empty for a domain."""
    host: str
    domain_terdaftar: str = ""
    pemilik: str = ""
    penanggung_jawab: str = ""
    kontak: str = ""
    pengelola_teknis: str = ""
    penyedia_hosting: str = ""
    alamat_ip: tuple[str, ...] = ()
    lokasi: str = ""
    klasifikasi_data: str = ""
    nilai_kritikalitas: Criticality
    target_ketersediaan: Decimal | None = None
    """Percent."""
    perangkat_lunak: tuple[str, ...] = ()
    versi: tuple[str, ...] = ()
    """`product version` each."""
    tanggal_mulai: date | None = None
    status_siklus_hidup: Status | None = None
    kedaluwarsa_domain: datetime | None = None
    kedaluwarsa_sertifikat: datetime | None = None
    sumber: str = ""
    verifikasi: Verification
    catatan: str = ""

    server_nama: tuple[str, ...] = ()
    server_surel: tuple[str, ...] = ()
    penerbit_sertifikat: str = ""
    sidik_sertifikat: str = ""
    """SHA-256 of the certificate, lower-case hex."""
    dipantau: bool = True
    tercatat_sejak: datetime
    """UTC, when the inventory was first seen to have it."""
    dihapus_pada: datetime | None = None
    """UTC, when it was missed in the inventory."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """column → where its value comes from, for every column that can be observed or declared in `aset.csv`."""

    @property
    def proses(self) -> Process | None:
        """The process that its state belongs to; None while nobody has declared a state."""
        return None if self.status_siklus_hidup is None else PROCESSES[self.status_siklus_hidup]

    @property
    def pertentangan(self) -> tuple[str, ...]:
        """The columns in which what is declared contradicts what is observed."""
        return tuple(name for name, origin in self.origins.items() if origin.conflict)

    @property
    def is_unseen(self) -> bool:
        """Whether it is listed, to be watched, and was never seen."""
        if not self.dipantau:
            return False
        own = (origin for name, origin in self.origins.items() if name not in _OF_DOMAIN or self.jenis is Kind.DOMAIN)
        return not any(origin.observed for origin in own)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What somebody should look at (Indonesian)."""
        return tuple(_remarks(self))


OBSERVED = (
    fields.HOSTING,
    fields.ADDRESSES,
    fields.SOFTWARE,
    fields.VERSIONS,
    fields.DOMAIN_END,
    fields.CERTIFICATE_END,
    fields.NAME_SERVERS,
    fields.MAIL_SERVERS,
    fields.ISSUER,
    fields.FINGERPRINT,
)
_OF_DOMAIN = frozenset({fields.DOMAIN_END, fields.NAME_SERVERS})
"""What a site shares with the domain behind it."""
_ALIVE = frozenset({None, Status.IN_USE, Status.MAINTAINED})


def goals_of(targets: AvailabilityTargets) -> dict[Kind, Decimal]:
    """The availability (percent) that the settings aim at, by jenis; domains have none."""
    return {Kind(name): percent for name, percent in targets}


def assets_of(sheets: Iterable[Sheet], goals: Mapping[Kind, Decimal] | None = None) -> tuple[Asset, ...]:
    """The assets of *sheets*, in their order; *goals*: the availability (percent) that is aimed at, by jenis."""
    known = {sheet.target.kode: sheet for sheet in sheets}
    return tuple(
        asset_of(sheet, known.get(registrable(sheet.target.host)), (goals or {}).get(sheet.target.kind))
        for sheet in known.values()
    )


def asset_of(sheet: Sheet, domain: Sheet | None = None, goal: Decimal | None = None) -> Asset:
    """The asset of *sheet*, with what *domain* (of the registrable domain behind it) shows of it."""
    target, origins = sheet.target, _origins(sheet, domain)
    said = {name: origin.observed or origin.declared for name, origin in origins.items()}
    is_domain = target.kind is Kind.DOMAIN
    return Asset(
        kode_aset=target.kode,
        kode_barang_bmd=said["kode_barang_bmd"],
        nama=target.name,
        jenis=target.kind,
        kelompok=said["kelompok"] or GROUPS.get(target.kind, SITE),
        url_resmi="" if is_domain else target.url,
        host=target.host,
        domain_terdaftar=registrable(target.host),
        pemilik=target.owner,
        penanggung_jawab=said["penanggung_jawab"],
        kontak=said["kontak"],
        pengelola_teknis=said["pengelola_teknis"],
        penyedia_hosting=said[fields.HOSTING],
        alamat_ip=members(said[fields.ADDRESSES]),
        lokasi=said["lokasi"],
        klasifikasi_data=said["klasifikasi_data"],
        nilai_kritikalitas=target.criticality,
        target_ketersediaan=_percent(said["target_ketersediaan"]) or goal,
        perangkat_lunak=members(said[fields.SOFTWARE]),
        versi=members(said[fields.VERSIONS]),
        tanggal_mulai=_day(said["tanggal_mulai"]),
        status_siklus_hidup=_status(sheet),
        kedaluwarsa_domain=_instant(said[fields.DOMAIN_END]),
        kedaluwarsa_sertifikat=_instant(said[fields.CERTIFICATE_END]),
        sumber=target.source,
        verifikasi=target.verification,
        catatan=target.note,
        server_nama=members(said[fields.NAME_SERVERS]),
        server_surel=members(said[fields.MAIL_SERVERS]),
        penerbit_sertifikat=said[fields.ISSUER],
        sidik_sertifikat=said[fields.FINGERPRINT],
        dipantau=target.active and sheet.retired is None,
        tercatat_sejak=sheet.first_seen,
        dihapus_pada=sheet.retired,
        origins=origins,
    )


def _status(sheet: Sheet) -> Status | None:
    """By the record of its life; by the inventory alone when there is no such record yet."""
    if sheet.retired is not None:
        return Status.REMOVED
    said = sheet.declared.get("status_siklus_hidup")
    found = status_of(said.value) if said else None
    # A removed asset that stands in the inventory again is not removed, whatever the log said last.
    if found is None or found is Status.REMOVED:
        return Status.IN_USE if sheet.target.active else None
    return found


def _origins(sheet: Sheet, domain: Sheet | None) -> dict[str, Origin]:
    names = dict.fromkeys((*DECLARED, *OBSERVED))
    return {name: _origin(name, sheet, domain) for name in names}


def _origin(name: str, sheet: Sheet, domain: Sheet | None) -> Origin:
    declared = _value(sheet.declared.get(name))
    seen = sheet.observed.get(name)
    if seen is None and domain is not None and name in _OF_DOMAIN:
        seen, declared = domain.observed.get(name), declared or _value(domain.declared.get(name))
    if seen is not None:
        conflict = bool(declared) and _contradicts(name, declared, seen.value)
        return Origin(basis=Basis.OBSERVED, declared=declared, observed=seen.value, since=seen.since, conflict=conflict)
    if declared:
        return Origin(basis=Basis.DECLARED, declared=declared)
    return Origin(basis=Basis.DERIVED) if name in {"kelompok", "status_siklus_hidup"} else NOWHERE


def _value(said: Said | None) -> str:
    return said.value if said else ""


def _contradicts(name: str, declared: str, seen: str) -> bool:
    """Whether both cannot be true; that something declared was not seen is no contradiction where it may be hidden."""
    match name:
        case fields.ADDRESSES:
            return set(members(declared)) != set(members(seen))
        case fields.HOSTING:
            one, other = declared.casefold(), seen.casefold()
            return one not in other and other not in one
        case fields.SOFTWARE:
            listed, found = (set(members(text)) & SYSTEMS for text in (declared, seen))
            return bool(listed and found) and listed.isdisjoint(found)
        case fields.VERSIONS:
            return _other_version(_versions(declared), _versions(seen))
        case fields.DOMAIN_END:
            return declared[:10] != seen[:10]
        case _:
            return False


def _versions(text: str) -> dict[str, str]:
    found = (_VERSION.fullmatch(part) for part in members(text))
    return {match[1].casefold(): match[2] for match in found if match}


def _other_version(declared: Mapping[str, str], seen: Mapping[str, str]) -> bool:
    """Of a product both name, a version that is neither the same nor the same said less exactly."""
    return any(
        not (f"{seen[name]}.".startswith(f"{version}.") or f"{version}.".startswith(f"{seen[name]}."))
        for name, version in declared.items()
        if name in seen
    )


def _remarks(asset: Asset) -> Iterator[str]:
    if asset.is_unseen:
        yield "tercatat, belum pernah teramati"
    for name in asset.pertentangan:
        origin = asset.origins[name]
        yield f"{name}: dinyatakan {origin.declared}, teramati {origin.observed}"
    if asset.dipantau and asset.status_siklus_hidup not in _ALIVE:
        yield f"berstatus {asset.status_siklus_hidup}, padahal masih dipantau sebagai situs aktif"


def _percent(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
