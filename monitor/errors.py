"""
What can go wrong on our side, and how it is said.

MonitorError
├── UsageError            a person's input is wrong; every problem at once; exit code 2
│   ├── ConfigError       settings
│   └── InventoryError    inventory rows
├── Refused               the API would not; its word, for a person
├── StoreError            the record cannot be kept or read
├── DaemonFailed          the daemon cannot go on; exit code 1
├── NotApplicable         the question makes no sense for this target
└── Unreachable           the target could not be looked at (`net.errors` has the kinds)
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class MonitorError(Exception):
    """Anything this project raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in somebody's input: where, what, and how to mend it (Indonesian)."""

    where: str
    """`file:line:column`, `file [section] key`, or an environment variable's name."""
    message: str
    remedy: str

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.where}: {self.message} – {self.remedy}"


class UsageError(MonitorError):
    """Somebody's input is wrong; carries every problem, never just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep *problems* in the order they were found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ConfigError(UsageError):
    """The settings do not hold together."""


class InventoryError(UsageError):
    """The inventory has wrong rows."""


class NotApplicable(MonitorError):
    """The question makes no sense for this target; nothing is said about it."""


class Unreachable(MonitorError):
    """The target could not be looked at; nothing is closed and nothing is opened."""


class Refused(MonitorError):
    """The API's word, for a person."""


class StoreError(MonitorError):
    """The record cannot be kept or read: what happened, and how to mend it."""

    def __init__(self, message: str, remedy: str) -> None:
        """Keep *message* and *remedy*, both Indonesian."""
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} – {remedy}")


class DaemonFailed(MonitorError):
    """The daemon cannot go on; whoever supervises it starts it again."""


SYSTEM: Mapping[int, str] = {
    errno.ENOENT: "berkas atau folder itu tidak ada",
    errno.EACCES: "hak akses tidak cukup",
    errno.EPERM: "hak akses tidak cukup",
    errno.EISDIR: "itu folder, bukan berkas",
    errno.ENOTDIR: "sebagian jalurnya bukan folder",
    errno.EEXIST: "sudah ada",
    errno.ENOTEMPTY: "foldernya tidak kosong",
    errno.ENOSPC: "ruang simpan penuh",
    errno.EDQUOT: "jatah ruang simpan habis",
    errno.EROFS: "diska hanya dapat dibaca",
    errno.EIO: "diska gagal membaca atau menulis",
    errno.EFBIG: "berkas terlalu besar",
    errno.ENAMETOOLONG: "nama terlalu panjang",
    errno.ELOOP: "tautan simbolik berputar-putar",
    errno.EXDEV: "di diska lain",
    errno.EBUSY: "sedang dipakai",
    errno.ETXTBSY: "sedang dijalankan",
    errno.EMFILE: "terlalu banyak berkas terbuka",
    errno.ENFILE: "terlalu banyak berkas terbuka di mesin ini",
    errno.ENOMEM: "memori habis",
    errno.ENOEXEC: "bukan program",
    errno.EADDRINUSE: "sudah dipakai proses lain",
    errno.EADDRNOTAVAIL: "bukan alamat mesin ini",
    errno.EAFNOSUPPORT: "jenis alamat ini tidak dikenal mesin ini",
    errno.ECONNREFUSED: "koneksi ditolak",
    errno.ECONNRESET: "koneksi diputus",
    errno.ECONNABORTED: "koneksi diputus",
    errno.EPIPE: "koneksi diputus",
    errno.ETIMEDOUT: "tidak ada jawaban",
    errno.EHOSTUNREACH: "tidak ada jalan ke host itu",
    errno.EHOSTDOWN: "host itu mati",
    errno.ENETUNREACH: "tidak ada jalan ke jaringan itu",
    errno.ENETDOWN: "jaringan mati",
    errno.EMSGSIZE: "pesan terlalu panjang",
    socket.EAI_NONAME: "nama host tidak dikenal",
    socket.EAI_NODATA: "nama host tidak beralamat",
    socket.EAI_AGAIN: "DNS tidak menjawab",
}
"""What the system or its resolver says in English (errno(3), gai_strerror(3)) → what people read."""


def reason_of(error: OSError) -> str:
    """Why the system refused, in Indonesian; in its own words where there are none for that."""
    is_systems = type(error).__module__ != "ssl"  # OpenSSL's errors are numbered for themselves
    if is_systems and (said := SYSTEM.get(error.errno or 0)):
        return said
    if isinstance(error, TimeoutError):
        return SYSTEM[errno.ETIMEDOUT]
    return str(error.strerror or error) or type(error).__name__
