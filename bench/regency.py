"""A regency of any size: generated villages and offices, their inventory, and the page that all of them show."""

from __future__ import annotations

from pathlib import Path

from monitor import inventory
from monitor.model import Kind, Target

OWN = "purbalinggakab.go.id"
_VILLAGES = 3
_OF = 5
"""Three of five sites are villages with a domain of their own, as in the real inventory."""
PAGE_BYTES = 10 * 1024


def sites(count: int, scheme: str = "https") -> tuple[Target, ...]:
    """*count* sites; the first ones are the same whatever the count."""
    return tuple(_site(number, scheme) for number in range(1, count + 1))


def _site(number: int, scheme: str) -> Target:
    is_village = number % _OF < _VILLAGES
    kind, host = (Kind.DESA, f"desa{number:05d}.desa.id") if is_village else (Kind.OPD, f"situs{number:05d}.{OWN}")
    letters = "DESA" if is_village else "OPD"
    return Target(
        kode=f"{letters}-{number:05d}",
        kind=kind,
        name=f"{'Desa' if is_village else 'Dinas'} nomor {number}",
        url=f"{scheme}://{host}/",
        owner=f"Pemerintah {'desa' if is_village else 'kabupaten'} nomor {number}",
        source=f"Daftar buatan no. {number}",
    )


def write(directory: Path, targets: tuple[Target, ...]) -> None:
    """The inventory files of *targets*, as a person would have written them."""
    directory.mkdir()
    inventory.dump(targets, directory)


def page() -> bytes:
    """A page of exactly `PAGE_BYTES`, titled as sites are."""
    head = (
        "<!doctype html><html lang=id><head><meta charset=utf-8><title>Situs Resmi Kabupaten</title>"
        '<meta name=viewport content="width=device-width"><link rel=stylesheet href=/gaya.css></head><body>'
    )
    item = "<article><h2>Berita</h2><p>Pelayanan administrasi buka setiap hari kerja.</p></article>\n"
    tail = "</body></html>\n"
    room = PAGE_BYTES - len(head) - len(tail)
    body = (item * (room // len(item) + 1))[:room]
    return f"{head}{body}{tail}".encode("ascii")
