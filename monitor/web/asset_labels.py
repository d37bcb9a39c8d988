"""What the columns of the asset register are called on the board."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.assets import Way

LABELS: Mapping[str, str] = {
    "kode_aset": "Kode aset", "kode_barang_bmd": "Kode barang (BMD)", "nama": "Nama", "jenis": "Jenis",
    "kelompok": "Kelompok", "url_resmi": "URL resmi", "host": "Host", "domain_terdaftar": "Domain terdaftar",
    "pemilik": "Pemilik", "penanggung_jawab": "Penanggung jawab", "kontak": "Kontak",
    "pengelola_teknis": "Pengelola teknis", "penyedia_hosting": "Penyedia hosting", "alamat_ip": "Alamat IP",
    "lokasi": "Lokasi", "klasifikasi_data": "Klasifikasi data", "nilai_kritikalitas": "Nilai kritikalitas",
    "target_ketersediaan": "Target ketersediaan", "perangkat_lunak": "Perangkat lunak", "versi": "Versi",
    "tanggal_mulai": "Tanggal mulai", "status_siklus_hidup": "Status siklus hidup",
    "kedaluwarsa_domain": "Kedaluwarsa domain", "kedaluwarsa_sertifikat": "Kedaluwarsa sertifikat",
    "sumber": "Sumber", "verifikasi": "Verifikasi", "catatan": "Catatan", "proses": "Proses",
    "server_nama": "Server nama", "server_surel": "Server surel", "penerbit_sertifikat": "Penerbit sertifikat",
    "sidik_sertifikat": "Sidik sertifikat (SHA-256)", "dipantau": "Dipantau", "tercatat_sejak": "Tercatat sejak",
    "dihapus_pada": "Keluar dari inventaris", "surel": "Surel", "aktif": "Dipantau", "url_usulan": "URL usulan",
    "keluar_dari_inventaris": "Keluar dari inventaris",
}  # fmt: skip
WAYS: Mapping[Way, str] = {
    Way.REDIRECT: "tujuan pengalihan",
    Way.CERTIFICATE: "nama di sertifikat",
    Way.LINK: "tautan layanan",
    Way.MAIL: "server surel",
    Way.ALIAS: "alias (CNAME)",
}
"""How a host came up → what that is called."""
