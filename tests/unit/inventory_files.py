"""CSV files as people leave them, for tests of what is said about them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.errors import InventoryError
from monitor.inventory import FILES, load

HEADER = "kode,jenis,nama,url,surel,pemilik,kritikalitas,aktif,sumber,verifikasi,url_usulan,catatan"
CELLS = {
    "kode": "OPD-001",
    "jenis": "opd",
    "nama": "Bupati",
    "url": "https://bupati.purbalinggakab.go.id",
    "surel": "",
    "pemilik": "Bupati",
    "kritikalitas": "sedang",
    "aktif": "ya",
    "sumber": "",
    "verifikasi": "ok",
    "url_usulan": "",
    "catatan": "",
}
GOOD = ",".join(CELLS.values())
OTHER = GOOD.replace("OPD-001", "OPD-002").replace("bupati.", "pkk.")
EXAMPLE = "https://dinkominfo.purbalinggakab.go.id"


def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`inventory/` below the working directory, so that places in messages are short."""
    monkeypatch.chdir(tmp_path)
    directory = Path("inventory")
    directory.mkdir()
    return directory


def row(**cells: str) -> str:
    quoted = (
        '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell for cell in {**CELLS, **cells}.values()
    )
    return ",".join(quoted)


def sheet(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows, ""))


def write(directory: Path, files: Mapping[str, str | bytes]) -> None:
    for file in FILES:
        content = files.get(file, sheet())
        (directory / file).write_bytes(content if isinstance(content, bytes) else content.encode())


def problems(directory: Path) -> list[str]:
    with pytest.raises(InventoryError) as caught:
        load(directory)
    return [str(problem) for problem in caught.value.problems]
