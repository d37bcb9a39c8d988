"""`monitor inventory`: is the list right, what is in it, and what changed."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from monitor import inventory
from monitor.cli.spoken import App
from monitor.cli.state import State, console
from monitor.errors import UsageError
from monitor.inventory import Changed, InventoryDiff
from monitor.inventory.columns import PREFIXES
from monitor.model import Kind, Target, Verification

app = App(
    name="inventory",
    help="Periksa dan lihat daftar situs yang dipantau.",
)

DIFFERENT = 1
WRONG = 2

Json = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")]


@app.command()
def validate(
    ctx: typer.Context,
    directory: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Folder inventaris; bawaan: yang disebut pengaturan.")
    ] = None,
) -> None:
    """
    Periksa semua berkas CSV; semua yang salah disebut sekaligus.

    Kode keluar: 0 benar (perlu-verifikasi bukan kesalahan) · 2 ada yang salah.
    """
    with _refusals():
        where = directory or _configured(ctx)
        targets = inventory.load(where)
    out = console()
    out.print(Text(f"{where}: {len(targets)} baris, semuanya benar"), soft_wrap=True)
    for kind, number in _counted(targets):
        out.print(Text(f"  {kind}: {number}"), soft_wrap=True)
    doubtful = [target for target in targets if target.verification is Verification.NEEDED]
    out.print(Text(f"perlu verifikasi: {len(doubtful)}"), soft_wrap=True)
    for target in doubtful:
        likely = f" → mungkin {target.suggested_url}" if target.suggested_url else ""
        out.print(Text(f"  {target.kode} {target.url}{likely}"), soft_wrap=True)


@app.command("list")
def list_targets(
    ctx: typer.Context,
    jenis: Annotated[Kind | None, typer.Option("--jenis", help="Hanya jenis ini.")] = None,
    as_json: Json = False,
) -> None:
    """Tampilkan isi inventaris."""
    with _refusals():
        everything = inventory.load(_configured(ctx))
    targets = [target for target in everything if jenis in {None, target.kind}]
    if as_json:
        _print_json([_document(target) for target in targets])
        return
    out = console()
    out.print(_listing(targets))
    out.print(Text(f"{len(targets)} baris, {sum(target.active for target in targets)} dipantau"))


@app.command()
def show(
    ctx: typer.Context,
    kode: Annotated[str, typer.Argument(metavar="KODE", help="Misalnya OPD-009; huruf kecil boleh.")],
    as_json: Json = False,
) -> None:
    """Tampilkan satu baris inventaris selengkapnya."""
    with _refusals():
        targets = {target.kode: target for target in inventory.load(_configured(ctx))}
    target = targets.get(kode.upper())
    if target is None:
        close = difflib.get_close_matches(kode.upper(), targets, n=3)
        _fail(
            [
                f"kode {kode!r} tidak ada – "
                + (f"mungkin {', '.join(close)}" if close else "lihat `monitor inventory list`")
            ]
        )
    elif as_json:
        _print_json(_document(target))
    else:
        console().print(_card(target))


@app.command("diff")
def compare(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder inventaris yang lama.")],
    as_json: Json = False,
) -> None:
    """
    Bandingkan inventaris sekarang dengan yang lama.

    Kode keluar: 0 sama · 1 berbeda · 2 salah satunya tidak dapat dibaca.
    """
    with _refusals():
        difference = inventory.diff(inventory.load(old), inventory.load(_configured(ctx)))
    if as_json:
        _print_json(_difference_document(difference))
    else:
        _print_difference(difference)
    if difference:
        raise typer.Exit(DIFFERENT)


def _configured(ctx: typer.Context) -> Path:
    options = ctx.find_object(State) or State()
    return options.settings().inventory.directory


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what a person got wrong into lines on standard error, a count, and exit code 2."""
    try:
        yield
    except UsageError as error:
        _fail([*map(str, error.problems), f"{len(error.problems)} masalah"])


def _fail(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(WRONG)


def _counted(targets: Iterable[Target]) -> Iterator[tuple[Kind, int]]:
    numbers = Counter(target.kind for target in targets)
    return ((kind, numbers[kind]) for kind in PREFIXES.values())


def _document(target: Target) -> dict[str, Any]:
    """*target* with the columns' names; what is empty is null, aktif is a boolean."""
    cells = inventory.cells_of(target)
    return {name: cell or None for name, cell in cells.items()} | {"aktif": target.active, "host": target.host}


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _listing(targets: Iterable[Target]) -> Table:
    table = Table("kode", "jenis", "nama", "alamat", "dipantau", "verifikasi", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for column in table.columns[2:4]:
        column.overflow = "fold"
    for target in targets:
        active = inventory.cells_of(target)["aktif"]
        row = (target.kode, target.kind, target.name, target.url, active, target.verification)
        # Text, not str: a name in brackets is a name and no markup.
        table.add_row(*map(Text, row))
    return table


def _card(target: Target) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, cell in inventory.cells_of(target).items():
        table.add_row(Text(name), Text(cell or "–"))
    return table


def _difference_document(difference: InventoryDiff) -> dict[str, Any]:
    return {
        "ditambah": [_document(target) for target in difference.added],
        "dihentikan": [_document(target) for target in difference.retired],
        "diubah": [
            {"kode": changed.new.kode, "kolom": edit.column, "lama": edit.old or None, "baru": edit.new or None}
            for changed in difference.changed
            for edit in changed.edits
        ],
        "ganti_kode": [{"lama": pair.old.kode, "baru": pair.new.kode} for pair in difference.recoded],
    }


def _print_difference(difference: InventoryDiff) -> None:
    out = console()
    if not difference:
        out.print("tidak ada perbedaan")
        return
    table = Table("kode", "perubahan", "lama", "baru", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for column in table.columns[2:]:
        column.overflow = "fold"
    for row in _difference_rows(difference):
        table.add_row(*map(Text, row))
    out.print(table)
    out.print(_summary(difference), soft_wrap=True)
    for pair in difference.recoded:
        out.print(Text(_warning(pair)), soft_wrap=True)


def _difference_rows(difference: InventoryDiff) -> Iterator[tuple[str, str, str, str]]:
    for target in difference.added:
        yield target.kode, "ditambah", "", f"{target.name} {target.url}"
    for target in difference.retired:
        yield target.kode, "dihentikan", f"{target.name} {target.url}", ""
    for changed in difference.changed:
        for edit in changed.edits:
            yield changed.new.kode, edit.column, edit.old or "–", edit.new or "–"


def _summary(difference: InventoryDiff) -> str:
    added, retired, changed = len(difference.added), len(difference.retired), len(difference.changed)
    return f"{added} ditambah, {retired} dihentikan, {changed} diubah"


def _warning(pair: Changed) -> str:
    return (
        f"{pair.old.kode} menjadi {pair.new.kode} dengan alamat yang sama: riwayatnya terputus; "
        "pakai kembali kode lama bila situsnya memang sama"
    )
