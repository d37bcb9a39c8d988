"""DKIM keys as published (RFC 6376 §3.6.1): whether a signature can be checked with them, and trusted."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.standards.der import rsa_bits
from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import Tag, quoted, tag_list, without_doubles

_SECTION = "RFC 6376 §3.6.1"
_BLANKS = re.compile(r"[ \t\r\n]+")
_KNOWN = frozenset("vhknpst")
_HASHES = frozenset({"sha1", "sha256"})
_TYPES = frozenset({"rsa", "ed25519"})
_ED25519 = 32
_LEAST, _GOOD, _MOST = 1024, 2048, 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A key record, defaults filled in."""

    key_type: str = "rsa"
    key: str = ""
    """Base64 without blanks; empty: revoked."""
    bits: int | None = None
    """Size of the key; None when revoked or unreadable."""
    hashes: tuple[str, ...] = ()
    """Acceptable hash algorithms; empty: all."""
    services: tuple[str, ...] = ("*",)
    flags: tuple[str, ...] = ()
    notes: str = ""

    @property
    def revoked(self) -> bool:
        """Whether the key has been withdrawn (RFC 6376 §3.6.1, `p`)."""
        return not self.key

    @property
    def testing(self) -> bool:
        """Whether failures are not to be held against the domain (flag `y`)."""
        return "y" in self.flags

    @property
    def for_mail(self) -> bool:
        """Whether the key is meant for mail at all."""
        return bool({"*", "email"} & set(self.services))

    def __str__(self) -> str:
        """The record as it would be written."""
        tags = {
            "v": "DKIM1",
            "k": self.key_type if self.key_type != "rsa" else "",
            "h": ":".join(self.hashes),
            "s": ":".join(self.services) if self.services != ("*",) else "",
            "t": ":".join(self.flags),
            "n": self.notes,
        }
        return "; ".join([*(f"{name}={value}" for name, value in tags.items() if value), f"p={self.key}"])


def parse(text: str) -> Linted[DkimKey]:
    """The key record in *text*, the strings of the TXT record joined without blanks."""
    remarks = Remarks(text)
    tags = without_doubles(tag_list(text, remarks, "RFC 6376 §3.2"), remarks, "RFC 6376 §3.2")
    _version(tags, remarks)
    if "p" not in tags:
        remarks.error(remarks.whole, "tag p (kunci publik) tidak ada", _SECTION)
        return remarks.linted(None)
    key_type = _key_type(tags, remarks)
    key, bits = _key(tags["p"], key_type, remarks)
    value = DkimKey(
        key_type=key_type,
        key=key,
        bits=bits,
        hashes=_hashes(tags, key_type, remarks),
        services=_services(tags, remarks),
        flags=_flags(tags, remarks),
        notes=tags["n"].value.text if "n" in tags else "",
    )
    _unknown(tags, remarks)
    return remarks.linted(value)


def _version(tags: Mapping[str, Tag], remarks: Remarks) -> None:
    version = tags.get("v")
    if version is None:
        return
    if version.value.text != "DKIM1":
        said = f"v harus DKIM1 (huruf besar), bukan {quoted(version.value.text)}"
        remarks.error(version.value or version.name, said, _SECTION)
    if next(iter(tags)) != "v":
        remarks.error(version.name, "v harus menjadi tag pertama", _SECTION)


def _key_type(tags: Mapping[str, Tag], remarks: Remarks) -> str:
    tag = tags.get("k")
    if tag is None:
        return "rsa"
    if tag.value.lower not in _TYPES:
        said = f"jenis kunci {quoted(tag.value.text)} tidak dikenal: rsa atau ed25519"
        remarks.error(tag.value or tag.name, said, "RFC 8463 §4")
    return tag.value.lower


def _key(tag: Tag, key_type: str, remarks: Remarks) -> tuple[str, int | None]:
    """The key in Base64 and its size."""
    text = _BLANKS.sub("", tag.value.text)
    if not text:
        remarks.warning(tag.name, "p kosong: kunci ini sudah dicabut", _SECTION)
        return "", None
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        remarks.error(tag.value, "kunci bukan Base64 yang utuh; mungkin terpotong", _SECTION)
        return text, None
    judge = {"rsa": _rsa, "ed25519": _ed25519}.get(key_type)
    return text, None if judge is None else judge(key, tag.value, remarks)


def _rsa(key: bytes, at: Piece, remarks: Remarks) -> int | None:
    bits = rsa_bits(key)
    if bits is None:
        remarks.error(at, "isinya bukan kunci publik RSA dalam DER", "RFC 6376 §3.6.1")
    elif bits < _LEAST:
        remarks.error(at, f"kunci RSA {bits} bit: di bawah {_LEAST} bit harus ditolak", "RFC 8301 §3.2")
    elif bits < _GOOD:
        remarks.warning(at, f"kunci RSA {bits} bit: gunakan paling sedikit {_GOOD} bit", "RFC 8301 §3.2")
    elif bits > _MOST:
        remarks.warning(at, f"kunci RSA {bits} bit: penerima hanya wajib sanggup sampai {_MOST} bit", "RFC 8301 §3.2")
    return bits


def _ed25519(key: bytes, at: Piece, remarks: Remarks) -> int | None:
    if len(key) != _ED25519:
        said = f"kunci Ed25519 panjangnya {_ED25519} bita, bukan {len(key)}; tanpa bungkus DER"
        remarks.error(at, said, "RFC 8463 §4.2")
        return None
    return len(key) * 8


def _hashes(tags: Mapping[str, Tag], key_type: str, remarks: Remarks) -> tuple[str, ...]:
    names = _list(tags, "h")
    for name in names:
        if name.lower not in _HASHES:
            remarks.note(name, f"algoritma {quoted(name.text)} tidak dikenal dan diabaikan", _SECTION)
    if names and not any(name.lower == "sha256" for name in names):
        remarks.error(names[0], "h tidak memuat sha256: tanda tangan mana pun harus ditolak", "RFC 8301 §3.1")
    elif any(name.lower == "sha1" for name in names):
        remarks.warning(names[0], "sha1 tidak boleh dipakai lagi", "RFC 8301 §3.1")
    return tuple(name.lower for name in names)


def _services(tags: Mapping[str, Tag], remarks: Remarks) -> tuple[str, ...]:
    names = _list(tags, "s")
    if names and not {"*", "email"} & {name.lower for name in names}:
        remarks.warning(names[0], "s tidak memuat email maupun *: kunci ini bukan untuk surel", _SECTION)
    return tuple(name.lower for name in names) or ("*",)


def _flags(tags: Mapping[str, Tag], remarks: Remarks) -> tuple[str, ...]:
    names = _list(tags, "t")
    for name in names:
        if name.lower == "y":
            remarks.warning(name, "t=y: domain ini masih menguji DKIM; kegagalan diabaikan", _SECTION)
        elif name.lower != "s":
            remarks.note(name, f"bendera {quoted(name.text)} tidak dikenal dan diabaikan", _SECTION)
    return tuple(name.lower for name in names)


def _list(tags: Mapping[str, Tag], name: str) -> list[Piece]:
    if name not in tags:
        return []
    return [part for piece in tags[name].value.split(":") if (part := piece.strip(" \t\r\n"))]


def _unknown(tags: Mapping[str, Tag], remarks: Remarks) -> None:
    for name, tag in tags.items():
        if name not in _KNOWN and name != "g":
            remarks.note(tag.name, f"tag {quoted(name)} tidak dikenal dan diabaikan", _SECTION)
    if "g" in tags:
        remarks.note(tags["g"].name, "tag g sudah dihapus dari standar dan diabaikan", "RFC 6376 §C.2")
