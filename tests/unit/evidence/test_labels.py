"""What a bundle says of itself, read without looking at every file of it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from monitor.evidence import labels
from monitor.evidence.data import Figures, Gap, MonthData, SealRange, Shortcoming
from monitor.evidence.labels import Label
from monitor.evidence.verify import Fault
from tests.unit.evidence import fake
from tests.unit.evidence.test_verify import KEY, packed, unpacked, written

HEAD = "ab" * 32
SEEN = replace(
    fake.empty(),
    shortcomings=(),
    total=Figures(up=timedelta(hours=3), down=timedelta(hours=1), unobserved=timedelta(hours=4)),
    seal=SealRange(first=date(2026, 10, 1), last=date(2026, 10, 31), days=31, head=HEAD, key_id=KEY.key_id),
)


def put(folder: Path, content: bytes) -> Path:
    path = folder / "b.zip"
    path.write_bytes(content)
    return path


def label_of(path: Path) -> Label | Fault:
    with path.open("rb") as source:
        return labels.label_of(source, path.name)


def label(folder: Path, month: MonthData, *, signed: bool = True) -> Label:
    found = label_of(put(folder, packed(month, KEY if signed else None)))
    assert isinstance(found, Label), found
    return found


def test_a_month_that_lacks_nothing(tmp_path: Path) -> None:
    found = label(tmp_path, SEEN)
    assert (found.is_complete, found.is_empty, found.unobserved) == (True, False, Fraction(1, 2))
    assert (found.key_id, found.head, found.sealed_to) == (KEY.key_id, HEAD, date(2026, 10, 31))


def test_what_is_missing_is_told_as_on_the_cover(tmp_path: Path) -> None:
    found = label(tmp_path, replace(SEEN, edition=2, shortcomings=(Shortcoming(Gap.UNSEALED, "2 hari."),)))
    assert (found.is_complete, found.is_empty, found.shortcomings, found.edition) == (False, False, ("2 hari.",), 2)


def test_an_empty_month(tmp_path: Path) -> None:
    found = label(tmp_path, fake.empty())
    assert (found.is_empty, found.unobserved, found.head, found.sealed_to) == (True, Fraction(1), "", None)


def test_nobody_signed_it(tmp_path: Path) -> None:
    assert label(tmp_path, SEEN, signed=False).key_id == ""


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        pytest.param("manifest.sig", b"\0" * 64, "manifest.sig", id="a signature that is wrong is none"),
        pytest.param("data.json", b"{}", "data.json", id="other figures than the manifest names"),
        pytest.param("manifest.json", b"{}", "manifest.json", id="no manifest"),
    ],
)
def test_what_was_tampered_with_says_nothing(tmp_path: Path, name: str, content: bytes, where: str) -> None:
    files = unpacked(packed(SEEN))
    files[name] = content
    found = label_of(written(tmp_path, files))
    assert isinstance(found, Fault)
    assert found.where == where


def test_other_files_are_not_looked_at(tmp_path: Path) -> None:
    files = unpacked(packed(SEEN))
    del files["laporan.pdf"]
    assert isinstance(label_of(written(tmp_path, files)), Label)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("edition", "x"),
        ("seal", None),
        ("seal", {"head": "../..", "last": "2026-10-31"}),
        ("seal", {"head": HEAD, "last": "31 Oktober"}),
        ("shortcomings", [1]),
        ("shortcomings", 5),
    ],
)
def test_a_manifest_of_another_shape_is_no_crash(tmp_path: Path, field: str, value: object) -> None:
    files = unpacked(packed(SEEN, None))
    files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), field: value}).encode()
    found = label_of(written(tmp_path, files))
    assert isinstance(found, Fault)
    assert "tidak berbentuk" in found.text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK"])
def test_what_is_no_zip_says_nothing(tmp_path: Path, content: bytes) -> None:
    found = label_of(put(tmp_path, content))
    assert isinstance(found, Fault)
    assert "bukan berkas ZIP" in found.text


def test_a_bomb_is_not_unfolded(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("manifest.json", bytes(65 * 1024 * 1024))
    found = label_of(path)
    assert isinstance(found, Fault)
    assert found.text == "terlalu besar"
