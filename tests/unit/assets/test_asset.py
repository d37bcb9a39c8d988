"""An asset as the register shows it: declared and observed beside each other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from monitor.assets import Asset, Basis, Process, Status, asset_of, assets_of
from monitor.model import Kind, Target
from tests.unit.assets.making import DOMAIN, END, NOW, VILLAGE, sheet, target


def test_every_column_is_filled_from_who_knows_it() -> None:
    asset = asset_of(
        sheet(
            kode_barang_bmd=("1.3.2.05", ""),
            penanggung_jawab=("Kepala Bidang", ""),
            alamat_ip=("", "203.0.113.10; 203.0.113.9"),
            versi=("", "OpenSID 23.05; nginx 1.18.0"),
            target_ketersediaan=("99.5", ""),
            tanggal_mulai=("2024-01-31", ""),
            status_siklus_hidup=("pemeliharaan", ""),
            kedaluwarsa_sertifikat=("", END),
        )
    )

    assert (asset.kode_aset, asset.nama, asset.jenis, asset.kelompok) == (
        "OPD-009",
        "Dinkominfo",
        Kind.OPD,
        "situs web",
    )
    assert (asset.host, asset.domain_terdaftar) == ("dinkominfo.purbalinggakab.go.id", "purbalinggakab.go.id")
    assert (asset.kode_barang_bmd, asset.penanggung_jawab) == ("1.3.2.05", "Kepala Bidang")
    assert asset.alamat_ip == ("203.0.113.10", "203.0.113.9")
    assert asset.versi == ("OpenSID 23.05", "nginx 1.18.0")
    assert (asset.target_ketersediaan, asset.tanggal_mulai) == (Decimal("99.5"), date(2024, 1, 31))
    assert (asset.status_siklus_hidup, asset.proses) == (Status.MAINTAINED, Process.USE)
    assert asset.kedaluwarsa_sertifikat == datetime.fromisoformat(END)
    assert asset.origins["alamat_ip"].basis is Basis.OBSERVED
    assert asset.origins["alamat_ip"].since == NOW
    assert asset.origins["kode_barang_bmd"].basis is Basis.DECLARED
    assert asset.origins["lokasi"].basis is Basis.UNKNOWN
    assert asset.remarks == ()


@pytest.mark.parametrize(
    ("of", "group", "url"),
    [
        (target(), "situs web", "https://dinkominfo.purbalinggakab.go.id/"),
        (target("LYN-001", kind=Kind.LAYANAN), "aplikasi dan layanan", "https://dinkominfo.purbalinggakab.go.id/"),
        (DOMAIN, "nama domain", ""),
    ],
)
def test_the_group_follows_the_jenis_unless_declared(of: Target, group: str, url: str) -> None:
    assert (asset_of(sheet(of)).kelompok, asset_of(sheet(of)).url_resmi) == (group, url)
    assert asset_of(sheet(of, kelompok=("perangkat keras", ""))).kelompok == "perangkat keras"


@pytest.mark.parametrize(
    ("field", "declared", "observed", "conflict"),
    [
        pytest.param("alamat_ip", "203.0.113.9", "203.0.113.9", False, id="same address"),
        pytest.param("alamat_ip", "203.0.113.9", "203.0.113.10; 203.0.113.9", True, id="one address too many"),
        pytest.param("alamat_ip", "203.0.113.9", "198.51.100.7", True, id="another address"),
        pytest.param("penyedia_hosting", "PT Cloudflare", "Cloudflare", False, id="said longer"),
        pytest.param("penyedia_hosting", "Dinkominfo", "Cloudflare", True, id="another host"),
        pytest.param("perangkat_lunak", "Laravel", "PHP; nginx", False, id="hidden, not contradicted"),
        pytest.param("perangkat_lunak", "OpenSID", "WordPress; nginx", True, id="another system"),
        pytest.param("perangkat_lunak", "OpenSID", "OpenSID; WordPress", False, id="both systems"),
        pytest.param("versi", "OpenSID 23.05", "OpenSID 23.05.1", False, id="said less exactly"),
        pytest.param("versi", "OpenSID 23.5", "OpenSID 23.50", True, id="not the same number"),
        pytest.param("versi", "OpenSID 23.05", "OpenSID 22.01", True, id="another version"),
        pytest.param("versi", "opensid v23.05", "OpenSID 23.05", False, id="written otherwise"),
        pytest.param("versi", "Laravel 9", "PHP 8.1", False, id="another product's"),
        pytest.param("kedaluwarsa_domain", "2027-01-24T23:59:59+07:00", END, False, id="same day"),
        pytest.param("kedaluwarsa_domain", "2027-01-25T00:00:00+07:00", END, True, id="the day after"),
    ],
)
def test_what_cannot_both_be_true_is_shown_as_such(field: str, declared: str, observed: str, *, conflict: bool) -> None:
    made: dict[str, Any] = {field: (declared, observed)}
    asset = asset_of(sheet(**made))

    assert asset.origins[field].conflict is conflict
    assert asset.pertentangan == ((field,) if conflict else ())
    assert any(remark.startswith(f"{field}: dinyatakan") for remark in asset.remarks) is conflict


def test_what_is_observed_counts_before_what_is_declared() -> None:
    asset = asset_of(sheet(penyedia_hosting=("Dinkominfo", "Cloudflare")))

    assert asset.penyedia_hosting == "Cloudflare"
    assert asset.origins["penyedia_hosting"].declared == "Dinkominfo"


@pytest.mark.parametrize(
    ("declared", "active", "retired", "status", "process"),
    [
        ("", True, False, Status.IN_USE, Process.USE),
        ("", False, False, None, None),
        ("rencana", False, False, Status.PLANNED, Process.PLANNING),
        ("nonaktif", False, False, Status.IDLE, Process.USE),
        ("operasional", True, True, Status.REMOVED, Process.DISPOSAL),
        ("dihapus", True, False, Status.IN_USE, Process.USE),
        ("ngawur", True, False, Status.IN_USE, Process.USE),
    ],
)
def test_a_state_is_declared_or_follows_from_the_inventory(
    declared: str, *, active: bool, retired: bool, status: Status | None, process: Process | None
) -> None:
    asset = asset_of(sheet(target(active=active), retired=NOW if retired else None, status_siklus_hidup=(declared, "")))

    assert (asset.status_siklus_hidup, asset.proses) == (status, process)
    assert asset.dipantau is (active and not retired)


@pytest.mark.parametrize(
    ("asset", "unseen"),
    [
        pytest.param(asset_of(sheet()), True, id="never seen"),
        pytest.param(asset_of(sheet(alamat_ip=("203.0.113.9", ""))), True, id="only declared"),
        pytest.param(asset_of(sheet(alamat_ip=("", "203.0.113.9"))), False, id="seen"),
        pytest.param(asset_of(sheet(), sheet(DOMAIN, server_nama=("", "ns1.x"))), True, id="only its domain was"),
        pytest.param(asset_of(sheet(DOMAIN, server_nama=("", "ns1.x"))), False, id="a domain that was"),
        pytest.param(asset_of(sheet(target(active=False))), False, id="not watched"),
        pytest.param(asset_of(sheet(retired=NOW)), False, id="removed"),
    ],
)
def test_what_is_listed_and_was_never_seen_is_flagged(asset: Asset, *, unseen: bool) -> None:
    assert asset.is_unseen is unseen
    assert ("tercatat, belum pernah teramati" in asset.remarks) is unseen


@pytest.mark.parametrize(
    ("status", "told"),
    [("operasional", False), ("pemeliharaan", False), ("rencana", True), ("pengadaan", True), ("nonaktif", True)],
)
def test_what_is_watched_and_should_not_exist_is_told(status: str, *, told: bool) -> None:
    asset = asset_of(sheet(alamat_ip=("", "203.0.113.9"), status_siklus_hidup=(status, "")))

    assert any(remark.startswith(f"berstatus {status}") for remark in asset.remarks) is told


def test_a_site_shares_what_its_domain_shows() -> None:
    site, village, domain = assets_of(
        [sheet(), sheet(VILLAGE), sheet(DOMAIN, kedaluwarsa_domain=("", END), server_nama=("", "ns1.x; ns2.x"))]
    )

    assert site.kedaluwarsa_domain == domain.kedaluwarsa_domain == datetime.fromisoformat(END)
    assert site.server_nama == ("ns1.x", "ns2.x")
    assert (village.kedaluwarsa_domain, village.server_nama) == (None, ())


def test_the_goal_of_the_jenis_counts_where_none_is_declared() -> None:
    goals = {Kind.OPD: Decimal("99.5"), Kind.DESA: Decimal(98)}
    own, other, village = assets_of(
        [sheet(target_ketersediaan=("99.9", "")), sheet(target("X")), sheet(VILLAGE)], goals
    )

    assert (own.target_ketersediaan, other.target_ketersediaan, village.target_ketersediaan) == (
        Decimal("99.9"),
        Decimal("99.5"),
        Decimal(98),
    )
