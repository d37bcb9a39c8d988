"""A small bundle, and everything that can be done to it."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from monitor.evidence import bundle, canonical, manifest, verify
from monitor.evidence.data import MonthData
from monitor.evidence.manifest import Origin
from monitor.evidence.signing import SealSigner, Signer, key_id_of, public_of
from monitor.seal import keys
from tests.unit.evidence import fake

KEY = SealSigner(keys.Signer.new())
Files = dict[str, bytes]
Change = Callable[[Files], None]


def packed(month: MonthData, signer: Signer | None = KEY, previous: str = "") -> bytes:
    page = io.BytesIO()
    packer = bundle.Packer(page, month.period.cut)
    packer.add("laporan.pdf", [b"%PDF", b"-1.7"])
    packer.add(manifest.DATA, [canonical.dump(canonical.plain(month))])
    packer.add("csv/situs.csv", [b"kode\r\n"])
    bundle.finish(packer, month, Origin(previous=previous, key_id="" if signer is None else signer.key_id), signer)
    return page.getvalue()


@pytest.fixture(scope="module")
def month() -> MonthData:
    return fake.empty()


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def written(folder: Path, files: Files) -> Path:
    path = folder / "bundel.zip"
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def resigned(files: Files, signer: Signer, change: Change) -> None:
    """What somebody with another key would do: change the manifest, and make all else agree with it."""
    said = json.loads(files[manifest.MANIFEST])
    holder = {manifest.MANIFEST: canonical.dump(said)}
    change(holder)
    files.update(holder)
    files[manifest.SIGNATURE] = signer.sign(files[manifest.MANIFEST])


def test_what_was_packed_is_whole(tmp_path: Path, month: MonthData) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(packed(month))
    found = verify.verify(path, key_id=KEY.key_id)
    assert found.fault is None
    assert found.is_signed
    assert found.key_id == KEY.key_id


def test_the_same_month_is_the_same_file(month: MonthData) -> None:
    assert packed(month) == packed(month)


def test_an_unsigned_bundle_is_whole_and_says_so(tmp_path: Path, month: MonthData) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(packed(month, None))
    assert (verify.verify(path).fault, verify.verify(path).is_signed) == (None, False)
    fault = verify.verify(path, key_id=KEY.key_id).fault
    assert fault is not None
    assert fault.where == manifest.SIGNATURE


def flip(name: str) -> Change:
    def change(files: Files) -> None:
        files[name] = bytes([files[name][0] ^ 1]) + files[name][1:]

    return change


def drop(name: str) -> Change:
    def change(files: Files) -> None:
        del files[name]

    return change


def add(name: str) -> Change:
    return lambda files: files.update({name: b"x"})


def grow(name: str) -> Change:
    return lambda files: files.update({name: files[name] + b"\n"})


CHANGES = [
    (flip("laporan.pdf"), "laporan.pdf", "berubah"),
    (grow("laporan.pdf"), "laporan.pdf", "berubah"),
    (drop("csv/situs.csv"), "csv/situs.csv", "hilang"),
    (drop(manifest.DATA), manifest.DATA, "hilang"),
    (add("csv/tambahan.csv"), "csv/tambahan.csv", "tambahan"),
    (add("../jahat"), "../jahat", "tambahan"),
    (flip(manifest.SIGNATURE), manifest.SIGNATURE, "manifest.json atau manifest.sig berubah"),
    (drop(manifest.SIGNATURE), manifest.SIGNATURE, "hilang, padahal bundel ditandatangani kunci "),
    (drop(manifest.PUBLIC_KEY), manifest.PUBLIC_KEY, "hilang, padahal bundel ditandatangani kunci "),
    (flip(manifest.PUBLIC_KEY), manifest.PUBLIC_KEY, "bukan kunci"),
    (drop(manifest.MANIFEST), manifest.MANIFEST, "ZIP lain atau bundel yang dirusak"),
    (flip(manifest.MANIFEST), manifest.MANIFEST, "isinya berubah: bukan JSON"),
    (grow(manifest.MANIFEST), manifest.SIGNATURE, "manifest.json atau manifest.sig berubah"),
    (drop(manifest.SUMS), manifest.SUMS, "hilang"),
    (flip(manifest.SUMS), manifest.SUMS, "isinya berubah: tidak sama"),
    (flip(manifest.HOW_TO), manifest.HOW_TO, "berubah"),
]


@pytest.mark.parametrize(("change", "where", "what"), CHANGES)
def test_the_first_thing_wrong_is_named(
    tmp_path: Path, month: MonthData, change: Change, where: str, what: str
) -> None:
    files = unpacked(packed(month))
    change(files)
    fault = verify.verify(written(tmp_path, files)).fault
    assert fault is not None
    assert fault.where == where
    assert what in fault.text


def test_whoever_signs_with_another_key_is_found_by_whoever_knows_the_right_one(
    tmp_path: Path, month: MonthData
) -> None:
    other = SealSigner(keys.Signer.new())
    path = tmp_path / "b.zip"
    path.write_bytes(packed(month, other))
    assert verify.verify(path).fault is None
    fault = verify.verify(path, key_id=KEY.key_id).fault
    assert fault is not None
    assert KEY.key_id in fault.text


@pytest.mark.parametrize("field", ["edition", "complete", "tool", "shortcomings", "seal"])
def test_a_manifest_that_says_more_than_the_figures(tmp_path: Path, month: MonthData, field: str) -> None:
    files = unpacked(packed(month))

    def change(holder: Files) -> None:
        said = json.loads(holder[manifest.MANIFEST])
        said[field] = {"edition": 2, "complete": True, "tool": "x", "shortcomings": [], "seal": {}}[field]
        holder[manifest.MANIFEST] = canonical.dump(said)

    resigned(files, KEY, change)
    del files[manifest.SUMS]
    files[manifest.SUMS] = _sums(files)
    fault = verify.verify(written(tmp_path, files)).fault
    assert fault == verify.Fault(manifest.MANIFEST, f"isinya berubah: {field} tidak sama dengan data.json")


def _sums(files: Files) -> bytes:
    return manifest.sums(
        {name: manifest.Entry(name, len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()}
    )


def test_the_bundle_before(tmp_path: Path, month: MonthData) -> None:
    before, other = tmp_path / "09.zip", tmp_path / "08.zip"
    before.write_bytes(b"september")
    other.write_bytes(b"agustus")
    path = tmp_path / "b.zip"
    path.write_bytes(packed(month, previous=bundle.digest_of(before)))
    assert verify.verify(path, previous=before).fault is None
    wrong = verify.verify(path, previous=other).fault
    assert wrong is not None
    assert "08.zip" in wrong.text
    path.write_bytes(packed(month))
    none = verify.verify(path, previous=before).fault
    assert none is not None
    assert "tidak menyebut" in none.text


def test_a_name_that_stands_twice(tmp_path: Path, month: MonthData) -> None:
    path = written(tmp_path, unpacked(packed(month)))
    with zipfile.ZipFile(path, "a") as target, pytest.warns(UserWarning, match="Duplicate"):
        target.writestr("laporan.pdf", b"lain")
    fault = verify.verify(path).fault
    assert fault == verify.Fault("laporan.pdf", "tercantum dua kali di dalam ZIP")


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", b"x" * 100])
def test_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    fault = verify.verify(path).fault
    assert fault is not None
    assert "bukan berkas ZIP" in fault.text


def test_a_zip_of_which_the_end_is_missing_is_told_as_such(tmp_path: Path, month: MonthData) -> None:
    content = packed(month)
    path = tmp_path / "b.zip"
    path.write_bytes(content[: len(content) // 2])
    fault = verify.verify(path).fault
    assert fault == verify.Fault("b.zip", "ZIP yang terpotong: akhirnya hilang; salin lagi dari asalnya")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xff{", "bukan JSON"),
        (b"[" * 100_000, "bukan JSON"),
        (b"[1]", "tidak berisi angka satu bulan"),
        (b'{"period": [1]}', "tidak berisi angka satu bulan"),
    ],
    ids=["no text", "too deep", "a list", "no period"],
)
def test_figures_that_are_none_are_a_fault_and_no_crash(
    tmp_path: Path, month: MonthData, data: bytes, what: str
) -> None:
    files = unpacked(packed(month, None))
    files[manifest.DATA] = data
    said = json.loads(files[manifest.MANIFEST])
    for item in said["files"]:
        if item["name"] == manifest.DATA:
            item.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    files[manifest.MANIFEST] = canonical.dump(said)
    del files[manifest.SUMS]
    files[manifest.SUMS] = _sums(files)
    assert verify.verify(written(tmp_path, files)).fault == verify.Fault(manifest.DATA, what)


@pytest.mark.parametrize("field", ["period", "previous"])
def test_a_manifest_of_another_shape_is_a_fault_and_no_crash(tmp_path: Path, month: MonthData, field: str) -> None:
    files = unpacked(packed(month, None))
    files[manifest.MANIFEST] = canonical.dump({**json.loads(files[manifest.MANIFEST]), field: "x"})
    fault = verify.verify(written(tmp_path, files), previous=Path(__file__)).fault
    assert fault is not None
    assert (fault.where, fault.text[:14]) == (manifest.MANIFEST, "isinya berubah")


def test_the_bytes_that_are_judged_are_the_bytes_that_are_told_of(
    tmp_path: Path, month: MonthData, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, content = tmp_path / "b.zip", packed(month)
    path.write_bytes(content)
    known, opened = Path.open, list[Path]()

    def once(self: Path, *arguments: Any, **named: Any) -> Any:
        opened.append(self)
        return known(self, *arguments, **named)

    checked = verify._opened

    def replaced(source: Any, name: str) -> zipfile.ZipFile:
        path.write_bytes(b"PK another one")
        opened.clear()
        return checked(source, name)

    monkeypatch.setattr(Path, "open", once)
    monkeypatch.setattr(verify, "_opened", replaced)
    found = verify.verify(path)

    assert found.fault is None
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.figures == canonical.plain(month)
    assert opened == [], "not once more"


def test_of_a_bundle_that_is_damaged_the_sum_is_told_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"PK\x03\x04 half")
    assert verify.verify(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert verify.verify(tmp_path / "none.zip").sha256 == ""


def test_without_room_for_a_copy_nothing_is_said_of_the_bundle(
    tmp_path: Path, month: MonthData, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(packed(month))

    class Full(io.BytesIO):
        def write(self, _piece: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", lambda _size: Full())
    fault = verify.verify(path).fault
    assert fault is not None
    assert fault.text.startswith(f"belum diperiksa: tidak dapat disalin ke {tempfile.gettempdir()} (")


def test_a_bundle_before_that_cannot_be_read_is_named(tmp_path: Path, month: MonthData) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(packed(month, previous="aa" * 32))
    fault = verify.verify(path, previous=tmp_path / "lama.zip").fault
    assert fault is not None
    assert (fault.where, fault.text[:20]) == ("lama.zip", "tidak dapat dibaca (")


def test_every_cut_and_many_flips_are_noticed(tmp_path: Path, month: MonthData) -> None:
    content = packed(month)
    path = tmp_path / "b.zip"
    for at in range(0, len(content), 97):
        changed = bytearray(content)
        changed[at] ^= 0x40
        path.write_bytes(bytes(changed))
        found = verify.verify(path)
        # What is not noticed must have changed nothing that is read: times, modes, and the like.
        if found.fault is None:
            assert unpacked(bytes(changed)) == unpacked(content)
    for cut in range(0, len(content), 301):
        path.write_bytes(content[:cut])
        assert verify.verify(path).fault is not None


def at_directory(offset: int, value: bytes) -> Callable[[bytes], bytes]:
    """The first entry of the ZIP's directory, with *value* in it."""

    def change(content: bytes) -> bytes:
        at = content.index(b"PK\x01\x02") + offset
        return content[:at] + value + content[at + len(value) :]

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(at_directory(42, b"\xff\xff\xff\xff"), id="a member that begins after the end"),
        pytest.param(at_directory(8, bytes(9)), id="no check sum"),
        pytest.param(lambda content: at_directory(46, b"\xff\xfe")(at_directory(9, b"\x08")(content)), id="no name"),
        pytest.param(lambda content: content[:-6] + b"\xff\xff\xff\x7f" + content[-2:], id="a directory elsewhere"),
        pytest.param(lambda content: content[:-10] + b"\xff\xff\xff\x7f" + content[-6:], id="a directory too long"),
        pytest.param(at_directory(10, b"\x63"), id="packed in a way nobody knows"),
    ],
)
def test_a_directory_that_is_none_is_a_fault_and_no_crash(
    tmp_path: Path, month: MonthData, change: Callable[[bytes], bytes]
) -> None:
    content = change(packed(month))
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    fault = verify.verify(path).fault
    assert fault is not None
    assert "decode" not in fault.text
    assert "seek" not in fault.text
    verify.claims(io.BytesIO(content), path.name)  # only some files are looked at: it may find nothing


@pytest.mark.parametrize("seed", range(20))
def test_a_directory_of_noise_is_never_a_crash(tmp_path: Path, month: MonthData, seed: int) -> None:
    draw, content = Random(seed), packed(month)
    path, start = tmp_path / "b.zip", content.index(b"PK\x01\x02")
    for _ in range(20):
        changed = bytearray(content)
        for _ in range(draw.choice((1, 2, 6))):
            changed[draw.randrange(start, len(changed))] = draw.choice((0, 8, 128, 255, draw.randrange(256)))
        path.write_bytes(bytes(changed))
        verify.verify(path)
        verify.claims(io.BytesIO(changed), path.name)


@pytest.mark.parametrize(
    "document",
    [b"[]", b"{}", b'{"format":"monitor-evidence/1"}', b'{"format":"monitor-evidence/1","files":[1]}', b"[" * 100_000],
)
def test_manifests_that_are_none(document: bytes) -> None:
    with pytest.raises(manifest.Unreadable):
        manifest.parse(document)


def test_keys_in_pem() -> None:
    assert key_id_of(KEY.public_pem) == KEY.key_id
    for pem in (b"", b"x", b"\xff", KEY.public_pem[:-40], KEY.public_pem.replace(b"MCow", b"MCox")):
        assert public_of(pem) is None


def test_names_say_what_replaces_nothing(month: MonthData) -> None:
    from dataclasses import replace  # noqa: PLC0415

    base = "bukti-audit-infrastruktur-2026-10"
    assert bundle.file_name(month) == f"{base}-kosong.zip"
    month = replace(month, shortcomings=())
    assert bundle.file_name(month) == f"{base}.zip"
    assert bundle.file_name(replace(month, edition=2)) == f"{base}-edisi-2.zip"
    assert bundle.file_name(month, with_samples=True) == f"{base}-sampel.zip"
    early = replace(month, period=replace(month.period, cut=month.period.since))
    assert bundle.file_name(early) == f"{base}-sementara.zip"


def test_what_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"alt")

    def break_off() -> None:
        with bundle.replacing(path) as target:
            target.write(b"neu")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert [(item.name, item.read_bytes()) for item in tmp_path.iterdir()] == [("b.zip", b"alt")]
