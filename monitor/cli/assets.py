"""`monitor assets`: the asset register, read from the record; what people decide about candidates."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table as Lines
from rich.text import Text

from monitor import words
from monitor.assets import Asset, AssetChange, Candidate, Stand, Status, goals_of
from monitor.assets.asset import Basis, Origin
from monitor.assets.sheets import as_csv, as_xlsx
from monitor.assets.tables import ASSETS, Cell, Table, assets_table, candidates_table, changes_table, row, says
from monitor.checks import build
from monitor.cli.hand import UNCHANGED, actor, ask, path, since
from monitor.cli.loop import run
from monitor.cli.spoken import App
from monitor.cli.state import State as Options
from monitor.cli.state import console
from monitor.errors import reason_of
from monitor.ground import now, rules_of
from monitor.model import Kind
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals
from monitor.web.asset_labels import WAYS
from monitor.words import WIB

app = App(
    name="assets",
    help="Register aset TIK: yang dinyatakan dan yang teramati, perubahannya, dan yang belum tercatat.",
)

WRONG = 2
SHOWN = 20
"""Changes that `show` lists."""
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any record."""
Json = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")]


class Form(StrEnum):
    """How the register is written to a file."""

    CSV = "csv"
    XLSX = "xlsx"


@app.command("list")
def list_assets(
    ctx: typer.Context,
    jenis: Annotated[Kind | None, typer.Option("--jenis", help="Hanya jenis ini.")] = None,
    status: Annotated[Status | None, typer.Option("--status", help="Hanya yang berstatus ini.")] = None,
    text: Annotated[str, typer.Option("--cari", metavar="TEKS", help="Kode, nama, host, pemilik, alamat, …")] = "",
    remarked: Annotated[bool, typer.Option("--perlu-dilihat", help="Hanya yang perlu diperiksa orang.")] = False,
    as_json: Json = False,
) -> None:
    """Semua aset menurut catatan; daemon boleh sedang berjalan."""
    register, *_rest = _read(ctx)
    found = [asset for asset in register if fits(asset, jenis, status, text) and (asset.remarks or not remarked)]
    if as_json:
        _print_json([document(asset) for asset in found])
        return
    out = console()
    if found:
        out.print(_listing(found))
    out.print(Text(f"{words.number(len(found))} dari {words.number(len(register))} aset"))


@app.command()
def show(
    ctx: typer.Context,
    kode: Annotated[str, typer.Argument(metavar="KODE", help="Misalnya OPD-009, atau domainnya.")],
    as_json: Json = False,
) -> None:
    """Satu aset: semua kolom dengan dasarnya, dan perubahannya."""
    register, changes, *_rest = _read(ctx)
    asset = _one(register, kode)
    own = [change for change in changes if change.kode == asset.kode_aset]
    if as_json:
        _print_json(document(asset) | {"perubahan": [change_document(change) for change in own]})
        return
    out = console()
    out.print(_card(asset))
    for remark in asset.remarks:
        out.print(Text(f"perlu dilihat: {remark}", style="yellow"), soft_wrap=True)
    out.print(Text(f"{words.number(len(own))} perubahan", style="bold"))
    if own:
        out.print(_log(own[-SHOWN:]))


@app.command()
def export(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="BERKAS", help="Yang ditulis, mis. aset.xlsx atau aset.csv.")],
    form: Annotated[Form | None, typer.Option("--bentuk", help="Bawaan: menurut akhiran BERKAS.")] = None,
) -> None:
    """
    Tulis register ke BERKAS: CSV (hanya aset) atau XLSX (aset, perubahan, kandidat).

    Di CSV, sel yang akan dibaca lembar kerja sebagai rumus diawali tanda petik tunggal.
    """
    chosen = form or _form(out)
    register, changes, candidates, _barred = _read(ctx)
    if chosen is Form.CSV:
        content = as_csv(assets_table(register)).encode()
    else:
        tables = (assets_table(register), changes_table(changes), candidates_table(candidates))
        content = as_xlsx(tables, "Register aset TIK", now())
    _write(out, content)
    console().print(Text(f"{out}: {words.number(len(register))} aset, {words.size(len(content))}"), soft_wrap=True)


@app.command()
def candidates(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--semua", help="Juga yang sudah diputuskan.")] = False,
    accept: Annotated[str, typer.Option("--terima", metavar="HOST", help="Host ini memang aset.")] = "",
    ignore: Annotated[str, typer.Option("--abaikan", metavar="HOST", help="Host ini bukan aset.")] = "",
    reason: Annotated[str, typer.Option("--alasan", metavar="TEKS", help="Wajib pada setiap keputusan.")] = "",
    by: Annotated[str, typer.Option("--oleh", metavar="NAMA", help="Bawaan: pengguna terminal ini.")] = "",
    as_json: Json = False,
) -> None:
    """
    Host yang terlihat tetapi tidak tercatat, jadi tidak dipantau.

    Dihubungi hanya sejauh situs atau domain yang tercatat memakainya, mis. sebagai tujuan pengalihan atau server surel.
    """
    if accept and ignore:
        _fail("pilih salah satu: --terima atau --abaikan")
    if accept or ignore:
        _judge(ctx, accept or ignore, Stand.ACCEPTED if accept else Stand.IGNORED, by, reason)
        return
    if reason or by:
        _fail("--alasan dan --oleh menyertai --terima atau --abaikan")
    _register, _changes, found, barred = _read(ctx)
    shown = [item for item in found if everything or item.stand is Stand.PROPOSED]
    if as_json:
        _print_json([_by_name(candidates_table([item])) for item in shown])
        return
    out = console()
    if shown:
        out.print(_candidates(shown))
    out.print(Text(f"{words.number(len(shown))} kandidat" if shown else "Tidak ada kandidat yang menunggu keputusan."))
    if barred:
        line = f"{words.number(len(barred))} host tidak ditawarkan: temuan menyebutnya tujuan situs yang disusupi."
        out.print(Text(line), soft_wrap=True)


def fits(asset: Asset, jenis: Kind | None, status: Status | None, text: str) -> bool:
    """Whether *asset* is among what was asked for."""
    return jenis in {None, asset.jenis} and status in {None, asset.status_siklus_hidup} and says(asset, text)


def document(asset: Asset) -> dict[str, Any]:
    """*asset* as JSON has it: the columns, and where the values of those that are declared or observed come from."""
    origins = {
        name: {
            "dasar": origin.basis.value,
            "dinyatakan": origin.declared or None,
            "teramati": origin.observed or None,
            "sejak": None if origin.since is None else words.iso(origin.since),
            "bertentangan": origin.conflict,
        }
        for name, origin in asset.origins.items()
    }
    return {name: _json(cell) for name, cell in row(asset).items()} | {"asal": origins}


def change_document(change: AssetChange) -> dict[str, Any]:
    """*change* as JSON has it."""
    return _by_name(changes_table([change]))


def _by_name(table: Table) -> dict[str, Any]:
    return {name: _json(cell) for (name, _about), cell in zip(table.columns, table.rows[0], strict=True)}


def _json(cell: Cell) -> str | int | float | None:
    match cell:
        case datetime():
            return words.iso(cell)
        case date():
            return cell.isoformat()
        case Decimal():
            return float(cell)
        case _:
            return cell if cell != "" else None


Everything = tuple[tuple[Asset, ...], tuple[AssetChange, ...], tuple[Candidate, ...], tuple[str, ...]]
"""Assets, their log, candidates, and hosts that are no candidates because hijacked pages lead there."""


def _read(ctx: typer.Context) -> Everything:
    options: Options = ctx.obj
    return run(_ask(options.settings()))


async def _ask(settings: Settings) -> Everything:
    url = settings.database.url.get_secret_value()
    store = Store.open(url, Vitals(started=now()), rules_of(build(settings.checks)), read_only=True)
    try:
        until = now() + timedelta(days=1)
        register = await store.assets(goals=goals_of(settings.record.targets))
        return register, await store.asset_changes(BEGINNING, until), *await store.asset_candidacy()
    finally:
        await store.close()


def _judge(ctx: typer.Context, host: str, stand: Stand, by: str, reason: str) -> None:
    options: Options = ctx.obj
    known = next((item for item in _read(ctx)[2] if item.host == host.strip().lower()), None)
    if known is not None and known.judgements and known.stand is stand:
        last = known.judgements[-1]
        line = f"{known.host} sudah {stand}{since(last.actor, last.at)}; {UNCHANGED}."
        console().print(Text(line), soft_wrap=True)
        return
    body = {"stand": stand.value, "actor": actor(by), "reason": reason}
    said = ask(options.settings(), "POST", path("candidates", host), body)
    console().print(Text(f"{said['host']}: {said['status']} oleh {said['oleh']}"), soft_wrap=True)
    if stand is Stand.ACCEPTED:
        console().print(Text("Catat sebagai baris inventaris (docs/inventory.md); sesudah itu hilang dari daftar ini."))


def _one(register: Sequence[Asset], kode: str) -> Asset:
    known = {asset.kode_aset.casefold(): asset for asset in register}
    found = known.get(kode.casefold())
    if found is None:
        close = [known[name].kode_aset for name in difflib.get_close_matches(kode.casefold(), known, n=3)]
        _fail(
            f"kode {kode!r} tidak ada – " + (f"mungkin {', '.join(close)}" if close else "lihat `monitor assets list`")
        )
    return found


def _form(out: Path) -> Form:
    try:
        return Form(out.suffix.removeprefix(".").lower())
    except ValueError:
        _fail(f"{out}: akhiran {out.suffix!r} tidak dikenal; pakai .csv atau .xlsx, atau sebut --bentuk")


def _write(out: Path, content: bytes) -> None:
    """Replace *out* whole, readable by its owner only: the register says who can be called and what is weak."""
    fresh = out.with_name(f".{out.name}.baru")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        fresh.replace(out)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        _fail(f"{out} tidak dapat ditulis ({reason_of(error)}); periksa folder dan hak aksesnya")


def _fail(line: str) -> NoReturn:
    typer.echo(line, err=True)
    raise typer.Exit(WRONG)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _lines(*names: str) -> Lines:
    lines = Lines(*names, box=None, pad_edge=False)
    lines.columns[0].no_wrap = True
    for column in lines.columns[1:]:
        column.overflow = "fold"
    return lines


def _listing(register: Iterable[Asset]) -> Lines:
    lines = _lines("KODE", "JENIS", "NAMA", "STATUS", "PENYEDIA HOSTING", "ALAMAT IP", "PERLU DILIHAT")
    for asset in register:
        status = asset.status_siklus_hidup or words.DASH
        hosting, addresses = asset.penyedia_hosting or words.DASH, ", ".join(asset.alamat_ip) or words.DASH
        cells = (asset.kode_aset, asset.jenis, asset.nama, status, hosting, addresses, "; ".join(asset.remarks))
        lines.add_row(*map(Text, cells))
    return lines


def _card(asset: Asset) -> Lines:
    lines = Lines(box=None, show_header=False, pad_edge=False)
    lines.add_column(no_wrap=True, style="bold")
    lines.add_column(overflow="fold")
    lines.add_column(style="dim", overflow="fold")
    for column in ASSETS:
        origin = asset.origins.get(column.name)
        lines.add_row(Text(column.name), Text(_said(column.cell(asset))), Text(_basis(column.cell(asset), origin)))
    return lines


def _basis(cell: Cell, origin: Origin | None) -> str:
    """On what a value rests; a goal in force that nobody declared is the settings', not unknown."""
    if origin is None:
        return ""
    return "bawaan" if origin.basis is Basis.UNKNOWN and cell not in {None, ""} else origin.basis.value


def _said(cell: Cell) -> str:
    match cell:
        case datetime():
            return words.table(cell)
        case date():
            return words.date(datetime(cell.year, cell.month, cell.day, tzinfo=WIB))
        case Decimal():
            return f"{cell.normalize():f}".replace(".", ",")
        case None | "":
            return words.DASH
        case _:
            return str(cell)


def _log(changes: Iterable[AssetChange]) -> Lines:
    lines = _lines("WAKTU", "KOLOM", "SEBELUM", "SESUDAH", "OLEH")
    for change in changes:
        cells = (
            words.table(change.at),
            change.field,
            change.before or words.DASH,
            change.after or words.DASH,
            change.actor or "pemantau",
        )
        lines.add_row(*map(Text, cells))
    return lines


def _candidates(found: Iterable[Candidate]) -> Lines:
    lines = _lines("HOST", "STATUS", "TERLIHAT DI", "PERTAMA", "TERAKHIR", "JUMLAH")
    for item in found:
        places = dict.fromkeys(f"{place.kode} ({WAYS[place.way]})" for place in item.sightings)
        shown = ", ".join([*places][:3]) + (f" dan {len(places) - 3} lagi" if len(places) > 3 else "")  # noqa: PLR2004
        cells = (item.host, item.stand, shown, words.table(item.first), words.table(item.last), str(item.count))
        lines.add_row(*map(Text, cells))
    return lines
