"""What the states of a domain at its registry mean, in Indonesian (RFC 8056 §2, RFC 5731 §2.3, RFC 3915 §3.1)."""

from __future__ import annotations

from collections.abc import Mapping

STATUSES: Mapping[str, str] = {
    "active": "aktif, tanpa pembatasan",
    "inactive": "belum punya server nama, jadi tidak dapat dipakai",
    "locked": "terkunci: tidak dapat diubah",
    "add period": "baru didaftarkan, masih dapat dibatalkan",
    "auto renew period": "baru diperpanjang sendiri oleh registri",
    "renew period": "baru diperpanjang",
    "transfer period": "baru dipindahkan ke registrar lain",
    "redemption period": "sudah dihapus, masih dapat ditebus",
    "pending create": "pendaftaran sedang diproses",
    "pending delete": "penghapusan sedang diproses",
    "pending renew": "perpanjangan sedang diproses",
    "pending restore": "penebusan sedang diproses",
    "pending transfer": "pemindahan ke registrar lain sedang diproses",
    "pending update": "perubahan sedang diproses",
    "client hold": "ditahan registrar: tidak dilayani DNS",
    "server hold": "ditahan registri: tidak dilayani DNS",
    "client delete prohibited": "dikunci registrar: tidak dapat dihapus",
    "client renew prohibited": "dikunci registrar: tidak dapat diperpanjang",
    "client transfer prohibited": "dikunci registrar: tidak dapat dipindahkan ke registrar lain",
    "client update prohibited": "dikunci registrar: tidak dapat diubah",
    "server delete prohibited": "dikunci registri: tidak dapat dihapus",
    "server renew prohibited": "dikunci registri: tidak dapat diperpanjang",
    "server transfer prohibited": "dikunci registri: tidak dapat dipindahkan ke registrar lain",
    "server update prohibited": "dikunci registri: tidak dapat diubah",
}
"""In the spelling of RDAP, lower case with blanks; what is not here is shown as it is."""
