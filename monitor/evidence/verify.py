"""Is a bundle what it says it is? Answered from the file alone: no record, no network, nothing unpacked."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from monitor import words
from monitor.errors import reason_of
from monitor.evidence import manifest
from monitor.evidence.manifest import Entry
from monitor.evidence.signing import is_signed, key_id_of

SMALL = 64 * 1024 * 1024
"""Bytes of a file that is read at once: the manifest and the like have a few thousand, data.json a few million."""
_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of a bundle that is looked at in memory; of a larger one, which has samples, there is a copy on disk."""
_PIECE = 1 << 20
_LOCAL = b"PK\x03\x04"
"""With which a ZIP begins."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong."""

    where: str
    """A file of the bundle, or the bundle itself."""
    text: str
    """Indonesian."""

    def __str__(self) -> str:
        """One line."""
        return f"{self.where}: {self.text}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; the manifest only as far as it could be read."""

    fault: Fault | None
    manifest: Mapping[str, Any]
    is_signed: bool = False
    sha256: str = ""
    """Of the very bytes that were looked at, lower-case hex; empty when the file cannot be read."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """`data.json`, when nothing is wrong."""

    @property
    def key_id(self) -> str:
        """Of the key in the bundle."""
        return str(self.manifest.get("key_id") or "")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a bundle says, whole or not: only as much was looked at as says it."""

    fault: Fault | None
    """Why that cannot be known."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    """`data.json`."""
    is_signed: bool = False


_ABSENT = "tidak ada di dalam ZIP; bundel bukti selalu memuatnya, maka ini ZIP lain atau bundel yang dirusak"


class _Wrong(Exception):
    def __init__(self, where: str, text: str) -> None:
        super().__init__(where, text)
        self.fault = Fault(where, text)


def verify(path: Path, *, previous: Path | None = None, key_id: str = "") -> Verdict:
    """
    Look at the bundle in *path*; of what is wrong, the first is told.

    *previous*: the bundle of the month before, to which this one must refer. *key_id*: the key that must have signed
    it, known from elsewhere; without it, a signature says no more than that whoever made the file has that key.
    """
    said: Mapping[str, Any] = {}
    sha256 = ""
    try:
        with _taken(path) as (source, sha256), _opened(source, path.name) as bundle:
            content = _read(bundle, _members(bundle), manifest.MANIFEST)
            said, entries = _parsed(content)
            signed, figures = _checked(bundle, content, said, entries, key_id)
        _continues(said, previous)
    except _TROUBLE as error:
        return Verdict(_fault(path.name, error), said, sha256=sha256)
    return Verdict(None, said, signed, sha256, figures)


@contextmanager
def _taken(path: Path) -> Iterator[tuple[IO[bytes], str]]:
    """A copy of the file, which nobody changes while it is looked at, and its SHA-256: the file is read once."""
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        with path.open("rb") as source:
            while piece := source.read(_PIECE):
                digest.update(piece)
                _put(copy, piece, path.name)
        copy.seek(0)
        yield copy, digest.hexdigest()


def _put(copy: IO[bytes], piece: bytes, name: str) -> None:
    try:
        copy.write(piece)
    except OSError as error:
        where = f"disalin ke {tempfile.gettempdir()}"
        raise _Wrong(name, f"belum diperiksa: tidak dapat {where} ({reason_of(error)})") from error


def _opened(source: IO[bytes], name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except _NO_ZIP as error:
        raise _Wrong(name, _broken(source, error)) from error


def claims(source: IO[bytes], name: str) -> Claims:
    """What the bundle *source*, called *name*, says of itself; only its manifest and `data.json` are looked at."""
    try:
        with _opened(source, name) as bundle:
            members = _members(bundle)
            content = _read(bundle, members, manifest.MANIFEST)
            said, entries = _parsed(content)
            signed = _signature(bundle, members, content, said, "")
            for entry in entries:
                if entry.name == manifest.DATA:
                    _same(bundle, members, entry)
            return Claims(None, said, _figures(bundle, members), signed)
    except _TROUBLE as error:
        return Claims(_fault(name, error))


_NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)
"""What the library raises at bytes that are none: places before the file begins and names of no alphabet, too."""
_TROUBLE = (_Wrong, *_NO_ZIP, OSError)


def _fault(name: str, error: Exception) -> Fault:
    if isinstance(error, _Wrong):
        return error.fault
    if isinstance(error, OSError):
        return Fault(name, f"tidak dapat dibaca ({reason_of(error)})")
    return Fault(name, _damaged(error))


def _broken(source: IO[bytes], error: Exception) -> str:
    """Why *source* cannot be read as a ZIP."""
    if str(error) != "File is not a zip file":
        return _damaged(error)
    source.seek(0)
    if source.read(len(_LOCAL)) == _LOCAL:
        return "ZIP yang terpotong: akhirnya hilang; salin lagi dari asalnya"
    return "bukan berkas ZIP; pilih bundel yang dibuat `monitor evidence export`, atau salin lagi dari asalnya"


def _damaged(error: Exception) -> str:
    """The library's own English, where it says more than that."""
    said = "" if isinstance(error, ValueError | OverflowError) else f" ({error})"
    return f"bukan ZIP yang utuh{said}; salin lagi dari asalnya"


def _members(bundle: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Name → member. Raises `_Wrong` for a name that stands twice: two readers would see two bundles."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in bundle.infolist():
        if info.filename in found:
            raise _Wrong(info.filename, "tercantum dua kali di dalam ZIP")
        found[info.filename] = info
    return found


def _read(bundle: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], name: str) -> bytes:
    info = members.get(name)
    if info is None:
        raise _Wrong(name, _ABSENT if name == manifest.MANIFEST else "berkas hilang")
    with bundle.open(info) as source:
        content = source.read(SMALL + 1)
    if len(content) > SMALL:
        raise _Wrong(name, "terlalu besar")
    return content


def _parsed(content: bytes) -> tuple[Mapping[str, Any], tuple[Entry, ...]]:
    try:
        return manifest.parse(content)
    except manifest.Unreadable as error:
        raise _Wrong(manifest.MANIFEST, f"isinya berubah: {error}") from error


def _checked(
    bundle: zipfile.ZipFile, content: bytes, said: Mapping[str, Any], entries: tuple[Entry, ...], key_id: str
) -> tuple[bool, Mapping[str, Any]]:
    """Whether it is signed, and its figures. Raises `_Wrong` for the first thing that is not as the manifest says."""
    members = _members(bundle)
    signed = _signature(bundle, members, content, said, key_id)
    known = {entry.name: entry for entry in entries}
    for entry in entries:
        _same(bundle, members, entry)
    for name in members:
        if name not in known and name not in manifest.UNLISTED:
            raise _Wrong(name, "berkas tambahan yang tidak disebut manifes")
    _sums(bundle, members, known)
    figures = _figures(bundle, members)
    _agrees(figures, said)
    return signed, figures


def _figures(bundle: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> Mapping[str, Any]:
    try:
        found = json.loads(_read(bundle, members, manifest.DATA))
    except (ValueError, RecursionError) as error:
        raise _Wrong(manifest.DATA, "bukan JSON") from error
    if not isinstance(found, dict) or not isinstance(found.get("period"), dict):
        raise _Wrong(manifest.DATA, "tidak berisi angka satu bulan")
    return found


def _signature(
    bundle: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    content: bytes,
    said: Mapping[str, Any],
    key_id: str,
) -> bool:
    named = str(said.get("key_id") or "")
    if not named and manifest.SIGNATURE not in members:
        if key_id:
            raise _Wrong(manifest.SIGNATURE, f"bundel tidak ditandatangani, padahal kunci {key_id} diminta")
        return False
    for name in (manifest.PUBLIC_KEY, manifest.SIGNATURE):
        if name not in members:
            raise _Wrong(name, f"berkas hilang, padahal bundel ditandatangani kunci {named or words.DASH}")
    pem = _read(bundle, members, manifest.PUBLIC_KEY)
    if (found := key_id_of(pem)) != named:
        raise _Wrong(
            manifest.PUBLIC_KEY,
            f"bukan kunci {named or words.DASH} yang disebut manifes, melainkan {found or 'bukan kunci'}",
        )
    if not is_signed(pem, content, _read(bundle, members, manifest.SIGNATURE)):
        raise _Wrong(manifest.SIGNATURE, "tanda tangannya tidak cocok: manifest.json atau manifest.sig berubah")
    if key_id and named != key_id:
        raise _Wrong(manifest.PUBLIC_KEY, f"ditandatangani kunci {named}, bukan {key_id} yang diminta")
    return True


def _same(bundle: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], entry: Entry) -> None:
    info = members.get(entry.name)
    if info is None:
        raise _Wrong(entry.name, "berkas hilang")
    size, digest = 0, hashlib.sha256()
    for piece in _pieces(bundle, info):
        size += len(piece)
        if size > entry.size:  # before any more of what may be a bomb is unpacked
            break
        digest.update(piece)
    if size != entry.size or digest.hexdigest() != entry.sha256:
        raise _Wrong(entry.name, "isinya berubah: tidak sama dengan sidik di manifes")


def _pieces(bundle: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with bundle.open(info) as source:
            while piece := source.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error) as error:
        raise _Wrong(info.filename, "isinya berubah: rusak di dalam ZIP") from error


def _sums(bundle: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], known: Mapping[str, Entry]) -> None:
    """Whether `SHA256SUMS`, which people check by hand, says the same as the manifest."""
    entries = dict(known)
    for name in sorted(manifest.UNLISTED - {manifest.SUMS}):
        if name in members:
            content = _read(bundle, members, name)
            entries[name] = Entry(name, len(content), hashlib.sha256(content).hexdigest())
    if _read(bundle, members, manifest.SUMS) != manifest.sums(entries):
        raise _Wrong(manifest.SUMS, "isinya berubah: tidak sama dengan manifes")


def _agrees(figures: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """Whether the figures are of the month, the edition and the completeness that the manifest claims."""
    period, ours = figures["period"], said["period"]
    pairs = (
        ("since", period.get("since"), ours.get("since")),
        ("until", period.get("until"), ours.get("until")),
        ("cut", period.get("cut"), ours.get("cut")),
        ("edition", figures.get("edition"), said.get("edition")),
        ("shortcomings", figures.get("shortcomings"), said.get("shortcomings")),
        ("seal", figures.get("seal"), said.get("seal")),
        ("tool", figures.get("tool"), said.get("tool")),
        ("complete", not figures.get("shortcomings"), said.get("complete")),
    )
    for name, one, other in pairs:
        if one != other:
            raise _Wrong(manifest.MANIFEST, f"isinya berubah: {name} tidak sama dengan data.json")


def _continues(said: Mapping[str, Any], previous: Path | None) -> None:
    if previous is None:
        return
    try:
        with previous.open("rb") as source:
            found = hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise _Wrong(previous.name, f"tidak dapat dibaca ({reason_of(error)})") from error
    named = (said.get("previous") or {}).get("sha256")
    if named is None:
        raise _Wrong(manifest.MANIFEST, "tidak menyebut bundel bulan sebelumnya")
    if named != found:
        raise _Wrong(manifest.MANIFEST, f"bundel sebelumnya bukan {previous.name}: sidiknya lain")
